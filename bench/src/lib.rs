//! The benchmarks behind `cargo xtask bench`: speed as ratios, measured in one run.
//!
//! * `callbacks`: notifications per second and latency of the layer on axum and of the extractor on
//!   actix, with a store in memory, each against a server of the same framework that only parses the form.
//! * `memory`: bytes of a settled order in a `MemoryStore`.
//! * `verify`: time and allocations of one verification, against a bare HMAC-SHA256 of the same message
//!   with its key state kept.
//! * `stores`: payments claimed and settled per second in each store, against the bare engine.
//! * `growth`: what each step with an order costs in a store with many orders, against one with few.
//! * `relay`: notifications per second of `paytr-relay` with an app behind it, against an axum shop.
//!
//! They are several programs because counting allocations slows every allocation down.

pub mod load;
pub mod notifications;
pub mod payments;
pub mod server_process;
pub mod stats;
