//! A shop on axum that takes Payture payments, with a fake Payture beside it.
fn main() {}
