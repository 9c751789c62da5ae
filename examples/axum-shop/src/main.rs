//! examples/axum-shop
fn main() {}
