//! The purchase flow on actix: its routes, how they are mounted, and its answers.

mod mount;
mod respond;
mod routes;

pub use mount::purchase_flow;
