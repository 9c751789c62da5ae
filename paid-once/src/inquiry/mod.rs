//! Settlement by asking the provider, for every provider.
//!
//! A message may never come, may come to a handler that fails, and some providers send none that proves
//! anything. So the shop asks: the [ledger](crate::OrderLedger::take_due) hands out the orders that are
//! due, an [`Inquiry`] asks the provider about one of them, and the [`Reconciler`] takes what is paid
//! through the [gate](crate::Gate) to the same handler as a message's.
//!
//! ```
//! use std::sync::Arc;
//! use paid_once::inquiry::{Answer, Inquiry, Reconciler};
//! use paid_once::*;
//!
//! /// Asks a provider that knows one payment.
//! struct AskProvider;
//!
//! #[async_trait]
//! impl Inquiry for AskProvider {
//!     async fn ask(&self, order: &OrderRecord) -> Answer {
//!         match order.order.order_id() {
//!             "SHOP0001" => {
//!                 let total = Money::new(3_456, Currency::TRY);
//!                 Answer::Paid(vec![Payment::paid(order.order.clone(), total)])
//!             }
//!             _ => Answer::NotYet,
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! let ledger = Arc::new(MemoryStore::new());
//! let order = OrderKey::new("123456", "SHOP0001")?;
//! let price = Expected::AtLeast(Money::new(3_456, Currency::TRY));
//! let new = NewOrder::new(order.clone(), price).with_inquire_after(std::time::Duration::ZERO);
//! ledger.open(new).await?;
//!
//! let gate = Gate::builder(ledger.clone(), ledger.clone()).build()?;
//! let book = async |delivery: Delivery| {
//!     println!("{} is paid", delivery.payment.order);
//!     Ok::<_, BoxError>(())
//! };
//! let reconciler = Reconciler::builder("123456", ledger.clone(), gate, AskProvider, book).build();
//!
//! // In a shop: tokio::spawn(reconciler.run(stop)). Here: one round.
//! let round = reconciler.round().await?;
//! assert_eq!(round.len(), 1);
//! assert!(round[0].found.is_settled());
//! # Ok(())
//! # }
//! ```
//!
//! # When an order is asked about
//!
//! | order | asked | until |
//! |---|---|---|
//! | pending | at growing [intervals](ReconcilerBuilder::pauses) | it is paid, or the provider says "not paid" past the [horizon](ReconcilerBuilder::horizon): then it is closed |
//! | failed | the same | the provider says "not paid" once its [payment page](ReconcilerBuilder::page_life) is dead |
//! | [held, or a plan](Answer::StaysOpen) | the same | it is paid |
//! | undelivered | a minute after its handler failed first, then at [short intervals](ReconcilerBuilder::undelivered_pauses) | it is delivered |
//! | refused and recorded for review | at the longest interval | it is delivered, after a person mended the record |
//!
//! An order is never given up because the provider did not answer.

mod answer;
mod builder;
mod found;
mod last_time;
mod reconciler;

pub use answer::{Answer, DeliveryHandler, Inquiry};
pub use builder::{Pauses, ReconcilerBuilder};
pub use found::{Found, Reconciled};
pub use reconciler::Reconciler;
