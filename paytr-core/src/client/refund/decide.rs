//! Reserved refunds whose outcome is unknown: PayTR is asked.

use std::time::Duration;

use paid_once::{Money, StoreError};

use super::{RefundState, is_amount_of};
use crate::api::{InvalidRequest, OrderStatus, ReferenceNo};
use crate::refund_ledger::{RefundLedger, RefundRecord, RefundState as Standing};
use crate::{MerchantOid, PaytrClient, PaytrError};

/// More old undecided refunds of one merchant than there ever are.
const MOST_OLD: u32 = 100_000;

/// What is known now of a refund that was reserved in a ledger.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "an undecided refund needs a person sooner or later"]
pub enum RefundDecision {
    /// PayTR lists it, so it was executed. It is confirmed in the ledger.
    Executed {
        /// How much PayTR lists. For an order in instalments it may be more than what was asked for.
        amount: Money,
    },
    /// PayTR lists its reference with another amount. It stays reserved: a person must look into the
    /// merchant panel.
    OtherAmount {
        /// How much PayTR lists, summed up if several refunds have the reference.
        listed: Money,
    },
    /// PayTR does not list it, as far as the status shows. It stays reserved and counts, because PayTR
    /// documents neither when a refund is listed nor that it always is. Once a person has seen in the
    /// merchant panel that there is no such refund: [`PaytrClient::cancel_refund`].
    NotListed,
    /// PayTR gave no usable answer, or the record is of no refund at PayTR by this merchant. It stays
    /// reserved.
    Unavailable(PaytrError),
    /// PayTR does not list it, but it was reserved so short a time ago that whoever reserved it may be sending
    /// it now. It stays reserved. [`PaytrClient::cancel_refund`] only.
    TooEarly,
    /// PayTR does not list it, and it is cancelled in the ledger now: its amount is free again.
    /// [`PaytrClient::cancel_refund`] only.
    Cancelled,
    /// PayTR does not list it, and the ledger has it as confirmed or cancelled, or not at all. Nothing was
    /// changed. [`PaytrClient::cancel_refund`] only.
    AlreadyDecided,
}

impl RefundDecision {
    /// A stable name in `snake_case`, for logs and outputs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Executed { .. } => "executed",
            Self::OtherAmount { .. } => "other_amount",
            Self::NotListed => "not_listed",
            Self::Unavailable(_) => "unavailable",
            Self::TooEarly => "too_early",
            Self::Cancelled => "cancelled",
            Self::AlreadyDecided => "already_decided",
        }
    }

    /// Whether nobody has to look at the refund any more.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        matches!(
            self,
            Self::Executed { .. } | Self::Cancelled | Self::AlreadyDecided
        )
    }
}

impl PaytrClient {
    /// How long a refund must have been reserved before [`cancel_refund`](Self::cancel_refund) touches it:
    /// 10 minutes. To send one and to look for it takes half of that with the default time limits, if PayTR
    /// answers nothing.
    pub const CANCEL_REFUNDS_AFTER: Duration = Duration::from_secs(600);

