use async_trait::async_trait;

use crate::Payment;

/// Asks the provider whether a success it reported is true.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot ask the provider back",
    note = "for PayTR use `StatusReadBack`; otherwise implement `ReadBack` with an authenticated query"
)]
#[async_trait]
pub trait ReadBack: Send + Sync + 'static {
    /// Compares amount, currency and mode of `payment` with the provider's own answer.
    async fn read_back(&self, payment: &Payment) -> ReadBackAnswer;
}

/// The provider's answer to a read-back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an answer that is not looked at protects nobody"]
pub enum ReadBackAnswer {
    /// It says the same.
    Confirmed,
    /// It says something else: refuse and record for review.
    Contradicted,
    /// It did not answer.
    Unavailable,
}

/// What to do when a read-back gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenReadBackUnavailable {
    /// Do not acknowledge: the provider asks again and the read-back gets another try.
    AskAgain,
    /// Deliver all the same: the signature and the shop's records have passed.
    Deliver,
}
