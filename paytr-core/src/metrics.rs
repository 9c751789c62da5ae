//! Counters, histograms and gauges, through the [`metrics`](https://docs.rs/metrics) facade. Feature `metrics`.
//!
//! | name | type | labels |
//! |---|---|---|
//! | [`paytr_notifications_total`](NOTIFICATIONS) | counter | `kind`, `disposition` |
//! | [`paytr_notification_seconds`](NOTIFICATION_SECONDS) | histogram, seconds | `kind`, `disposition` |
//! | [`paytr_requests_total`](REQUESTS) | counter | `endpoint`, `outcome` |
//! | [`paytr_request_seconds`](REQUEST_SECONDS) | histogram, seconds | `endpoint`, `outcome` |
//! | [`paytr_ledger_undelivered`](LEDGER_UNDELIVERED) | gauge | |
//! | [`paytr_ledger_reviews_open`](LEDGER_REVIEWS_OPEN) | gauge | |
//! | [`paytr_ledger_refunds_undecided`](LEDGER_REFUNDS_UNDECIDED) | gauge | |
//! | [`paytr_ledger_oldest_due_seconds`](LEDGER_OLDEST_DUE) | gauge, seconds | |
//! | [`paytr_ledger_claims_over_lease`](LEDGER_CLAIMS_OVER_LEASE) | gauge | |
//! | [`paytr_ledger_up`](LEDGER_UP) | gauge, 1 or 0 | |
//! | [`paytr_ledger_checked_timestamp_seconds`](LEDGER_CHECKED) | gauge, unix seconds | |
//! | [`paytr_last_inquiry_timestamp_seconds`](LAST_INQUIRY) | gauge, unix seconds | |
//!
//! * `kind`: `payment`, `link`, `eft`, `transfer`, `cashout`, or `platform` for an address that takes both of the last
//!   two and refuses a body before its kind is known.
//! * `disposition`: [`Disposition::as_str`](crate::Disposition::as_str). A notification counts from the check of its
//!   hash on; what the framework refuses before (method, content type, size, time) never comes here. The histogram has
//!   those with a good hash: from then to the answer, the handler included.
//! * `endpoint`: the path, such as `/odeme/durum-sorgu`.
//! * `outcome`: `success`, `refused`, `invalid`, `not_sent`, `indeterminate` or `undecodable`. The repetitions of a
//!   read-only request are one request.
//!
//! The gauges are set by a [`Watch`](crate::health::Watch), which a shop starts. Those of the ledger are of all merchants
//! in it, and each node that watches the same ledger tells the same: take the largest, not the sum.
//!
//! No label holds anything of an order, a buyer or a card.

/// Notifications answered.
pub const NOTIFICATIONS: &str = "paytr_notifications_total";
/// How long a notification with a good hash took, in seconds.
pub const NOTIFICATION_SECONDS: &str = "paytr_notification_seconds";
/// Requests to PayTR.
pub const REQUESTS: &str = "paytr_requests_total";
/// How long a request to PayTR took with its reply, in seconds.
pub const REQUEST_SECONDS: &str = "paytr_request_seconds";

/// Orders that are paid and not delivered: their handlers failed or died.
pub const LEDGER_UNDELIVERED: &str = "paytr_ledger_undelivered";
/// Entries of the review queue that nobody has resolved.
pub const LEDGER_REVIEWS_OPEN: &str = "paytr_ledger_reviews_open";
/// Refunds whose outcome is unknown or not written yet.
pub const LEDGER_REFUNDS_UNDECIDED: &str = "paytr_ledger_refunds_undecided";
/// How long the order that has been due longest has been waiting to be asked about, in seconds. 0 when none is due.
pub const LEDGER_OLDEST_DUE: &str = "paytr_ledger_oldest_due_seconds";
/// Leases that ran out and were neither settled nor released: their handlers died.
pub const LEDGER_CLAIMS_OVER_LEASE: &str = "paytr_ledger_claims_over_lease";
/// 1 when the ledger answered the last time that its numbers were asked for, otherwise 0. While it is 0, the other
/// numbers of the ledger are old.
pub const LEDGER_UP: &str = "paytr_ledger_up";
/// When the ledger was last asked for its numbers, whether it answered or not, in seconds since 1970. When it stands
/// still, nobody watches the ledger any more, and all of its numbers are old.
pub const LEDGER_CHECKED: &str = "paytr_ledger_checked_timestamp_seconds";
/// When a reconciler of this process last got a usable answer about an order from PayTR, in seconds since 1970. 0
/// before the first one. Not there where the [`Watch`](crate::health::Watch) was given no reconciler.
pub const LAST_INQUIRY: &str = "paytr_last_inquiry_timestamp_seconds";
