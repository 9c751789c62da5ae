//! The requests that move money: sent once, and asked about when their answer is lost.

use super::{PaytrekClient, PaytrekError};
use crate::api::{
    Cancel, CancelAnswer, Capture, CaptureAnswer, Charge, ChargeAnswer, ChargeWithToken, Happened,
    MovesMoney, Refund, RefundAnswer, Sale,
};

/// What became of a request that moves money.
#[derive(Debug)]
#[must_use = "a lost answer is not a failure"]
pub enum Outcome<T> {
    /// Paytrek answered.
    Answered(T),
    /// No usable answer came. The request was not sent again: the sale was read instead, and this is what it
    /// shows.
    AnswerLost {
        /// Whether the request took effect.
        happened: Happened,
        /// The sale as it stands now.
        sale: Box<Sale>,
        /// What came instead of an answer.
        why: Box<PaytrekError>,
    },
}

impl<T> Outcome<T> {
    /// The answer, if it came.
    #[must_use]
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::AnswerLost { .. } => None,
        }
    }
}

impl PaytrekClient {
    /// Charges a card against a created sale. Go on with
    /// [`ChargeAnswer::next_step`](crate::api::ChargeAnswer::next_step).
    ///
    /// # Errors
    ///
    /// [`PaytrekError`], as for [`send_money`](Self::send_money).
    pub async fn charge(&self, charge: &Charge) -> Result<Outcome<ChargeAnswer>, PaytrekError> {
        self.send_money(charge).await
    }

    /// Charges a stored card against a created sale.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`], as for [`send_money`](Self::send_money).
    pub async fn charge_with_token(
        &self,
        charge: &ChargeWithToken,
    ) -> Result<Outcome<ChargeAnswer>, PaytrekError> {
        self.send_money(charge).await
    }

    /// Captures a pre-authorised sale.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`], as for [`send_money`](Self::send_money).
    pub async fn capture(&self, capture: &Capture) -> Result<Outcome<CaptureAnswer>, PaytrekError> {
        self.send_money(capture).await
    }

    /// Voids a sale, or refunds it in full.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`], as for [`send_money`](Self::send_money).
    pub async fn cancel(&self, cancel: &Cancel) -> Result<Outcome<CancelAnswer>, PaytrekError> {
        self.send_money(cancel).await
    }

    /// Refunds a sale, in full or in part.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`], as for [`send_money`](Self::send_money).
    pub async fn refund(&self, refund: &Refund) -> Result<Outcome<RefundAnswer>, PaytrekError> {
        self.send_money(refund).await
    }

    /// Sends a request that moves money, once. If no usable answer comes, or one whose code says that the
    /// outcome is unknown, the sale is read.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When it [leaves the outcome open](PaytrekError::leaves_outcome_open) the sale could
    /// not be read either: read it later, and do not send the request again before.
    pub async fn send_money<R: MovesMoney + Sync>(
        &self,
        request: &R,
    ) -> Result<Outcome<R::Reply>, PaytrekError> {
        let why = match self.send(request).await {
            Ok(answer) => return Ok(Outcome::Answered(answer)),
            Err(error) if error.leaves_outcome_open() => error,
            Err(error) => return Err(error),
        };
        tracing::warn!(error = %why, "an answer about money is lost; the sale is read instead");
        match self.sale(request.sale_token()).await {
            Ok(sale) => Ok(Outcome::AnswerLost {
                happened: request.happened(&sale),
                sale: Box::new(sale),
                why: Box::new(why),
            }),
            Err(error) => {
                tracing::warn!(error = %error, "the sale cannot be read either");
                Err(why)
            }
        }
    }
}
