use super::ReturnTokenError;

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
