//! What the conformance kit cannot know: Redis itself.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod back_office;
mod cluster;
mod faults;
mod migration;
mod migration_of_reviews;
mod opening;
mod refunds;
mod refusals;
mod scripts;
mod settle_with;
mod shop;
