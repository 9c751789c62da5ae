use super::{RefundError, Refunded};
use crate::api::Refund;
use crate::{PaytrClient, RefundLedger, Reservation};

impl PaytrClient {
    /// Reserves the amount in the shop's own ledger first, then refunds.
    ///
    /// Two refunds of one order at the same time cannot give back more than the order: the ledger
    /// grants the second one only what the first one left. After [`RefundError::Unknown`] the
    /// reservation stays, and counts, until the outcome is known:
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: &paytr_core::PaytrClient,
    /// #     ledger: &paytr_core::MemoryRefundLedger,
    /// #     unknown: &paytr_core::UnknownRefund,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// use paytr_core::{RefundLedger as _, RefundState};
    ///
    /// let (order, reference) = (unknown.order(), unknown.reference());
    /// let key = order.order_key(client.credentials().merchant_id());
    /// match client.refund_state(order, reference).await? {
    ///     RefundState::Listed { .. } => ledger.confirm(&key, reference).await?,
    ///     // Only after a person has seen in the merchant panel that there is no such refund:
    ///     RefundState::NotListed => ledger.cancel(&key, reference).await?,
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An order that the ledger does not know is refunded as by
    /// [`refund_checked`](Self::refund_checked), without a reservation.
    ///
    /// # Errors
    ///
    /// [`RefundError`].
    pub async fn refund_reserved(
        &self,
        ledger: &dyn RefundLedger,
        refund: &Refund,
    ) -> Result<Refunded, RefundError> {
        let order = refund.order.order_key(self.credentials().merchant_id());
        let reservation = ledger
            .reserve(&order, &refund.reference, refund.amount)
            .await
            .map_err(RefundError::Ledger)?;
        match reservation {
            Reservation::Granted => {}
            Reservation::Exceeds { left } => return Err(RefundError::Exceeds { left }),
            Reservation::Duplicate => return Err(RefundError::ReferenceUsed),
            Reservation::UnknownOrder => return self.refund_checked(refund).await,
        }
        let outcome = self.refund(refund).await;
        let written = match &outcome {
            Ok(_) => ledger.confirm(&order, &refund.reference).await,
            Err(RefundError::Unknown(_)) => Ok(()),
            Err(_) => ledger.cancel(&order, &refund.reference).await,
        };
        // An open reservation counts as a refund, so this errs on the side of giving back less.
        if let Err(error) = written {
            tracing::error!(
                error = %error,
                merchant_oid = %refund.order,
                reference_no = %refund.reference,
                "the reservation of a refund could not be closed"
            );
        }
        outcome
    }
}
