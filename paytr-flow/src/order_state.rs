//! `GET /orders/{oid}`: how an order stands, for a page that waits.

use paytr_core::Currency;
use serde::Serialize;

use crate::{FlowResponse, PurchaseFlow};

#[derive(Serialize)]
struct StateBody<'a> {
    merchant_oid: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

impl PurchaseFlow {
    /// `{"merchant_oid","state"}`, and of an order that the buyer has paid `"total"` in minor units and
    /// `"currency"`. The states are `pending`, `paid`, `undelivered` (paid, and no handler has taken it
    /// yet), `review`, `failed` and `closed`.
    ///
    /// 404 for an order that this flow did not open, 503 when the ledger cannot be read.
    pub async fn order_state(&self, oid: &str) -> FlowResponse {
        let (oid, record) = match self.find(oid).await {
            Ok(Some(found)) => found,
            Ok(None) => return FlowResponse::error(404, "unknown_order", "no such order"),
            Err(_) => return FlowResponse::unavailable(),
        };
        let paid = record.state.paid_total();
        let currency = paid.map(|total| total.currency());
        FlowResponse::json(
            200,
            &StateBody {
                merchant_oid: oid.as_str(),
                state: record.state.as_str(),
                total: paid.map(|total| total.minor_units()),
                currency: currency.as_ref().map(Currency::code),
            },
        )
    }
}
