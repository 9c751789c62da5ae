//! Paytrek payments for Rust shops: every resource, and settlement that sees each payment once.
//!
//! Paytrek is a Turkish payment provider with hosted payment pages, direct charges, stored cards, 3-D Secure
//! and subscriptions. It signs nothing and calls nobody: what the buyer's browser brings back is a pointer.
//! What decides is an authenticated read of the sale, and that is what [`Settlement`] does.
//!
//! ```
//! use std::sync::Arc;
//! use paytrek::api::{Item, NewSale};
//! use paytrek::*;
//! # use paytrek::{card::TestCard, testing::FakePaytrek};
//!
//! async fn book(paid: Delivery) -> Result<(), BoxError> {
//!     println!("{} paid {:?}", paid.payment.order.order_id(), paid.payment.total());
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! # let fake = FakePaytrek::start().await?;
//! # let client = fake.client()?;
//! # let buyer = Buyer::new(("John", "Doe"), "john@example.com", "212.57.9.204".parse()?,
//! #     ("123 Market St.", "San Francisco", "US"));
//! let ledger = Arc::new(MemoryStore::new()); // `SqliteLedger` in a shop
//! let gate = Gate::builder(ledger.clone(), ledger.clone());
//! # let gate = gate.test_payments(TestPayments::DeliverAsIfPaid);
//! let merchant = Merchant::new("my-shop")?;
//! let settlement = Settlement::builder(client, merchant, ledger, gate.build()?, book).build();
//!
//! // The buyer presses "pay": the order is written down, the sale is created.
//! let order = OrderId::new("SHOP0001")?;
//! let price = Money::new(2_400, Currency::TRY);
//! let sale = NewSale::new(order.clone(), price, buyer)
//!     .item(Item::new("Kalem", price, 1))
//!     .return_to("https://shop.example/return/SHOP0001");
//! let opened = settlement.open(&sale).await?; // redirect the browser to `opened.page`
//! # fake.pay(&opened.sale_token, TestCard::Isbank)?;
//!
//! // The buyer comes back to /return/SHOP0001?token=…, once or a hundred times.
//! let query = format!("token={}", opened.sale_token.as_str());
//! let found = settlement.returned(&order, &query).await?;
//! assert!(found.is_settled());
//! # Ok(())
//! # }
//! ```
//!
//! * [`api`]: one typed request per resource; [`PaytrekClient`] sends them.
//! * [`Settlement`]: opens sales and settles each paid one once, through the [`Gate`] of `paid-once`.
//! * [`Settlement::reconciler`]: finds buyers who paid and never came back, and delivers again what a handler
//!   refused.
//! * [`card`]: the checks of a card that a server can make.
//! * [`ErrorCode`]: the 48 documented codes, for the merchant and for the buyer.
//! * [`testing`]: a Paytrek on your own machine, with its payment page.
//!
//! # Payment methods
//!
//! Hosted page: the card is typed at Paytrek, the shop never sees it.
//!
//! ```text
//! browser                    shop                                 Paytrek
//!   | pay                     |                                      |
//!   |------------------------>| ledger: order costs 24.00            |
//!   |                         | POST sale/  ------------------------>|
//!   |                         | ledger: sale_token  <----------------| Created
//!   |<---- redirect ----------|                                      |
//!   |----- {host}/?token=… ---------------------------------------->| card, 3-D Secure
//!   |<---- redirect to return_url?token=… ---------------------------|
//!   |------------------------>| the token is the order's?            |
//!   |                         | GET sale/{token}/  ----------------->|
//!   |                         |   <----------------------------------| Paid, 24.00 TRY
//!   |                         | gate: receipt, once                  |
//!   |<---- "paid" ------------|                                      |
//! ```
//!
//! Charge: the shop has the card. Without 3-D Secure the second line is missing.
//!
//! ```text
//! Settlement::open   POST sale/    -> Created, sale_token
//! client.charge      POST charge/  -> forward_url: send the browser to the bank; it comes back as above
//!                                  -> no forward_url: Settlement::settle
//!                                  -> no answer: the client reads the sale, never charges again
//! ```
//!
//! Direct charge: sale and charge in one call. A lost answer takes the token with it.
//!
//! ```text
//! Settlement::expect     ledger: order costs 24.00
//! client.direct_charge   POST direct_charge/  -> sale_token, perhaps forward_url
//! Settlement::attach     ledger: sale_token
//! Settlement::settle     GET sale/{token}/
//! ```
//!
//! Stored card: as a charge, with a token in place of the card.
//!
//! ```text
//! client.store_card          POST vault/              -> card_token
//! Settlement::open           POST sale/               -> sale_token
//! client.charge_with_token   POST charge_with_token/  -> as a charge
//! ```
//!
//! Pre-authorisation, and a sale in fraud review: the money is held, and nothing is handed out.
//!
//! ```text
//! Settlement::settle   -> Found::NotYet; client.sale tells the status
//! client.capture       POST capture/ -> read the sale: Settlement::settle -> settled
//! client.cancel        POST cancel/  -> the money goes back
//! ```
//!
//! Subscription: one plan, many payments, no event. Each payment has a key of its own and settles once.
//!
//! ```text
//! Settlement::open_plan     POST subscription_plan/  -> plan_token, dated payments, nothing is paid
//! Settlement::settle_plan   GET subscription_plan/   -> every payment that is Paid: gate, once
//! ```
//!
//! # Rules that everything here keeps
//!
//! * **The browser proves nothing.** `succeeded: true`, a return, a forward address, a created plan: none of
//!   them is a payment. The own record is asked first, so that a settled order stays settled.
//! * **Nothing that moves money is sent twice.** A lost answer to a charge, a capture, a cancel or a refund
//!   is answered by reading the sale: [`Outcome::AnswerLost`].
//! * **No binary floats.** [`Decimal`] reads an amount from its source text, be it text or number.
//! * **Nothing leaks.** Cards, keys, tokens and personal data appear in no `Debug`, error, span or log.
//! * **The sandbox is test money.** The gate records it for review and delivers nothing, unless it is told
//!   otherwise: see [`TestPayments`].
//!
//! # What is known, and how
//!
//! | what | evidence |
//! |---|---|
//! | resources, fields, formats of tokens, examples | documented (2018, in Turkish and English); held byte for byte by tests |
//! | `MM/YYYY`, card number and CVC as text, `save_card` always sent, JSON booleans | the documentation's examples and its two languages disagree; the examples win |
//! | amounts as text in sales, direct charges and plans, as a number in refunds | documented examples |
//! | `Declined`, `paytrek_error`, failures with status 400 and above | other clients |
//! | the classes of error codes, `Authorized` as held, the sandbox as test money | this crate's reading |
//! | a plan's payment is paid when its status is `Paid` or `Ready to Send`, and costs what the plan's sale costs | assumed |
//!
//! # What was never tried against the live service
//!
//! Nothing here has talked to the live service or its sandbox: all of it stands on documentation from 2018
//! and on other clients. Open are, above all:
//!
//! * whether the service still runs in this form, and whether the sandbox still takes its test cards, whose
//!   dates are past;
//! * whether capture, cancel and refund name their sale in the body, as documented and done here, or in the path,
//!   as Paytrek's own Python client for v2 does; and more where the two disagree: the table is in [`testing`];
//! * the body of a refused request (status 400 and above) and where `error_code` stands;
//! * where `plan_token` goes when a plan is read or changed ([`api::PlanTokenPlace`] has both), and what a paid
//!   payment of a plan looks like;
//! * every status but `Created`, `Paid`, `Ready to Send`, `Authorized` and `PreAuthorized`: what a cancelled,
//!   refunded or expired sale is called. Unknown ones are kept and never count as paid;
//! * whether a second sale with a used order number is refused at its creation or at its charge;
//! * whether a card fee or an instalment commission changes the amount of a sale. If it does, the gate refuses
//!   the payment and records it for review;
//! * how the token is joined to a `return_url` that has a query. [`Settlement::open`] refuses such addresses;
//! * `callback_url`: how it is set and what is sent. It is ignored;
//! * whether the merchant's "channel" must be of type API, as a comment in a vendor's sample says.
//!
//! # Features
//!
//! * `client` (default): [`PaytrekClient`] and [`Settlement`], on reqwest and rustls.
//! * `testing`: [`testing`], the fake.
//! * `fake`: the fake as the command `paytrek-fake`, for shops in any language.

