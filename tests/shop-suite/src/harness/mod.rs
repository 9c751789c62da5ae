//! What the rules are written with: a shop process, a PayTR for it, a buyer and a bare connection.

mod booking;
mod database;
mod market;
mod office;
mod order;
mod process;
mod program;
mod shop;
mod wire;

pub(crate) use booking::Booking;
pub(crate) use browser::PATIENCE;
pub use browser::eventually;
pub use database::Database;
pub(crate) use database::{OpenDatabase, unused_name};
pub(crate) use market::{KEY, MERCHANT_ID, Market, SALT};
pub(crate) use office::{Form, Office, PASSWORD, Page};
pub(crate) use order::{Order, Purchase, Receipt};
pub use process::{Exit, Process};
pub use program::Program;
pub(crate) use shop::Shop;
pub(crate) use wire::{Answer, CALLBACK, FORM, notification, request};
