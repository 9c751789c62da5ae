//! A shop on actix-web that takes Paytrek payments, with a fake Paytrek beside it.
fn main() {}
