//! `POST /links`: a payment link, with its price in the ledger before PayTR hears of it.

use std::sync::Arc;

use axum::http::StatusCode;
use paytr_core::api::{CallbackTarget, CreateLink, LinkKind};
use paytr_core::gate::LedgerLinkPrices;
use paytr_core::paid_once::causes;
use paytr_core::{Expected, Money, PaytrError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiProblem;
use super::open::currency;
use super::read::ledger_problem;
use crate::merchant::Merchant;

/// A link to make: something for sale, of which a buyer takes one or more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    /// What the buyer sees: 4 to 200 characters.
    name: String,
    /// The price of one, in minor units.
    amount: u64,
    /// `TRY`, `EUR`, `USD`, `GBP` or `RUB`. Default `TRY`.
    currency: Option<String>,
    /// How often it can be sold. Default: any number.
    stock: Option<u32>,
    /// The most instalments, 1 to 12. Default 12.
    max_installments: Option<u8>,
}

/// A link that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenedLink {
    /// The relay's id of the link, which `link.paid` names.
    callback_id: String,
    /// PayTR's id of the link.
    link_id: String,
    /// Where buyers pay.
    url: String,
}

/// Makes a link. It has no idempotency key, since PayTR has none: a link that was made twice and is shown once is
/// paid at one address only.
pub(crate) async fn create(merchant: &Merchant, new: NewLink) -> Result<OpenedLink, ApiProblem> {
    let Some(gate) = &merchant.links else {
        let message = "the merchant takes no payments of links: set link_prefix";
        return Err(ApiProblem::new(StatusCode::NOT_FOUND, "no_links", message));
    };
    let price = Money::new(new.amount, currency(new.currency.as_deref())?);
    let kind = LinkKind::Product {
        min_count: 1,
        max_count: new.stock,
    };
    let callback_id = gate.links().new_id();
    let mut link = CreateLink::new(new.name, price, kind);
    let url = format!("{}/link", merchant.callback_url);
    link.callback = Some(CallbackTarget::new(url, callback_id.clone()));
    if let Some(count) = new.max_installments {
        link.max_installments = count;
    }
    let prices = LedgerLinkPrices::new(Arc::clone(&merchant.ledger.prices), merchant.id());
    let written = prices.set(&callback_id, Expected::AtLeast(price)).await;
    written.map_err(|error| ledger_problem(&error))?;
    match merchant.client.create_link(&link).await {
        Ok(created) => Ok(OpenedLink {
            callback_id: callback_id.as_str().to_owned(),
            link_id: created.id.to_string(),
            url: created.url,
        }),
        Err(error) => {
            // A link whose reply was lost may be there, and a person may find it in PayTR's panel.
            if !error.is_indeterminate() {
                let _ = prices.remove(&callback_id).await;
            }
            Err(problem(&error))
        }
    }
}

fn problem(error: &PaytrError) -> ApiProblem {
    if let PaytrError::Invalid(invalid) = error {
        return ApiProblem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not_payable",
            invalid.to_string(),
        );
    }
    let cause = causes(error);
    tracing::error!(cause, "a link could not be made: {error}");
    let message = "the link could not be made; the log of the relay says why";
    ApiProblem::new(StatusCode::BAD_GATEWAY, "payment_provider", message)
}