    /// Asks PayTR about this merchant's refunds that were reserved at least `age` ago and are undecided,
    /// those that wait longest first, at most `limit`; confirms those that PayTR lists. None is sent again, and
    /// none is cancelled. Call it at start and now and then: any age is safe, and one of some minutes leaves
    /// out those that are being sent now.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn example(
    /// #     client: &paytr_core::PaytrClient,
    /// #     ledger: &paytr_core::MemoryStore,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// for (refund, decision) in client.decide_refunds(ledger, Duration::from_secs(600), 100).await? {
    ///     println!("{} {}: {}", refund.order.order_id(), refund.reference, decision.as_str());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the ledger could not be read or written. Calling again is safe.
    pub async fn decide_refunds(
        &self,
        ledger: &dyn RefundLedger,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<(RefundRecord, RefundDecision)>, StoreError> {
        let merchant = self.credentials().merchant_id().as_str();
        let mut decided = Vec::new();
        for record in ledger.undecided_refunds(merchant, age, limit).await? {
            let decision = self.decide_refund(ledger, &record).await?;
            decided.push((record, decision));
        }
        Ok(decided)
    }

    /// Asks PayTR about one refund, and confirms it if PayTR lists it with its amount. Nothing is sent but the
    /// status inquiry, and nothing is cancelled.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be confirmed. Calling again is safe.
    pub async fn decide_refund(
        &self,
        ledger: &dyn RefundLedger,
        record: &RefundRecord,
    ) -> Result<RefundDecision, StoreError> {
        let decision = match self.look_up(record).await {
            Ok(decision) => decision,
            Err(error) => {
                tracing::warn!(
                    %error,
                    reference_no = record.reference,
                    "the status inquiry about a refund got no usable answer"
                );
                RefundDecision::Unavailable(error)
            }
        };
        if let RefundDecision::Executed { .. } = decision {
            ledger.confirm(&record.order, &record.reference).await?;
        }
        Ok(decision)
    }

    /// For a person who has seen in the merchant panel that there is no such refund: asks PayTR as
    /// [`decide_refund`](Self::decide_refund) does, and cancels it if PayTR does not list it. Its amount is free
    /// again then, and [`refund_reserved`](Self::refund_reserved) may send it again with the same reference.
    ///
    /// One that was reserved less than [`CANCEL_REFUNDS_AFTER`](Self::CANCEL_REFUNDS_AFTER) ago, by the
    /// ledger's clock, is left alone: it may be on its way.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the ledger could not be read or written. Calling again is safe.
    pub async fn cancel_refund(
        &self,
        ledger: &dyn RefundLedger,
        record: &RefundRecord,
    ) -> Result<RefundDecision, StoreError> {
        let decision = self.decide_refund(ledger, record).await?;
        if !matches!(decision, RefundDecision::NotListed) {
            return Ok(decision);
        }
        let is_it =
            |one: &RefundRecord| one.order == record.order && one.reference == record.reference;
        // The caller's record may be old: somebody may have decided the refund, or sent it again since.
        let (merchant, age) = (record.order.merchant(), Self::CANCEL_REFUNDS_AFTER);
        let old = ledger.undecided_refunds(merchant, age, MOST_OLD).await?;
        if old.iter().any(is_it) {
            ledger.cancel(&record.order, &record.reference).await?;
            return Ok(RefundDecision::Cancelled);
        }
        let now = ledger.refunds(&record.order).await?;
        let is_reserved = |one: &RefundRecord| is_it(one) && one.state == Standing::Reserved;
        Ok(if now.iter().any(is_reserved) {
            RefundDecision::TooEarly
        } else {
            RefundDecision::AlreadyDecided
        })
    }

    /// What PayTR says of a refund.
    async fn look_up(&self, record: &RefundRecord) -> Result<RefundDecision, PaytrError> {
        let (order, reference) = self.own(record)?;
        let status = self.status(&order).await?;
        Ok(judge(record, &reference, &status))
    }

    /// The names of a refund at PayTR, if it is one of this merchant.
    fn own(&self, record: &RefundRecord) -> Result<(MerchantOid, ReferenceNo), InvalidRequest> {
        let merchant = self.credentials().merchant_id();
        let order = MerchantOid::new(record.order.order_id()).ok();
        let order = order.filter(|order| order.order_key(merchant) == record.order);
        let order = order.ok_or(InvalidRequest::Shape {
            field: "merchant_oid",
            rule: "an order of this merchant",
        })?;
        let reference = ReferenceNo::new(&record.reference);
        let reference = reference.map_err(|_| InvalidRequest::Shape {
            field: "reference_no",
            rule: "1 to 64 ASCII letters and digits",
        })?;
        Ok((order, reference))
    }
}

fn judge(record: &RefundRecord, reference: &ReferenceNo, status: &OrderStatus) -> RefundDecision {
    match RefundState::of(status, reference) {
        RefundState::NotListed => RefundDecision::NotListed,
        RefundState::Listed { amount } if is_amount_of(record.amount, amount, status) => {
            RefundDecision::Executed { amount }
        }
        RefundState::Listed { amount } => RefundDecision::OtherAmount { listed: amount },
    }
}
