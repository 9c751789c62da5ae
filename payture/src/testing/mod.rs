//! A stateful Payture on loopback, for tests and for a laptop without an account.
//!
//! It keeps terminals, sessions, orders, holds, refunds, customers and cards, shows the payment pages and a
//! bank's page, and sends notifications until they are answered with 200. It reads requests as the gateway
//! is believed to: the form is decoded, then the inner text once more as a whole, and only then split.
//!
//! ```
//! use payture::commands::inpay::Init;
//! use payture::testing::{FakePayture, TestCard};
//! use payture::{Currency, Interface, Money, OrderId, PaytureClient, State};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fake = FakePayture::builder().start().await?;
//! let client = PaytureClient::new(fake.terminal(Currency::RUB)?)?;
//! let order = OrderId::random();
//! client.send(&Init::pay(order.clone(), Money::new(12_480, Currency::RUB))).await?;
//!
//! fake.pay(&order, TestCard::SUCCESS)?; // what the buyer does on the page
//!
//! let status = client.state(Interface::InPay, &order).await?;
//! assert_eq!(status.state, State::Charged);
//! # Ok(())
//! # }
//! ```
//!
//! Over HTTP a test in any language does the same under `/_fake`. The routes are listed in
//! `docs/test-without-payture-or-paytrek.md` of the repository, which is also about the command `payture-fake` (feature `fake`).
//!
//! | behaviour | evidence |
//! |---|---|
//! | fields, passwords and encodings of each command | documented |
//! | attributes of each answer, error codes of wrong states and amounts | documented, in part recorded |
//! | what each test card does | documented, in part from test suites of other people |
//! | notifications go out once by default and end with 200 | documented |
//! | a second event for one payment (`MerchantPay`, `CustomerPaySuccess`) | from clients of other people |
//! | codes for a wrong password or an unknown terminal | assumed |
//! | `PreAuth` and `GetQRCode` answer `WRONG_PARAMS` | assumed: their fields are not public |

mod actions;
mod bank;
mod book;
mod builder;
mod cards;
mod commands;
mod control;
mod fake;
mod notifier;
mod pages;
mod server;
mod steering;
mod wallet;
mod wire;

pub use builder::FakeBuilder;
pub use cards::TestCard;
pub use control::{DeliveryAttempt, Edit, FakeActionError, FakeStartError, Fault, OrderSnapshot};
pub use fake::FakePayture;
