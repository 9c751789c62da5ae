//! Payture payments for Rust shops: every command, and settlement that sees each payment once.
//!
//! Payture is a Russian payment gateway. A shop opens a session, the buyer pays on Payture's page, and the
//! shop asks Payture how the order stands. Payture also sends notifications, but signs none of them, so this
//! crate believes none: a notification, a browser's return and plain waiting all lead to the same question,
//! and only its answer settles an order.
//!
//! ```
//! use std::sync::Arc;
//! use payture::commands::inpay::Init;
//! use payture::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let fake = payture::testing::FakePayture::builder().terminal("Shop", "pA5s7word").start().await?;
//! # let environment = fake.environment()?;
//! // Once: a terminal (`Environment::sandbox()` or `::production()`), a client, a ledger, a gate.
//! let client = PaytureClient::new(Terminal::new(environment, "Shop", "pA5s7word", Currency::RUB)?)?;
//! let ledger = Arc::new(MemoryStore::new()); // in production `SqliteLedger` of `paid-once-sqlx`
//! let gate = Gate::builder(ledger.clone(), ledger.clone()).build()?;
//! // What is done with a payment, once for each.
//! let book = async |paid: Delivery| {
//!     println!("{} paid {:?}", paid.payment.order.order_id(), paid.payment.total());
//!     Ok::<_, BoxError>(())
//! };
//! // In a shop: `tokio::spawn` its `run`, too. It asks about the orders that nobody says anything about.
//! let reconciler = client.reconciler(Interface::InPay, ledger.clone(), gate, book).build();
//!
//! // Checkout: the order is in the ledger before Payture hears of it. Send the browser to `page`.
//! let (order, price) = (OrderId::random(), Money::new(12_480, Currency::RUB));
//! let key = client.terminal().order_key(&order);
//! let _new = ledger.open(NewOrder::new(key, Expected::Exactly(price))).await?;
//! let session = client.send(&Init::pay(order.clone(), price).product("Ticket")).await?;
//! let page = client.page_url(&session)?;
//! # fake.pay(&order, payture::testing::TestCard::SUCCESS)?;
//! # let body = fake.notification_body(&order, payture::settlement::Event::EnginePaySuccess)?;
//! # let body = body.as_bytes();
//!
//! // Notification: the body is only a hint to ask.
//! let notified = Notified::receive(&reconciler, body).await;
//! assert_eq!(notified.reply().status, 200);
//! assert!(matches!(notified, Notified::Asked(found) if found.is_settled()));
//! # Ok(())
//! # }
//! ```
//!
//! # What is here
//!
//! * [`commands`]: one type per command, for `api`, `apim` (`InPay`), `vwapi` (eWallet), wallets of phones and
//!   receipts. The flow of each interface is drawn in its module.
//! * [`PaytureClient`]: sends them (feature `client`). What may have moved money is never sent twice:
//!   [`send_or_look`](PaytureClient::send_or_look) asks for the order's state instead.
//! * [`answer`] and [`replies`]: XML with the three values of `Success`, unknown attributes kept.
//! * [`errors`] and [`states`]: open sets, each value with its meaning and what to do. Holds and paid orders
//!   are types: [`Hold`](states::Hold), [`PaidOrder`](states::PaidOrder), [`Standing`].
//! * [`three_ds`]: to the bank and back, with both ways to finish.
//! * [`settlement`]: from a hint to a settled payment, through the [`Reconciler`] that all providers share.
//! * [`testing`]: a stateful Payture on loopback (feature `testing`).
//!
//! `cargo run -p payture-shop` is a whole shop on it.
//!
//! # What cannot happen
//!
//! * No value begins another parameter. The inner format has no quoting, so values with `;` or control
//!   characters are refused before anything is sent, and so are extra fields with reserved names.
//! * No amount in another currency is sent: the wire has no currency, the [`Terminal`] has.
//! * No sandbox payment settles an order of production: the environment is part of the order's key.
//! * No later answer unsettles an order: a partial refund lowers `Amount`, and the shop's own record is
//!   asked first.
//! * No password, card, token or customer shows in `Debug`, errors or logs.
//!
//! # What this rests on
//!
//! | part | evidence |
//! |---|---|
//! | paths, fields, passwords, states, settlement rules | documented by Payture |
//! | `CustomerKey`, `PaytureId`, `SendCode`, `ApplePay`, `AndroidPay`, the host of production | Payture's own kits |
//! | most answers in the tests | recorded with a Payture sandbox by others, and published |
//! | the second decoding of the inner format | inferred: an encoding of the whole text was recorded as accepted |
//! | `MobileBlock` takes what `MobilePay` takes; roots of 3-D Secure answers | assumed |
//! | error codes that the current list, readable in part, does not show | older lists |
//!
//! # Never tried on a live terminal
//!
//! **Nothing here has ever spoken to Payture**, neither to a sandbox nor to production: only to the fake of
//! this crate, which has the same author. Try these first when you have a terminal:
//!
//! 1. an `Init` with a product of Cyrillic letters, `+` and `%` ([`InnerVariant`] has a switch);
//! 2. both ways to finish 3-D Secure, and the root elements of their answers;
//! 3. a partial charge and a partial refund on each interface, and `Amount` of `GetState` after each;
//! 4. whether `Amount` of `GetState` has a fee that the buyer pays, on terminals with one: such an order is
//!    reported as a mismatch, never settled;
//! 5. wallets of phones, `SendCode` and receipts;
//! 6. notifications: which events and fields a terminal sends, and how often.
//!
//! `PreAuth` (3-D Secure 2 on the shop's page) and `GetQRCode` (fast payments) have no public fields:
//! [`Open`](commands::Open) sends them. The body of `CreateCorrection` is not public either.
//!
//! # Features
//!
//! * `client` (default): [`PaytureClient`], on reqwest and rustls.
//! * `testing`: [`testing`], the fake.
//! * `fake`: the fake as the command `payture-fake`, for shops in any language.

