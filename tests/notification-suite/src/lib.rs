//! What a mount point of PayTR's notifications and of the purchase flow must answer, whatever the
//! framework.
//!
//! Of payments and purchases every rule is a function, and a framework has one test of each:
//!
//! ```ignore
//! fn serve(shop: &Shop, listener: TcpListener) -> JoinHandle<()> { /* ... */ }
//!
//! notification_suite::reply_tests!(#[tokio::test] serve);
//! ```
//!
//! [`reply_tests`] and [`connection_tests`] want a server of [`payments::Shop`], [`purchase_tests`] one
//! of [`purchase::Shop`]. What `serve` returns is dropped when the test ends.
//!
//! Of the other kinds a framework's test mounts [`Gates`] at [`paths`] with handlers that call a
//! [`Probe`], serves them on loopback and runs [`expectations`] against the address.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

pub mod connections;
mod expectations;
mod gates;
pub mod http;
pub mod payments;
mod probe;
pub mod purchase;
pub mod replies;

pub use expectations::expectations;
pub use gates::{Gates, credentials, paths};
pub use probe::Probe;

/// One test of each named rule, with a shop and a server of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! one_test_per_rule {
    (#[$test:meta] $serve:path, $shop:path, $suite:ident: $($rule:ident,)+) => {$(
        #[$test]
        async fn $rule() {
            let (shop, listener) = <$shop>::open().await;
            let _server = $serve(&shop, listener);
            $crate::$suite::$rule(&shop).await;
        }
    )+};
}
