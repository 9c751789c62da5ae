//! The cases for every ledger that a back office works on: [`RefundLedger`](crate::refund::RefundLedger),
//! [`BackOfficeLedger`] and [`PriceList`](crate::PriceList).

#![allow(clippy::indexing_slicing, reason = "a failed case panics")]

mod looking;
mod prices;
mod refunds;

pub use looking::*;
pub use prices::*;
pub use refunds::*;

use super::{OrderInTest, must, total};
use crate::back_office::BackOfficeLedger;
use crate::refund::{NewRefund, RefundRecord, RefundState, Reservation};

impl<Store: BackOfficeLedger> OrderInTest<Store> {
    fn refund(&self, reference: &str, minor_units: u64) -> NewRefund {
        NewRefund::new(self.order.clone(), reference, total(minor_units)).by("ayşe")
    }

    async fn reserve(&self, refund: &NewRefund) -> Reservation {
        must(
            "the ledger answers reserve",
            self.store.reserve(refund).await,
        )
    }

    async fn confirm(&self, reference: &str) {
        let confirmed = self.store.confirm(&self.order, reference).await;
        must("the refund is confirmed", confirmed);
    }

    async fn cancel(&self, reference: &str) {
        let cancelled = self.store.cancel(&self.order, reference).await;
        must("the refund is cancelled", cancelled);
    }

    async fn refunds(&self) -> Vec<RefundRecord> {
        must("refunds are read", self.store.refunds(&self.order).await)
    }

    /// References and states, in the order of the list.
    async fn refund_states(&self) -> Vec<(String, RefundState)> {
        let refunds = self.refunds().await.into_iter();
        refunds
            .map(|refund| (refund.reference, refund.state))
            .collect()
    }
}
