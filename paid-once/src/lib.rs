//! Settle each payment exactly once.
//!
//! A payment provider tells a shop about a payment by calling it, often more than once, sometimes
//! late, sometimes to two nodes at the same time. This crate decides what happens with such a
//! message after the provider's own crate has proven that it is genuine:
//!
//! 1. the total is compared with what the shop expects ([`ExpectedAmount`]),
//! 2. optionally the provider is asked again ([`ReadBack`]),
//! 3. the right to handle the payment is claimed ([`OrderStore::claim`]),
//! 4. the handler runs under a time limit, detached from the connection,
//! 5. the claim is settled, and only then may the provider be told that all is well.
//!
//! [`Gate`] does these steps in this order. It knows no provider, no HTTP and no web framework.
//!
//! A shop that sells through PayTR, Payture or Paytrek has what it needs of this from `paytr-axum`,
//! `paytr-actix`, `payture` or `paytrek`. Use this crate itself for another provider, for a store of your
//! own, or for handlers that more than one provider's payments come to.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use paid_once::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ledger = Arc::new(MemoryStore::new());
//! let gate = Gate::builder(ledger.clone(), ledger.clone()).build()?;
//!
//! // The shop opens an order and remembers what it costs.
//! let order = OrderKey::new("123456", "SHOP0001")?;
//! let price = Money::new(3_456, Currency::TRY);
//! ledger.open(NewOrder::new(order.clone(), Expected::AtLeast(price))).await?;
//!
//! // A verified message arrives, twice.
//! let payment = Payment::paid(order, price);
//! let first = gate.receive(payment.clone(), |_delivery| async { Ok::<_, BoxError>(()) }).await;
//! let second = gate.receive(payment, |_delivery| async { Ok::<_, BoxError>(()) }).await;
//!
//! assert!(matches!(first, Decision::Settled));
//! assert!(matches!(second, Decision::Duplicate)); // acknowledged, the handler did not run
//! # Ok(())
//! # }
//! ```
//!
//! # What "once" means
//!
//! * A plain handler runs at most once at a time, and exactly once unless the process dies between
//!   the handler's effect and the settlement. Then the next delivery runs it again, with
//!   [`Lease::attempt`] above 1.
//! * A handler that settles inside its own database transaction (`settle_in` of `paid-once-sqlx`)
//!   has its effect exactly once, whatever dies.
//!
//! # States of one order
//!
//! | state \ event | success, total T | failed |
//! |---|---|---|
//! | nothing yet | granted | granted |
//! | closed: given up unpaid | granted: money moved | duplicate |
//! | failed settled | granted: a success always wins | duplicate |
//! | in progress, lease live | in progress | in progress |
//! | lease of a failure expired or released | granted, attempt + 1, fence + 1 | the same |
//! | undelivered with T: the lease of a success expired or was released | granted, attempt + 1, fence + 1 | superseded |
//! | undelivered with another total | conflict | superseded |
//! | success settled with T | duplicate | superseded |
//! | success settled with another total | conflict | superseded |
//!
//! # What was paid is not forgotten
//!
//! A claim of a success makes its total durable. From then on the order is paid, whatever its handler
//! does: until one succeeds it is [`Undelivered`], it is listed, it keeps its idempotency key, and a
//! later failure changes nothing. A message that never came, or that no handler took, is made good by
//! [asking the provider](inquiry): the ledger says which orders are due, and a [`Reconciler`] asks about
//! them and takes what is paid through the same gate.
//!
//! # Features
//!
//! * `testing`: the [conformance kit](testing) that every store here passes and yours can run.

// The docs link to the kit; without it those links lead nowhere, which is no mistake.
#![cfg_attr(not(feature = "testing"), allow(rustdoc::broken_intra_doc_links))]

pub mod back_office;
mod claim;
mod error;
mod expected;
mod gate;
pub mod inquiry;
mod ledger;
mod memory;
mod money;
mod order_key;
mod payment;
mod price_list;
mod record;
pub mod refund;
mod review;
mod review_queue;
mod store;
mod surcharge;
#[cfg(feature = "testing")]
pub mod testing;

pub use async_trait::async_trait;
pub use claim::{Claim, Claimant, Lease, Settled, Standing};
pub use error::{BoxError, StoreError, causes};
pub use expected::{Expected, ExpectedAmount, Mismatch};
pub use gate::{
    Admission, ClaimedPayment, Decision, Delivery, DrainTimeout, Gate, GateBuilder,
    GateConfigError, HandlerFailure, HandlerTasks, ReadBack, ReadBackAnswer, TestPayments,
    Unavailable, WhenReadBackUnavailable,
};
pub use inquiry::{Answer, Inquiry, Reconciler};
pub use ledger::{Idempotency, NewOrder, Opened, OrderLedger, Retention};
pub use memory::MemoryStore;
pub use money::{Currency, CurrencyError, Money};
pub use order_key::{OrderKey, OrderKeyError};
pub use payment::{FailureReason, Mode, Outcome, Payment};
pub use price_list::PriceList;
pub use record::{DueOrder, OrderRecord, OrderState, Undelivered};
pub use review::{Resolution, Resolved, Resolving, Review, ReviewFilter, ReviewId, ReviewReason};
pub use review_queue::{ReviewQueue, Worked};
pub use store::OrderStore;
pub use surcharge::SurchargeLimit;