// The docs link to everything; without a feature some links lead nowhere, which is no mistake.
#![cfg_attr(
    not(all(feature = "client", feature = "testing")),
    allow(rustdoc::broken_intra_doc_links)
)]

pub mod api;
mod buyer;
pub mod card;
#[cfg(feature = "client")]
mod client;
mod credentials;
mod decimal;
mod error_code;
mod host;
mod ids;
mod json;
#[cfg(feature = "client")]
mod settlement;
pub mod status;
#[cfg(feature = "testing")]
pub mod testing;

pub use buyer::Buyer;
#[cfg(feature = "client")]
pub use client::{
    ClientBuildError, ClientBuilder, Outcome, PaytrekClient, PaytrekError, Refusal, ReplyBody,
};
pub use credentials::{Credentials, CredentialsError};
pub use decimal::{Decimal, DecimalError};
pub use error_code::{Advice, ErrorClass, ErrorCode, Language};
pub use host::{ForwardUrl, ForwardUrlError, Host, HostError};
pub use ids::{
    CardToken, OrderId, OrderIdError, PlanToken, SaleToken, SubscriptionToken, TokenError,
};
pub use json::{DecodeError, RawJson};
#[cfg(feature = "client")]
pub use settlement::{
    Merchant, MerchantError, OpenError, OpenSale, PageUrl, Purchase, Rejection, ReturnTokenError,
    Settlement, SettlementBuilder, WhenAuthorized, return_token,
};
pub use status::SaleStatus;

pub use paid_once::inquiry::{
    DeliveryHandler, Found, Pauses, Reconciled, Reconciler, ReconcilerBuilder,
};
pub use paid_once::{
    BoxError, Currency, CurrencyError, Decision, Delivery, DrainTimeout, Expected, ExpectedAmount,
    FailureReason, Gate, GateBuilder, GateConfigError, HandlerFailure, Idempotency, Lease,
    MemoryStore, Mismatch, Mode, Money, NewOrder, Opened, OrderKey, OrderLedger, OrderRecord,
    OrderState, OrderStore, Outcome as PaymentOutcome, Payment, Review, ReviewFilter, ReviewId,
    ReviewQueue, ReviewReason, Settled, StoreError, TestPayments, Unavailable, Undelivered, Worked,
    async_trait,
};