// The docs link to the client and the fake; without them those links lead nowhere, which is no mistake.
#![cfg_attr(
    not(all(feature = "client", feature = "testing")),
    allow(rustdoc::broken_intra_doc_links)
)]

pub mod answer;
#[cfg(feature = "client")]
mod client;
pub mod commands;
mod environment;
pub mod errors;
mod form;
mod inner;
mod interface;
pub mod replies;
pub mod settlement;
pub mod states;
mod terminal;
#[cfg(feature = "testing")]
pub mod testing;
pub mod three_ds;
mod values;

#[cfg(feature = "client")]
pub use client::{ClientBuildError, ClientBuilder, Known, PaytureClient, PaytureError, ReplyBody};
pub use commands::InvalidRequest;
pub use environment::{Environment, EnvironmentError};
pub use errors::{ErrorClass, ErrorCode};
pub use form::Form;
pub use inner::{ExtraFields, InnerVariant};
pub use interface::Interface;
pub use replies::{OrderStatus, Step};
pub use settlement::{Notified, Reply};
pub use states::{Standing, State};
pub use terminal::{Terminal, TerminalError, TerminalName};
pub use values::{
    Card, CardId, Customer, DisplayTotal, OrderId, PaRes, PayToken, Phone, ReturnUrl, SecureCode,
    SessionId, ThreeDsKey,
};

pub use paid_once::inquiry::{
    DeliveryHandler, Found, Pauses, Reconciled, Reconciler, ReconcilerBuilder,
};
pub use paid_once::{
    BoxError, Currency, CurrencyError, Decision, Delivery, DrainTimeout, Expected, ExpectedAmount,
    Gate, GateBuilder, GateConfigError, HandlerFailure, Idempotency, Lease, MemoryStore, Mismatch,
    Money, NewOrder, Opened, OrderKey, OrderLedger, OrderRecord, OrderState, OrderStore, Review,
    ReviewFilter, ReviewId, ReviewQueue, ReviewReason, Settled, StoreError, Undelivered, Worked,
    async_trait,
};
