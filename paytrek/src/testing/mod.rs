//! A Paytrek on this machine, for tests and demos: the same calls, a hosted payment page that a person can
//! use, a bank with a 3-D Secure page, and faults on demand.
//!
//! ```
//! use paytrek::api::{Item, NewSale};
//! use paytrek::card::TestCard;
//! use paytrek::testing::FakePaytrek;
//! use paytrek::{Buyer, Currency, Money, OrderId, SaleStatus};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let fake = FakePaytrek::start().await?;
//! let client = fake.client()?;
//!
//! let price = Money::new(2_400, Currency::TRY);
//! let buyer = Buyer::new(("John", "Doe"), "john@example.com", "212.57.9.204".parse()?,
//!     ("123 Market St.", "San Francisco", "US"));
//! let sale = NewSale::new(OrderId::new("SHOP0001")?, price, buyer)
//!     .item(Item::new("Kalem", price, 1));
//! let sale = client.create_sale(&sale).await?;
//! assert_eq!(sale.status, SaleStatus::Created);
//!
//! fake.pay(&sale.sale_token, TestCard::Isbank)?; // as the buyer does on the hosted page
//! assert_eq!(client.sale(&sale.sale_token).await?.status, SaleStatus::Paid);
//! # Ok(())
//! # }
//! ```
//!
//! Over HTTP a test in any language does the same under `/_fake`. The routes are listed in
//! `docs/test-without-payture-or-paytrek.md` of the repository, which is also about the command `paytrek-fake` (feature `fake`).
//!
//! # What it does, and how that is known
//!
//! | behaviour | evidence |
//! |---|---|
//! | calls, fields, types, statuses of success, text and number amounts | documented |
//! | a missing or wrong `Authorization` is 401, another content type is 415 | assumed |
//! | a path without its trailing slash is a redirect | assumed |
//! | a refused request is 400 with `error` or `errors` | other clients |
//! | a failed charge has `succeeded: false`, `error_code` and `error_message` | documented in prose |
//! | a failed try leaves the sale `Created`, a failed 3-D Secure step makes it `Declined` | the first assumed, the second from other clients |
//! | the test cards, of which two ask for 3-D Secure with the password `a` | documented |
//! | any other card is declined with 10009; a CVC other than `000` chooses the decline: `020` is 10020 | this fake's own |
//! | `review@paytrek.com` as the buyer's address puts the sale into fraud review | this fake's own |
//! | a sale cannot be charged after an hour | documented by its examples |
//! | an order number that was paid before is refused at the charge, with 30120 | assumed |
//! | the payments of a plan become `Paid` when a test says so | assumed |
//!
//! # Where Paytrek contradicts itself
//!
//! `paytrek-v2-python-client`, which Paytrek has published, agrees with the documentation on sale and charge,
//! and not elsewhere. Which of the two the live service takes is unknown. The fake takes both, and keeps a
//! [`Warning`] for each call that is not as documented ([`FakePaytrek::warnings`]); the client of this crate
//! keeps to the documentation.
//!
//! | call | documentation | Python client | warning |
//! |---|---|---|---|
//! | capture, cancel, refund | `POST refund/`, `sale_token` in the body | `POST refund/SALE_TOKEN/` | [`SaleTokenInPath`](Departure::SaleTokenInPath) |
//! | charge with token | `sale_token` | `sale` | [`SaleNamedSale`](Departure::SaleNamedSale) |
//! | store a card | `cvc` is required | what its caller gives | [`CardWithoutSecurityCode`](Departure::CardWithoutSecurityCode) |
//! | direct charge | `POST direct_charge/` | `POST charge/` | [`DirectChargeAtCharge`](Departure::DirectChargeAtCharge) |
//! | sale, in vendor samples | `order_id` is text | a number | [`OrderIdAsNumber`](Departure::OrderIdAsNumber) |
//!
//! Its `cancel` never sends anything: it has no address for it and fails. Its `capture` sends no `amount`, as
//! documented; its `refund` sends `amount` in the body, `null` for all of it.

mod bank;
mod builder;
mod calls;
mod control;
mod departure;
mod fake;
mod pages;
mod routes;
mod state;
mod steering;

pub use builder::FakeBuilder;
pub use control::{Fault, SeenRequest, UsedOrders};
pub use departure::{Departure, Warning};
pub use fake::{FakeError, FakePaytrek};
