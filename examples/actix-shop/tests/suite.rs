//! The shop is held to the promises that every example shop makes.

shop_suite::shop_suite!(env!("CARGO_BIN_EXE_actix-shop"));
