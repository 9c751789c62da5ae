//! `POST /orders`: from an amount and a buyer to a payment page.

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::http::StatusCode;
use paytr_core::api::Installments;
use paytr_core::{Basket, Currency};
use paytr_flow::{FlowResponse, PayRequest, PricedOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{ApiProblem, PricedByTheApp};
use crate::config::ReturnAddresses;
use crate::merchant::Merchant;

/// An order to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// What the buyer pays, in minor units.
    amount: u64,
    /// `TRY`, `EUR`, `USD`, `GBP` or `RUB`. Default `TRY`.
    currency: Option<String>,
    /// What is bought, in one line, if there is no basket.
    description: Option<String>,
    /// What is bought. The rows add up to the amount.
    basket: Option<Vec<Row>>,
    buyer: Buyer,
    /// Of the payment page: `tr` or `en`.
    language: Option<String>,
    /// `card` or `eft`. Default `card`.
    payment_type: Option<String>,
    /// 1 for a single payment, 2 to 12 for at most so many instalments. Default: as many as PayTR allows.
    max_installments: Option<u8>,
    /// Where PayTR sends the buyer after a success: at the host of `shop_url` or one of `return_hosts`. Default: a page
    /// of the relay, which waits for the notification. Whoever comes there has proved nothing.
    ok_url: Option<String>,
    /// The same after a failure.
    fail_url: Option<String>,
}

/// A row of a basket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    /// In minor units.
    unit_price: u64,
    quantity: u32,
}

/// Who buys. Personal data: nothing of it is logged or kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Buyer {
    email: String,
    name: String,
    address: String,
    phone: String,
    /// The address of the buyer's browser, as the app sees it.
    #[schema(value_type = String)]
    ip: IpAddr,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct OpenedOrder {
    /// The id of the order.
    merchant_oid: String,
    /// `pending`, or how the order of this idempotency key stands by now.
    state: String,
    /// The relay's own page with PayTR's iframe, to send the buyer to.
    page_url: String,
    /// PayTR's token, while the order can be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// PayTR's page for an iframe of the app's own, while the order can be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    iframe_url: Option<String>,
}

/// Opens an order, once for each idempotency key.
pub(crate) async fn open(
    merchant: &Merchant,
    order: NewOrder,
    idempotency_key: Option<&str>,
) -> Result<OpenedOrder, ApiProblem> {
    let priced = order.priced(&merchant.settings.return_addresses)?;
    let digest = digest(&order, &priced);
    let buyer = &order.buyer;
    let purchase = json!({
        "basket": [{"product_id": digest, "quantity": 1}],
        "email": buyer.email,
        "user_name": buyer.name,
        "user_address": buyer.address,
        "user_phone": buyer.phone,
        "lang": order.language,
        "payment_type": order.payment_type,
        "idempotency_key": idempotency_key,
    });
    let body = purchase.to_string();
    let request = PayRequest {
        content_type: Some(b"application/json"),
        accept_language: None,
        client_ip: buyer.ip,
        body: body.as_bytes(),
    };
    let answer = PricedByTheApp::within(digest, priced, merchant.flow.pay(request)).await;
    if answer.status != 200 {
        return Err(problem(&answer));
    }
    let opened = serde_json::from_str::<OpenedOrder>(&answer.body);
    let mut opened = opened.map_err(|error| {
        tracing::error!(%error, "the answer of the purchase flow cannot be read");
        ApiProblem::unavailable()
    })?;
    opened.page_url = absolute(&merchant.public_url, &opened.page_url);
    Ok(opened)
}

impl NewOrder {
    /// The amount again, from its rows, and where the buyer goes afterwards.
    fn priced(&self, return_addresses: &ReturnAddresses) -> Result<PricedOrder, ApiProblem> {
        let currency = currency(self.currency.as_deref())?;
        let mut basket = Basket::new(currency);
        match (&self.basket, &self.description) {
            (Some(rows), None) => {
                for row in rows {
                    let added = basket.item(&row.name, row.unit_price, row.quantity);
                    basket = added.map_err(|error| ApiProblem::field("basket", error))?;
                }
            }
            (None, description) => {
                let description = description.as_deref().unwrap_or("Sipariş");
                let added = basket.item(description, self.amount, 1);
                basket = added.map_err(|error| ApiProblem::field("description", error))?;
            }
            (Some(_), Some(_)) => {
                return Err(ApiProblem::field(
                    "description",
                    "leave it out where there is a basket",
                ));
            }
        }
        let sum = basket.total().minor_units();
        if sum != self.amount {
            let rule = format!(
                "its rows add up to {sum}, not to the amount of {}",
                self.amount
            );
            return Err(ApiProblem::field("basket", rule));
        }
        let mut priced = PricedOrder::new(basket);
        let admit = |name: &str, address: &str| {
            if self.payment_type.as_deref() == Some("eft") {
                let rule = "only with card: PayTR sends nobody back after a bank transfer";
                return Err(ApiProblem::field(name, rule));
            }
            let admitted = return_addresses.admit(address);
            admitted.map_err(|rule| ApiProblem::field(name, rule))
        };
        if let Some(address) = &self.ok_url {
            priced = priced.ok_url(admit("ok_url", address)?);
        }
        if let Some(address) = &self.fail_url {
            priced = priced.fail_url(admit("fail_url", address)?);
        }
        Ok(match self.max_installments {
            None => priced,
            Some(1) => priced.installments(Installments::None),
            Some(count @ 2..=12) => priced.installments(Installments::UpTo(count)),
            Some(_) => return Err(ApiProblem::field("max_installments", "1 to 12")),
        })
    }
}

/// The currency of a request; Turkish lira where it names none.
pub(super) fn currency(code: Option<&str>) -> Result<Currency, ApiProblem> {
    let currency = code.unwrap_or("TRY").parse();
    currency.map_err(|_| ApiProblem::field("currency", "three capital letters, such as TRY"))
}

/// What one idempotency key stands for: everything that the app says about the order beside its buyer, who is part
/// of the flow's own fingerprint.
fn digest(order: &NewOrder, priced: &PricedOrder) -> String {
    let currency = priced.total().currency();
    let rows = priced.basket().to_json();
    let what = json!([
        order.amount,
        currency.code(),
        rows,
        order.max_installments,
        order.ok_url,
        order.fail_url
    ]);
    let digest = Sha256::digest(what.to_string().as_bytes());
    hex(&digest)
}

/// Bytes in letters and digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The flow's own words for what a browser is told, in the app's terms.
fn problem(answer: &FlowResponse) -> ApiProblem {
    #[derive(Deserialize)]
    struct Body {
        code: String,
        message: String,
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let retry_after = answer.header("retry-after").map(ToOwned::to_owned);
    match serde_json::from_str::<Body>(&answer.body) {
        Ok(body) => {
            let message = match body.message.split_once(": ") {
                Some(("user_name", rule)) => format!("buyer.name: {rule}"),
                Some(("user_address", rule)) => format!("buyer.address: {rule}"),
                Some(("user_phone", rule)) => format!("buyer.phone: {rule}"),
                Some(("email", rule)) => format!("buyer.email: {rule}"),
                Some(("lang", rule)) => format!("language: {rule}"),
                _ => body.message,
            };
            ApiProblem::new(status, &body.code, message).retry_after(retry_after)
        }
        Err(_) => ApiProblem::unavailable(),
    }
}

/// A path of the flow has the path of its public address before it already.
fn absolute(public_url: &str, path: &str) -> String {
    let origin = url::Url::parse(public_url).map(|url| url.origin().ascii_serialization());
    format!("{}{path}", origin.unwrap_or_default())
}
