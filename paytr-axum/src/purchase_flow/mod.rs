//! The purchase flow as a router.

mod body;
mod respond;
mod routes;

pub use routes::purchase_flow;
