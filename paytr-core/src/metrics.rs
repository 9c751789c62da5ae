//! Counters and histograms, through the [`metrics`](https://docs.rs/metrics) facade. Feature `metrics`.
//!
//! | name | type | labels |
//! |---|---|---|
//! | [`paytr_notifications_total`](NOTIFICATIONS) | counter | `kind`, `disposition` |
//! | [`paytr_notification_seconds`](NOTIFICATION_SECONDS) | histogram, seconds | `kind`, `disposition` |
//! | [`paytr_requests_total`](REQUESTS) | counter | `endpoint`, `outcome` |
//! | [`paytr_request_seconds`](REQUEST_SECONDS) | histogram, seconds | `endpoint`, `outcome` |
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
//! No label holds anything of an order, a buyer or a card.

/// Notifications answered.
pub const NOTIFICATIONS: &str = "paytr_notifications_total";
/// How long a notification with a good hash took, in seconds.
pub const NOTIFICATION_SECONDS: &str = "paytr_notification_seconds";
/// Requests to PayTR.
pub const REQUESTS: &str = "paytr_requests_total";
/// How long a request to PayTR took with its reply, in seconds.
pub const REQUEST_SECONDS: &str = "paytr_request_seconds";
