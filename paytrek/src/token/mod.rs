//! Paytrek's identifiers. Each is checked against its format before it can enter a path.

mod kinds;

pub use kinds::{CardToken, PlanToken, SaleToken, SubscriptionToken, TokenError};
