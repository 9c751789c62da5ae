//! Refunds that the shop's own ledger knows before PayTR does.

use paid_once::{Money, OrderKey, StoreError};

use super::{RefundError, Refunded};
use crate::PaytrClient;
use crate::api::Refund;
use crate::refund_ledger::{NewRefund, RefundLedger, Reservation};

/// What a ledger is told of a refund beside the refund itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedBy {
    /// Who asks for it. May be empty.
    pub by: String,
    /// What was paid, for an order that the ledger does not know. A ledger that knows the order goes by
    /// its own record.
    pub paid: Option<Money>,
}

impl ReservedBy {
    /// Asked for by this person.
    #[must_use]
    pub fn new(who: impl Into<String>) -> Self {
        Self {
            by: who.into(),
            paid: None,
        }
    }

    /// The same, for an order with which this was paid, as somebody who knows it says.
    #[must_use]
    pub fn with_paid(mut self, paid: Money) -> Self {
        self.paid = Some(paid);
        self
    }
}

impl PaytrClient {
    /// Reserves the amount durably in the shop's own ledger, then sends the refund once, then confirms or
    /// cancels the reservation.
    ///
    /// What is reserved and refunded of an order never adds up to more than what was paid, however many
    /// refunds run at the same time. A reservation whose outcome is unknown stays and counts: after
    /// [`RefundError::Unknown`], and after a process that died, wherever it was.
    /// [`decide_refunds`](Self::decide_refunds) finds out.
    ///
    /// A reference is sent once. Only after its refund was [cancelled](Self::cancel_refund) may it be sent
    /// again, by calling this again: then the status is asked first, and if PayTR lists the reference by now,
    /// nothing is sent and the answer is [`RefundProof::AlreadyListed`](super::RefundProof::AlreadyListed).
    /// Of several calls with one reference at the same time the ledger lets one through.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: &paytr_core::PaytrClient,
    /// #     ledger: &paytr_core::MemoryStore,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// use paytr_core::{Currency, MerchantOid, Money};
    /// use paytr_core::api::Refund;
    /// use paytr_core::client::{RefundError, ReservedBy};
    ///
    /// let refund = Refund::new(MerchantOid::new("SHOP0001")?, Money::new(1_197, Currency::TRY));
    /// match client.refund_reserved_as(ledger, &refund, &ReservedBy::new("ayse")).await {
    ///     Ok(refunded) => println!("{} given back", refunded.amount()),
    ///     Err(RefundError::Unknown(_)) => println!("it counts, and is decided later"),
    ///     Err(error) => println!("nothing was given back: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RefundError`]. An order that the ledger does not know is
    /// [refused](RefundError::UnknownOrder); [`refund_reserved_as`](Self::refund_reserved_as) can say what
    /// was paid.
    pub async fn refund_reserved(
        &self,
        ledger: &dyn RefundLedger,
        refund: &Refund,
    ) -> Result<Refunded, RefundError> {
        let nobody = ReservedBy::default();
        self.refund_reserved_as(ledger, refund, &nobody).await
    }

    /// [`refund_reserved`](Self::refund_reserved), with who asks for it, and with what was paid for an order
    /// that the ledger does not know.
    ///
    /// # Errors
    ///
    /// [`RefundError`].
    pub async fn refund_reserved_as(
        &self,
        ledger: &dyn RefundLedger,
        refund: &Refund,
        by: &ReservedBy,
    ) -> Result<Refunded, RefundError> {
        self.check_form(refund)?;
        let order = refund.order.order_key(self.credentials().merchant_id());
        let was_used = was_used(ledger, &order, refund).await;
        let was_used = was_used.map_err(RefundError::Ledger)?;
        let new = NewRefund::new(order.clone(), refund.reference.as_str(), refund.amount)
            .with_paid(by.paid)
            .by(&*by.by);
        match ledger.reserve(&new).await.map_err(RefundError::Ledger)? {
            Reservation::Granted => {}
            Reservation::Exceeds { left } => return Err(RefundError::Exceeds { left }),
            Reservation::Duplicate => return Err(RefundError::ReferenceUsed),
            Reservation::NotPaid => return Err(RefundError::NotPaid),
            Reservation::UnknownOrder => return Err(RefundError::UnknownOrder),
        }
        let outcome = if was_used {
            self.refund_checked(refund).await
        } else {
            self.refund(refund).await
        };
        close(ledger, &order, refund, &outcome).await;
        outcome
    }
}

/// Whether the ledger has had a refund under this reference.
async fn was_used(
    ledger: &dyn RefundLedger,
    order: &OrderKey,
    refund: &Refund,
) -> Result<bool, StoreError> {
    let reference = refund.reference.as_str();
    let before = ledger.refunds(order).await?;
    Ok(before.iter().any(|record| record.reference == reference))
}

/// Writes down what became of a reserved refund, if that is known.
async fn close(
    ledger: &dyn RefundLedger,
    order: &OrderKey,
    refund: &Refund,
    outcome: &Result<Refunded, RefundError>,
) {
    let reference = refund.reference.as_str();
    let written = match outcome {
        Ok(_) => ledger.confirm(order, reference).await,
        // PayTR may have given this money back, or did give back some under this reference.
        Err(RefundError::Unknown(_) | RefundError::ReferenceUsed) => Ok(()),
        Err(_) => ledger.cancel(order, reference).await,
    };
    // An open reservation counts as a refund and is decided later, so this errs on the side of giving back
    // less.
    if let Err(error) = written {
        tracing::error!(
            %error,
            merchant_oid = %refund.order,
            reference_no = reference,
            "the reservation of a refund could not be closed"
        );
    }
}
