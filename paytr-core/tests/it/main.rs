//! What this crate promises, one subject per file, through the public API only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod callback_forgery;
mod callback_gate;
mod callback_grammar;
mod callback_money;
mod client;
mod client_replies;
mod common;
mod direct_attacks;
mod direct_form;
mod encodings;
mod fuzz_rules;
mod handler_dropped;
mod health;
mod link_rules;
#[cfg(feature = "metrics")]
mod metrics;
mod payment_properties;
mod payment_replies;
mod payment_vectors;
mod platform_rules;
mod posted_payments;
mod properties;
mod queries;
mod query_properties;
mod query_replies;
mod query_shapes;
mod query_vectors;
mod read_back;
mod reconciler;
mod refund;
mod refund_decided;
mod refund_killed;
mod refund_limit;
mod refund_lost_reply;
mod refund_reserved;
mod report_replies;
mod requests;
mod secrets;
mod secrets_payments;
mod secrets_queries;
mod sent_once;
mod vectors;
