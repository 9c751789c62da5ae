//! The example shop, without a web framework: settings, catalogue, receipts and pages.
//!
//! `axum-shop` and `actix-shop` mount it. What is worth copying is in [`receipts`]: the receipt and the
//! settlement are written in one database transaction, so that a paid order has exactly one receipt
//! whatever dies.

mod answer;
mod catalogue;
mod database;
mod pages;
mod process;
pub mod receipts;
mod settings;
mod shop;

pub use answer::Answer;
pub use catalogue::{Catalogue, Product};
pub use database::{DatabaseUrl, ServerUrl};
pub use process::{init_logging, stop_signal};
pub use settings::{PaytrService, Settings, store_timeout};
pub use shop::Shop;
