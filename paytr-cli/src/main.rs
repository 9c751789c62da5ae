//! The paytr command: every PayTR endpoint, notifications signed, verified and explained.
fn main() {}
