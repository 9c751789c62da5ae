//! Two nodes, one on axum and one on actix-web, are one shop, whatever fails.

shop_suite::fault_suite!(
    env!("CARGO_BIN_EXE_axum-node"),
    env!("CARGO_BIN_EXE_actix-node"),
    env!("CARGO_BIN_EXE_plain-node")
);

shop_suite::front_suite!(
    env!("CARGO_BIN_EXE_axum-node"),
    env!("CARGO_BIN_EXE_actix-node")
);
