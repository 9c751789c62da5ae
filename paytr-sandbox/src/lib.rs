//! A PayTR on your own machine, for development and tests.
//!
//! It checks tokens, shows payment pages, and sends signed notifications until the shop answers `OK`.
//! It needs no account, no public address and no network, and it keeps everything in memory.
//!
//! ```
//! use std::time::Duration;
//! use paytr_core::api::{Buyer, IframeCard};
//! use paytr_core::{BaseUrl, Basket, Currency, MerchantOid, PaytrClient};
//! use paytr_sandbox::{OrderState, Sandbox, TestCard};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let shop = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let callback = format!("http://{}/paytr/callback", shop.local_addr()?);
//! # tokio::spawn(async move {
//! #     let ok = axum::routing::post(async || "OK");
//! #     axum::serve(shop, axum::Router::new().route("/paytr/callback", ok)).await
//! # });
//! let sandbox = Sandbox::builder()
//!     .notify_url(callback) // such as http://127.0.0.1:3000/paytr/callback
//!     .resend_every(Duration::from_millis(200))
//!     .start()
//!     .await?;
//! let client = PaytrClient::builder(sandbox.credentials())
//!     .base_url(BaseUrl::new(sandbox.base_url())?)
//!     .build()?;
//!
//! let basket = Basket::new(Currency::TRY).item("Kalem", 1_800, 1)?;
//! let buyer = Buyer::new("88.255.10.20".parse()?, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
//! let order = MerchantOid::new("SHOP0001")?;
//! let request = IframeCard::new(order, basket, buyer, "http://127.0.0.1:3000/ok", "http://127.0.0.1:3000/fail");
//! let token = client.iframe_token(&request).await?;
//! println!("a browser pays at {}", client.page_url(&token));
//!
//! sandbox.pay("SHOP0001", TestCard::FraudAlert)?; // declined
//! sandbox.pay("SHOP0001", TestCard::Visa)?;
//! let order = sandbox.wait_until_acknowledged("SHOP0001", Duration::from_secs(5)).await?;
//! assert_eq!(order.state, OrderState::Paid { total: 1_800, installments: 1 });
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Addresses
//!
//! | address | what |
//! |---|---|
//! | `GET /` | dashboard: orders, every delivery attempt with the reply it got, resend and restart |
//! | `POST /odeme/api/get-token` | a payment page for a card or a bank transfer |
//! | `POST /odeme/durum-sorgu` | status inquiry |
//! | `GET /odeme/guvenli/{token}` | card page |
//! | `GET /odeme/api/{token}` | bank transfer page |
//! | `GET /js/iframeResizer.min.js` | `iFrameResize(options, selector)`, an own script |
//! | `GET /_sandbox/orders` | every order as JSON, see [`OrderSnapshot`] |
//! | `GET /_sandbox/orders/{merchant_oid}` | one of them |
//! | `POST /_sandbox/orders/{merchant_oid}/pay` | `{"card":"visa","installments":3}`; a card by [`name`](TestCard::name) or number; `installments` may be left out |
//! | `POST /_sandbox/orders/{merchant_oid}/transfer` | `{"outcome":"arrived"}`; see [`EftOutcome::name`] |
//! | `POST /_sandbox/orders/{merchant_oid}/leave` | the buyer leaves |
//! | `POST /_sandbox/orders/{merchant_oid}/resend` | sends the notification again, or restarts a stopped one |
//!
//! The last four answer the order as JSON, or `{"error"}` with status 404, 409 or 422. All other
//! addresses of PayTR are missing.
//!
//! # How it knows
//!
//! *Documented*: PayTR's documentation says so. *Recorded*: seen in recorded traffic or in PayTR's own
//! plugins. *Assumed*: nobody has written it down; do not build on it.
//!
//! | behaviour | evidence |
//! |---|---|
//! | fields, limits and token of get-token | documented |
//! | texts of a missing field, a wrong token, an inactive merchant, a bad order id | documented or recorded |
//! | an amount below 1.00 is refused | recorded; its text is assumed |
//! | which of several faults is named first | assumed |
//! | urlencoded and multipart forms | documented |
//! | a private or IPv6 `user_ip` passes, with a warning on the dashboard | PayTR refuses it; a laptop has no other |
//! | get-token again with an unpaid id gives a further page; with a paid id it is refused | assumed |
//! | test cards, CVV 000 | documented |
//! | declined cards, any other number refused on the page without a notification | the sandbox's own |
//! | the `failed_reason_code` and text of a decline | documented; which try ends in which code is assumed |
//! | a 3-D Secure step with every paying card, code 123456 | the sandbox's own |
//! | a `failed` for each declined try, then a `success` for the same id | assumed; PayTR's plugins expect it |
//! | instalments from 2 to 12 cost more, so `total_amount` is above `payment_amount` | documented; the rates are assumed |
//! | code 99, or with `debug_on=1` a detailed text with code 0 | documented; the code 0 is assumed |
//! | leaving, and the end of `timeout_limit`, send `failed` with code 6 | documented |
//! | `timeout_limit` is 30 minutes when it is not sent | documented |
//! | fields of a success for a card | recorded |
//! | fields of a failure; `total_amount` 0 | documented for the Direct API, assumed here |
//! | a transfer is told without `currency` and `payment_amount` | documented |
//! | `test_mode=1` only when the order asked for it; absent otherwise | documented; here every payment moves no money, so that live mode can be tried |
//! | hash of a notification | documented and recorded |
//! | HTTP 200 with exactly `OK` acknowledges | documented |
//! | sent again every 60 s | documented on one page |
//! | gives up after 60 attempts; 15 s to answer | assumed |
//! | "Bildirim Durdu" and its restart | documented |
//! | redirects are not followed | assumed |
//! | one notification of an order at a time, in order; an unacknowledged failure is withdrawn once the order is paid | assumed |
//! | the buyer is sent to `merchant_ok_url` without data, perhaps before the notification arrives | documented |
//! | status inquiry: fields and error codes, also before the notification is acknowledged | documented and recorded |
//! | dates in Turkish local time | assumed |
//!
//! Not here: the interim notification of a bank transfer ("Ara Bildirim URL"). The notice form only
//! leads to the buttons that decide the transfer.
//!
//! # Safety
//!
//! * It listens on loopback only, and answers only requests for a name of this machine, unless
//!   [`dangerously_listen_beyond_loopback`](SandboxBuilder::dangerously_listen_beyond_loopback) is used.
//! * It refuses merchant ids that PayTR could have issued: a real key has no place here.
//! * Requests that change something are refused when a page of another site makes them.
//! * Card numbers and buyers' data that are typed live as long as the request. Of a card its masked
//!   number is kept. Keys, tokens and payloads are never logged.
//! * Every page says that it is not PayTR.
//!
//! # On the payment page
//!
//! For browser tests: form `card-form` with `cc_owner`, `card_number`, `expiry_month`, `expiry_year`,
//! `cvv`, perhaps `installments`, and button `pay`; `pick-visa`, `pick-decline-3` and so on fill it in;
//! `decline` and `form-problem` say what went wrong; form `three-d-form` with `code`, `confirm` and
//! `cancel`; button `leave`; link `back-to-shop` at the end, which is also followed by itself. Form
//! `eft-form` with `bank`, `user_name`, `user_phone`, `tc_no_last5`, `payment_sent_date` and button
//! `send-notice`, then `arrived` and `not-found`. These are ids.

mod amount_text;
mod assets;
mod builder;
mod card_page;
mod clock;
mod control;
mod dashboard;
mod delivery;
mod eft_outcome;
mod eft_page;
mod error;
mod failed_reason;
mod form;
mod get_token;
mod guard;
mod html;
mod installments;
mod notifier;
mod payment_request;
mod random;
mod reply;
mod sandbox;
mod server;
mod shared;
mod snapshot;
mod state;
mod status;
mod test_cards;
mod texts;
mod token_check;
mod turkish_time;

pub use builder::SandboxBuilder;
pub use delivery::{DeliveryAttempt, NotificationState, Problem};
pub use eft_outcome::EftOutcome;
pub use error::{ActionError, StartError, WaitTimeout};
pub use failed_reason::FailedReason;
pub use sandbox::Sandbox;
pub use snapshot::{OrderSnapshot, OrderState};
pub use test_cards::TestCard;
