use super::{Request, Sale};
use crate::SaleToken;

/// A request that moves the money of a sale whose token the shop has.
///
/// When its answer is lost, the sale is read and says whether it took effect. It is never sent again.
pub trait MovesMoney: Request {
    /// Whose money.
    fn sale_token(&self) -> &SaleToken;

    /// Whether the sale, read afterwards, shows that the request took effect.
    fn happened(&self, sale: &Sale) -> Happened;
}

/// Whether a request whose answer was lost took effect, as far as the sale shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It did.
    Yes,
    /// Not so far. It may still be on its way: read the sale again before anything is tried anew.
    NotSoFar,
    /// The sale does not tell. A person must look.
    Unclear,
}
