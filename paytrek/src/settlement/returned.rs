use paid_once::inquiry::{Answer, Found, Reconciled};
use paid_once::{Decision, OrderRecord, ReviewReason, StoreError};

use super::{Settlement, WhenAuthorized};
use crate::{OrderId, SaleToken};

impl Settlement {
    /// The buyer's browser came back: `order` from the path of the return address, `query` as it came.
    ///
    /// The token must be the one that was remembered for the order. Then the order is asked about, and
    /// settled if it is paid. Refreshing the page, or coming back twice, is harmless.
    ///
    /// Another sale of the same order that is paid is found under review: as
    /// [paid twice](ReviewReason::PaidTwice) when the order is paid already, else as a
    /// [conflict](ReviewReason::Conflict), since its own sale may still be paid. Nothing is delivered for it;
    /// refund it, unless its own sale never is.
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
            return self.look_at_another_sale(&record, &brought).await;
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
        record: &OrderRecord,
        brought: &SaleToken,
    ) -> Result<Found, Rejection> {
        let key = &record.order;
        let Ok(sale) = self.client().sale(brought).await else {
            return Err(Rejection::OtherToken);
        };
        let treat_as_paid = WhenAuthorized::TreatAsPaid;
        let Answer::Paid(payments) = self.inquiry.judge(key, brought, &sale, treat_as_paid) else {
            return Err(Rejection::OtherToken);
        };
        let (why, decision) = match record.state.paid_total() {
            Some(_) => {
                let twice = ReviewReason::PaidTwice;
                (twice, Decision::RefusedForReview(twice))
            }
            None => (ReviewReason::Conflict, Decision::ConflictRecorded),
        };
        for payment in &payments {
            // Not by the gate: the order may be settled with the same total, by its own sale.
            if let Err(error) = self.ledger().review(payment, why).await {
                tracing::error!(%error, "another sale of an order could not be recorded for review");
                return Ok(Found::Unavailable);
            }
        }
        tracing::warn!(
            order_id = key.order_id(),
            "another sale of an order is paid and waits for review"
        );
        Ok(Found::Review(why, decision))
    }
}

/// Why a buyer's return is no reason to ask about the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The shop opened no such order.
    #[error("the order is unknown")]
    UnknownOrder,
    /// The buyer's browser brought no token.
    #[error(transparent)]
    ReturnToken(#[from] ReturnTokenError),
    /// The buyer's browser brought the token of another sale.
    #[error("the token is not the one of the order")]
    OtherToken,
}

/// The sale's token in the query of a return address: `token=c626f491…`.
///
/// It is a pointer and proves nothing. [`Settlement::returned`](crate::Settlement::returned) compares it with
/// the token of the order.
///
/// ```
/// use paytrek::return_token;
///
/// let token = return_token("token=c626f49193114e24ad0980752b749318")?;
/// assert_eq!(token.as_str(), "c626f49193114e24ad0980752b749318");
/// assert!(return_token("token=..%2F").is_err());
/// # Ok::<_, paytrek::ReturnTokenError>(())
/// ```
///
/// # Errors
///
/// [`ReturnTokenError`] when there is no token, more than one, or something else in its place.
pub fn return_token(query: &str) -> Result<SaleToken, ReturnTokenError> {
    let mut tokens = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "token");
    let (_, token) = tokens.next().ok_or(ReturnTokenError::Missing)?;
    if tokens.next().is_some() {
        return Err(ReturnTokenError::Repeated);
    }
    SaleToken::new(&token).map_err(|_| ReturnTokenError::Malformed)
}

/// Why a return address has no token. Never shows what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnTokenError {
    /// There is none.
    #[error("the return address has no token")]
    Missing,
    /// There are several.
    #[error("the return address has more than one token")]
    Repeated,
    /// It is not 32 lower-case hexadecimal digits.
    #[error("the token of the return address is not a sale's")]
    Malformed,
}
