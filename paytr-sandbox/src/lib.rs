//! A PayTR on your own machine, for development and tests.
//!
//! It checks tokens, shows payment pages, and sends signed notifications until the shop answers `OK`.
//! It needs no account, no public address and no network, and it keeps everything in memory.
//!
//! ```
//! use std::time::Duration;
//! use paytr_core::api::{Buyer, IframeCard};
//! use paytr_core::client::BaseUrl;
//! use paytr_core::{Basket, Currency, MerchantOid, PaytrClient};
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
//! | `GET /` | dashboard: orders with every delivery attempt and its reply, links, transfers, balance, faults and clock, and a button for each thing to try; it follows along by itself |
//! | `GET /_sandbox/events` | a server-sent event `change` whenever anything has changed |
//! | `POST /odeme/api/get-token` | a payment page for a card or a bank transfer |
//! | `POST /odeme` | the Direct API: a typed card, a stored card, a recurring charge, BKM Express |
//! | `POST /odeme/capi/list`, `/delete` | stored cards |
//! | `POST /odeme/api/bin-detail`, `/odeme/taksit-oranlari` | card digits, instalment rates |
//! | `POST /odeme/iade`, `/odeme/durum-sorgu` | refund, status inquiry |
//! | `POST /rapor/islem-dokumu`, `/odeme-dokumu`, `/odeme-detayi` | the three reports |
//! | `POST /odeme/api/link/create`, `/delete`, `/send-sms`, `/send-email` | payment links |
//! | `POST /odeme/platform/transfer`, `/odeme/geri-donen-transfer`, `/odeme/hesaptan-gonder` | transfers of a [marketplace](StoreKind::Marketplace) |
//! | `GET /odeme/guvenli/{token}` | card page |
//! | `GET /odeme/api/{token}` | bank transfer page |
//! | `GET /odeme/direkt/{token}` | what a buyer of the Direct API sees: 3-D Secure, BKM Express, the way back |
//! | `GET /link/{id}` | page of a payment link |
//! | `GET /_sandbox/behaviours`, `/_sandbox/behaviours.json` | the table below |
//! | `GET /js/iframeResizer.min.js` | `iFrameResize(options, selector)`, an own script |
//! | `/_sandbox/…` | for tests in any language, see [`control_api`] |
//!
//! The last four answer the order as JSON, or `{"error"}` with status 404, 409 or 422.
//!
//! # How it knows
//!
//! *Documented*: PayTR's documentation says so. *Recorded*: seen in recorded traffic or in PayTR's own
//! plugins. *Assumed*: nobody has written it down; do not build on it. *Sandbox only*: PayTR does
//! something else, or nothing. The same table is at `/_sandbox/behaviours`, and [`behaviours`] gives its
//! rows.
//!
#![doc = include_str!("../docs/behaviours.md")]
//!
//! # Safety
//!
//! * It listens on loopback only, and answers only requests for a name of this machine, unless
//!   [`dangerously_listen_beyond_loopback`](SandboxBuilder::dangerously_listen_beyond_loopback) is used.
//! * Its [proxy](SandboxBuilder::proxy) listens on loopback only and leads to no host but itself. The CA of the proxy
//!   may vouch for `paytr.com` and the names below it alone, and its key is gone once the sandbox has started.
//! * It refuses merchant ids that PayTR could have issued: a real key has no place here.
//! * Requests that change something are refused when a page of another site makes them.
//! * Card numbers and buyers' data that are typed live as long as the request. Of a card its masked
//!   number is kept. The last hundred refused requests are kept in memory, to be looked at, without card
//!   fields, card numbers and secrets. Keys, tokens and payloads are never logged.
//! * Every page says that it is not PayTR.
//!
//! # On the pages
//!
//! For browser tests: form `card-form` with `cc_owner`, `card_number`, `expiry_month`, `expiry_year`,
//! `cvv`, perhaps `installments`, and button `pay`; `pick-visa`, `pick-decline-3` and so on fill it in;
//! `decline` and `form-problem` say what went wrong; form `three-d-form` with `code`, `confirm` and
//! `cancel`; button `leave`; link `back-to-shop` at the end, which is also followed by itself. Form
//! `eft-form` with `bank`, `user_name`, `user_phone`, `tc_no_last5`, `payment_sent_date` and button
//! `send-notice`, then a button with the [`name`](EftOutcome::name) of each outcome, such as `arrived` and
//! `too-little`; `result` has `data-paid` at the end. Form `link-form` with `count` or `flex-amount`,
//! `user_name`, `email` and button `to-payment`; `link-paid` and `link-closed` say how the link stands. On
//! the dashboard every order is `order-` and its id. These are ids.

mod amounts;
mod behaviour;
mod builder;
mod card_page;
mod clock;
mod control;
mod courier;
mod dashboard;
mod delivery;
mod eft_page;
mod endpoints;
mod error;
mod faults;
mod field_rules;
mod form;
mod html;
mod link_page;
mod notifier;
mod outcome;
mod payment_request;
mod php_message;
mod proxy;
mod random;
mod relay;
mod reply;
mod sandbox;
mod server;
mod shared;
mod snapshot;
mod state;
mod steering;
mod test_cards;
mod texts;
mod token_check;
mod turkish_time;

pub use behaviour::{Behaviour, Evidence, behaviours, behaviours_as_markdown};
pub use builder::SandboxBuilder;
pub use courier::{Courier, ShopReply};
pub use delivery::{DeliveryAttempt, NotificationState, Problem};
pub use error::{ActionError, StartError, WaitTimeout};
pub use faults::{Fault, FaultKind, FaultPlan, FaultPlanError, PlannedFault};
pub use outcome::{EftOutcome, FailedReason};
pub use php_message::{PhpMessage, PhpMessageKind};
pub use proxy::Proxy;
pub use sandbox::Sandbox;
pub use snapshot::{OrderSnapshot, OrderState};
pub use state::StoreKind;
pub use test_cards::TestCard;

#[doc = include_str!("../docs/control-api.md")]
pub mod control_api {}
