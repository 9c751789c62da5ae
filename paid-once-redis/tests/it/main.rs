//! What the conformance kit cannot know: Redis itself.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod cluster;
mod faults;
mod migration;
mod opening;
mod refusals;
mod scripts;
mod settle_with;
mod shop;
