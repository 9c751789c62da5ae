//! What the conformance kit cannot know: Redis itself.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod back_office;
mod cluster;
mod faults;
mod load;
mod migration;
mod migration_of_reviews;
mod opening;
mod permissions;
mod refunds;
mod refusals;
mod replicas;
mod scripts;
mod sentinels;
mod settle_with;
mod shop;
#[cfg(feature = "tls")]
mod tls;
