use paid_once::inquiry::{Answer, Found, Reconciled};
use paid_once::{Decision, OrderKey, ReviewReason, StoreError};

use super::{Rejection, Settlement, WhenAuthorized, return_token};
use crate::{OrderId, SaleToken};

impl Settlement {
    /// The buyer's browser came back: `order` from the path of the return address, `query` as it came.
    ///
    /// The token must be the one that was remembered for the order. Then the order is asked about, and
    /// settled if it is paid. Refreshing the page, or coming back twice, is harmless.
    ///
    /// A second sale of the same order that is paid as well is found under review, as a
    /// [conflict](ReviewReason::Conflict): nothing is delivered for it; refund it.
    ///
    /// # Errors
    ///
    /// [`Rejection`] when the return does not belong to the order.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn returned(&self, order: &OrderId, query: &str) -> Result<Found, Rejection> {
        let returned = self.look(order, query).await;
        if let Err(rejection) = &returned {
            tracing::warn!(order_id = %order, %rejection, "a return is rejected");
        }
        returned
    }

    /// Asks about the sale of an order and settles it if it is paid: without a return, after a capture, or
    /// when a charge said [`ReadSale`](crate::api::NextStep::ReadSale). `None` for an unknown order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the order could not be read.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn settle(&self, order: &OrderId) -> Result<Option<Reconciled>, StoreError> {
        self.reconciler().ask_about(&self.order_key(order)).await
    }

    async fn look(&self, order: &OrderId, query: &str) -> Result<Found, Rejection> {
        let brought = return_token(query)?;
        let key = self.order_key(order);
        let record = match self.ledger().get(&key).await {
            Ok(record) => record.ok_or(Rejection::UnknownOrder)?,
            Err(error) => {
                tracing::error!(order_id = %order, %error, "the order could not be read");
                return Ok(Found::Unavailable);
            }
        };
        if record.session.as_deref() != Some(brought.as_str()) {
            return self.look_at_another_sale(&key, &brought).await;
        }
        match self.reconciler().ask_about(&key).await {
            Ok(asked) => Ok(asked.ok_or(Rejection::UnknownOrder)?.found),
            // The reconciler has it in the log.
            Err(_) => Ok(Found::Unavailable),
        }
    }

    /// A token that is not the order's. Mostly somebody else's sale; a second sale of this very order that is
    /// paid must not be lost.
    async fn look_at_another_sale(
        &self,
        key: &OrderKey,
        brought: &SaleToken,
    ) -> Result<Found, Rejection> {
        let Ok(sale) = self.client().sale(brought).await else {
            return Err(Rejection::OtherToken);
        };
        let treat_as_paid = WhenAuthorized::TreatAsPaid;
        let Answer::Paid(payments) = self.inquiry.judge(key, brought, &sale, treat_as_paid) else {
            return Err(Rejection::OtherToken);
        };
        let why = ReviewReason::Conflict;
        for payment in &payments {
            // Not by the gate: the order may be settled with the same total, by its own sale.
            if let Err(error) = self.ledger().review(payment, why).await {
                tracing::error!(%error, "a second sale could not be recorded for review");
                return Ok(Found::Unavailable);
            }
        }
        tracing::warn!(
            order_id = key.order_id(),
            "a second sale of an order is paid and waits for review"
        );
        Ok(Found::Review(why, Decision::ConflictRecorded))
    }
}
