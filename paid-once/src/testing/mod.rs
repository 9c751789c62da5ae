//! The conformance kit: checks any order store against the rules of this crate.
//!
//! Say with a [`Subject`] how to make an empty store, stamp the tests with
//! [`order_store_tests!`](crate::order_store_tests), and run them with `cargo test`. A store that is
//! also an [`OrderLedger`](crate::OrderLedger) stamps
//! [`order_ledger_tests!`](crate::order_ledger_tests) too, and one for a back office
//! [`back_office_tests!`](crate::back_office_tests).
//!
//! # Example
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [dev-dependencies]
//! paid-once = { version = "0.1", features = ["testing"] }
//! ```
//!
//! In `tests/conformance.rs`:
//!
//! ```
//! use std::sync::Arc;
//! use paid_once::testing::{NodeClock, Subject};
//! use paid_once::{async_trait, BoxError, Review, ReviewFilter};
//! # use paid_once::{MemoryStore as MyStore, OrderLedger as _};
//!
//! struct Mine(Arc<MyStore>);
//!
//! #[async_trait]
//! impl Subject for Mine {
//!     type Store = MyStore;
//!
//!     async fn fresh() -> Result<Self, BoxError> {
//!         Ok(Self(Arc::new(MyStore::new())))
//!     }
//!
//!     async fn node(&self, _clock: NodeClock) -> Result<Arc<MyStore>, BoxError> {
//!         Ok(self.0.clone())
//!     }
//!
//!     async fn reopen(self) -> Result<Self, BoxError> {
//!         Ok(self)
//!     }
//!
//!     async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
//!         Ok(self.0.reviews(&ReviewFilter::all(), 100).await?)
//!     }
//! }
//!
//! mod store {
//!     paid_once::order_store_tests!(super::Mine);
//! }
//!
//! mod ledger {
//!     paid_once::order_ledger_tests!(super::Mine);
//! }
//!
//! mod back_office {
//!     paid_once::back_office_tests!(super::Mine);
//! }
//! ```
//!
//! # How it works
//!
//! * The cases are plain functions, in [`store`], [`ledger`] and [`back_office`]; the macros only give them names.
//!   [`run`] runs one of them in a runtime of its own.
//! * Every case makes its own store, so cases may run side by side.
//! * Nothing sleeps for a fixed time. Leases that must run out are short, leases that must not are
//!   long, and what has to come true is waited for until a [deadline](eventually).
//! * A failed case panics with the rule that was broken.
//!
//! New cases may be added in any release: a store that breaks a rule was wrong before as well.

pub mod back_office;
pub mod ledger;
mod order_in_test;
mod partly;
mod run;
mod stamp;
pub mod store;
mod subject;

pub use run::{eventually, run};
pub use subject::{NodeClock, Subject};

use order_in_test::{OrderInTest, granted, order, paid, total};
use partly::polled;
use run::must;
