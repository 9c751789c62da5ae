//! `GET /orders/{oid}`: how an order stands, for a page that waits.

use paytr_core::{Currency, OrderState};
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
    /// `{"merchant_oid","state"}`, and of a paid order `"total"` in minor units and `"currency"`.
    ///
    /// 404 for an order that this flow did not open, 503 when the ledger cannot be read.
    pub async fn order_state(&self, oid: &str) -> FlowResponse {
        let (oid, record) = match self.find(oid).await {
            Ok(Some(found)) => found,
            Ok(None) => return FlowResponse::error(404, "unknown_order", "no such order"),
            Err(_) => return FlowResponse::unavailable(),
        };
        let paid = match record.state {
            OrderState::Paid { total } => Some(total),
            _ => None,
        };
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
