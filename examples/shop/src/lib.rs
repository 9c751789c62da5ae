//! The example shop, without a web framework: settings, catalogue, receipts and pages.
//!
//! `axum-shop` and `actix-shop` mount it. What is worth copying is in [`receipts`]: the receipt and the
//! settlement are written in one database transaction, so that a paid order has exactly one receipt
//! whatever dies.

mod answer;
mod catalogue;
mod database;
mod logging;
mod pages;
mod paytr;
pub mod receipts;
mod server_url;
mod settings;
mod shop;
mod stop_signal;

pub use answer::Answer;
pub use catalogue::{Catalogue, Product};
pub use logging::init_logging;
pub use server_url::ServerUrl;
pub use settings::{DatabaseUrl, PaytrService, Settings, store_timeout};
pub use shop::Shop;
pub use stop_signal::stop_signal;
