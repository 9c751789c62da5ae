//! Payments on the shop's own page: `POST /odeme`, by the buyer's browser.
//!
//! The server makes a form, the page shows it with inputs for the card, and the browser posts all of it
//! to PayTR. Card data never passes the server, so no type here has a place for it. The redirect that
//! follows proves nothing: the notification does.
//!
//! # What a buyer can do with the form
//!
//! Its token is in the browser, unlike that of every other request. It is an HMAC over values without
//! separators, and a few of them are the buyer's own. So a buyer can:
//!
//! * **change every field that is not signed**: the basket, the URLs, names, `store_card`, `utoken`,
//!   `ctoken`, `timeout_limit`, `request_exp_date`. Take none of them for what the shop wrote;
//! * **move the border between two signed fields**. `a@b.co` and `100.99` are the same bytes as
//!   `a@b.co10` and `0.99`, and the token fits both. The notification then has a valid hash and a total
//!   of 0.99. Compare it with the price on record, as the gate does: it does not settle less. The same
//!   is true for the IP address, the order id and the e-mail: give order ids one fixed length and let
//!   them start with a letter, and a moved border is an unknown order;
//! * **turn a live payment without 3-D Secure into a test**, if PayTR reads `test_mode=01` as a one. A
//!   test payment is never delivered where live ones are expected;
//! * **present the token somewhere else**. Every request of a merchant has the same key, so a token is
//!   good for any request whose signed text is the same. An e-mail address that spells the end of a
//!   link request would be one, and is refused here.
//!
//! All other request tokens stay on the server, in no page, log or error. And no text that a client
//! sends becomes a request id, a transfer id or an order id: status inquiry, instalment rates, payment
//! detail, cashout and its notification all sign `merchant_id + text + salt`, and one of them pays
//! money out. [`TransId`](super::TransId) and [`MerchantOid`](crate::MerchantOid) are types of their
//! own so that they are not mixed up.

mod bkm_express;
mod form;
mod order;
mod payment;

pub use bkm_express::{BkmAmountUnit, BkmExpress};
pub use form::{BrowserPayment, CardInput, DirectForm};
pub use order::DirectOrder;
pub use payment::{Authentication, CardStorage, DirectAnswer, DirectPayment, InstallmentCount};
pub(in crate::api) use payment::{CARD_RULES, CARD_SIGNED, card_fields, card_type};
