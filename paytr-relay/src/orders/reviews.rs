//! `GET /reviews`: verified payments that were not delivered and wait for a person.

use paytr_core::paid_once::{Review, ReviewFilter};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiProblem;
use super::read::ledger_problem;
use crate::merchant::Merchant;

/// What waits for a person, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reviews {
    /// At most 100.
    reviews: Vec<ReviewView>,
}

/// One entry of the review queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewView {
    id: u64,
    merchant_oid: String,
    /// Why it was not delivered, such as `amount_mismatch`.
    reason: &'static str,
    /// What PayTR says was paid, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// How often PayTR said it.
    seen: u32,
}

/// How many entries are answered.
const MOST: u32 = 100;

/// The open entries of this merchant. They are resolved in the back office, by a person with a name.
pub(crate) async fn reviews(merchant: &Merchant) -> Result<Reviews, ApiProblem> {
    let open = merchant.own.reviews(&ReviewFilter::open(), MOST).await;
    let open = open.map_err(|error| ledger_problem(&error))?;
    Ok(Reviews {
        reviews: open.iter().map(ReviewView::of).collect(),
    })
}

impl ReviewView {
    fn of(entry: &Review) -> Self {
        let total = entry.total();
        Self {
            id: entry.id.get(),
            merchant_oid: entry.order().order_id().to_owned(),
            reason: entry.reason.as_str(),
            total: total.map(|total| total.minor_units()),
            currency: total.map(|total| total.currency().code().to_owned()),
            seen: entry.seen,
        }
    }
}
