//! How an order stands at Payture, and what that means for its money.

mod hold;
mod paid_order;
mod standing;
mod state;

pub use hold::Hold;
pub use paid_order::PaidOrder;
pub use standing::Standing;
pub use state::{Funds, State};
