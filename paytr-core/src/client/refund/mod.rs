//! Refunds: sent once, and looked up when their reply is lost.

mod decide;
mod outcome;
mod reserved;

use std::time::Duration;

use paid_once::Money;

pub use decide::RefundDecision;
pub use outcome::{RefundError, RefundProof, RefundState, Refunded, UnknownRefund};
pub use reserved::ReservedBy;

use super::{PaytrClient, PaytrError};
use crate::MerchantOid;
use crate::api::{Endpoint as _, InvalidRequest, OrderStatus, ReferenceNo, Refund};

/// How long to wait before each look at the status after a lost reply. PayTR's own WHMCS module looks
/// three times, half a second apart.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(500),
];

impl PaytrClient {
    /// Refunds, and finds out by status inquiry what happened if the reply is lost.
    ///
    /// The request is sent once, whatever happens. When no readable answer comes, the status of the
    /// order is asked for, up to three times, and the refund is looked for by its reference. The
    /// reference must be new: an older refund with the same one would be taken for this one. Write it
    /// down before the call: whoever drops this future, or crashes in it, needs it to find out.
    ///
    /// It does not check what is left of the order; PayTR does, with code 009.
    /// [`refund_checked`](Self::refund_checked) checks before anything is sent.
    ///
    /// ```no_run
    /// # async fn example(client: &paytr_core::PaytrClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use paytr_core::{Currency, MerchantOid, Money};
    /// use paytr_core::client::RefundError;
    /// use paytr_core::api::Refund;
    ///
    /// let refund = Refund::new(MerchantOid::new("SHOP0001")?, Money::new(1_197, Currency::TRY));
    /// match client.refund(&refund).await {
    ///     Ok(refunded) => println!("{} given back", refunded.amount()),
    ///     Err(RefundError::Unknown(unknown)) => {
    ///         // Keep the reference and ask again later: client.refund_state(order, reference).
    ///         println!("ask for {} of {} later", unknown.reference(), unknown.order());
    ///     }
    ///     Err(error) => println!("nothing was given back: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`RefundError::Unknown`] when it may have been executed; any other error means that it was not.
    pub async fn refund(&self, refund: &Refund) -> Result<Refunded, RefundError> {
        match self.send(refund).await {
            Ok(receipt) => Ok(Refunded::by_reply(refund, receipt)),
            Err(error) if error.is_indeterminate() => self.find_out(refund, error).await,
            Err(error) => Err(RefundError::NotRefunded(error)),
        }
    }

    /// Asks for the status first, and refunds only what is left of the order.
    ///
    /// With the same reference it may be repeated after [`RefundError::Unknown`]: if the status lists
    /// the reference, nothing is sent and the answer is [`RefundProof::AlreadyListed`]. Let minutes
    /// pass before: a refund that PayTR is still working on is not listed yet.
    ///
    /// Two calls at the same time do not see each other, and together may ask for more than what is
    /// left. PayTR then refuses the second one only if it has counted the first one.
    /// [`refund_reserved`](Self::refund_reserved) keeps them apart, and remembers them.
    ///
    /// # Errors
    ///
    /// [`RefundError`]. [`Exceeds`](RefundError::Exceeds) and
    /// [`ReferenceUsed`](RefundError::ReferenceUsed) mean that nothing was sent.
    pub async fn refund_checked(&self, refund: &Refund) -> Result<Refunded, RefundError> {
        self.check_form(refund)?;
        let status = self.status(&refund.order).await;
        let status = status.map_err(RefundError::NotRefunded)?;
        match RefundState::of(&status, &refund.reference) {
            RefundState::Listed { amount } if is_amount_of(refund.amount, amount, &status) => {
                return Ok(Refunded::listed(refund, amount, RefundProof::AlreadyListed));
            }
            RefundState::Listed { .. } => return Err(RefundError::ReferenceUsed),
            RefundState::NotListed => {}
        }
        check_what_is_left(&status, refund)?;
        self.refund(refund).await
    }

    /// Looks a refund up by its reference.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; a refund without a readable amount in the list is an error, never zero.
    pub async fn refund_state(
        &self,
        order: &MerchantOid,
        reference: &ReferenceNo,
    ) -> Result<RefundState, PaytrError> {
        let status = self.status(order).await?;
        Ok(RefundState::of(&status, reference))
    }

    /// A request that cannot be sent is told so before anything is asked or reserved.
    fn check_form(&self, refund: &Refund) -> Result<(), RefundError> {
        let form = refund.form(&self.credentials).map_err(PaytrError::from);
        form.map(drop).map_err(RefundError::NotRefunded)
    }

    /// What became of a refund whose reply was lost.
    async fn find_out(&self, refund: &Refund, lost: PaytrError) -> Result<Refunded, RefundError> {
        let mut seen = Ok(RefundState::NotListed);
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let status = match self.status(&refund.order).await {
                Ok(status) => status,
                Err(error) => {
                    seen = Err(error);
                    break;
                }
            };
            let state = RefundState::of(&status, &refund.reference);
            match state {
                RefundState::Listed { amount } if is_amount_of(refund.amount, amount, &status) => {
                    return Ok(Refunded::listed(refund, amount, RefundProof::StatusInquiry));
                }
                RefundState::Listed { .. } | RefundState::NotListed => seen = Ok(state),
            }
        }
        Err(UnknownRefund::new(refund, lost, seen).into())
    }
}

/// Whether a listed amount is that of a refund. For an order with a surcharge for instalments a share of it,
/// at most all of it, may be in what is listed.
fn is_amount_of(refunded: Money, listed: Money, status: &OrderStatus) -> bool {
    let (total, amount) = (status.payment_total, status.payment_amount);
    let surcharge = total.minor_units().saturating_sub(amount.minor_units());
    let least = refunded.minor_units();
    listed.currency() == refunded.currency()
        && (least..=least.saturating_add(surcharge)).contains(&listed.minor_units())
}

fn check_what_is_left(status: &OrderStatus, refund: &Refund) -> Result<(), RefundError> {
    let left = status.refundable();
    if left.currency() != refund.amount.currency() {
        let error = InvalidRequest::Shape {
            field: "return_amount",
            rule: "in the currency of the order",
        };
        return Err(RefundError::NotRefunded(error.into()));
    }
    if refund.amount.minor_units() > left.minor_units() {
        return Err(RefundError::Exceeds { left });
    }
    Ok(())
}
