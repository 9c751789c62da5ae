//! The orders of the flow: their ids, how one is found, and `GET /orders/{oid}`, how one stands.

use paytr_core::paid_once::{OrderRecord, causes};
use paytr_core::{Currency, IdForm, MerchantOid, OrderKey, StoreError};
use serde::Serialize;

use crate::{FlowConfigError, FlowResponse, PurchaseFlow};

impl PurchaseFlow {
    /// `{"merchant_oid","state"}`, and of an order that the buyer has paid `"total"` in minor units and
    /// `"currency"`, with `"refunded"` in minor units when something of it was given back. The states are `pending`, `paid`, `undelivered` (paid, and no handler has taken it
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
                refunded: record.state.refunded().map(|sum| sum.minor_units()),
                currency: currency.as_ref().map(Currency::code),
            },
        )
    }

    pub(crate) fn order_key(&self, oid: &MerchantOid) -> OrderKey {
        oid.order_key(self.parts().gate.merchant_id())
    }

    /// The order that a text from outside names. A text that is not an id of this flow is not even
    /// looked up.
    pub(crate) async fn find(
        &self,
        oid: &str,
    ) -> Result<Option<(MerchantOid, OrderRecord)>, StoreError> {
        let Some(oid) = self.parts().order_ids.recognise(oid) else {
            return Ok(None);
        };
        let record = self.parts().ledger.get(&self.order_key(&oid)).await;
        let record = record.inspect_err(|error| log_ledger_error("get", error))?;
        Ok(record.map(|record| (oid, record)))
    }
}

/// The answer to `GET /orders/{oid}`, for a page that waits.
#[derive(Serialize)]
struct StateBody<'a> {
    merchant_oid: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
}

/// Makes and recognises the order ids of this flow: a prefix of the shop and random letters and digits,
/// always of one length.
#[derive(Debug, Clone)]
pub(crate) struct OrderIds(IdForm);

impl OrderIds {
    pub(crate) fn new(prefix: &str) -> Result<Self, FlowConfigError> {
        let form = IdForm::new(prefix).map_err(|_| FlowConfigError::OrderPrefix)?;
        Ok(Self(form))
    }

    /// A new id.
    pub(crate) fn make(&self) -> MerchantOid {
        #[expect(clippy::expect_used, reason = "a form makes letters and digits only")]
        MerchantOid::new(&self.0.make()).expect("32 letters and digits")
    }

    /// The id in a text from outside, if it has the shape of this flow's ids.
    pub(crate) fn recognise(&self, text: &str) -> Option<MerchantOid> {
        let ours = self.0.fits(text);
        ours.then(|| MerchantOid::new(text).ok()).flatten()
    }
}

/// Notes a fault of the ledger, with its cause, in the log only.
pub(crate) fn log_ledger_error(step: &'static str, error: &StoreError) {
    let cause = causes(error);
    tracing::error!(step, cause, "{error}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_ids_are_recognised_and_those_of_another_prefix_are_not() {
        let ids = OrderIds::new("SHOP").unwrap();
        let id = ids.make();
        assert_eq!(ids.recognise(id.as_str()), Some(id.clone()));
        let links = OrderIds::new("LINK").unwrap();
        assert_eq!(links.recognise(id.as_str()), None);
        assert!(OrderIds::new("SHOP1").is_err());
    }
}
