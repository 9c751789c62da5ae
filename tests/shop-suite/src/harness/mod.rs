//! What the rules are written with: a shop process, a PayTR for it, a buyer and a bare connection.

mod database;
mod market;
mod order;
mod patience;
mod process;
mod processes;
mod program;
mod shop;
mod transcript;
mod wire;

pub use database::Database;
pub(crate) use market::{KEY, MERCHANT_ID, Market, SALT};
pub(crate) use order::{Order, Purchase, Receipt};
pub(crate) use patience::PATIENCE;
pub use patience::eventually;
pub use process::{Exit, Process};
pub(crate) use processes::kill_with_descendants;
pub use program::Program;
pub(crate) use shop::Shop;
pub(crate) use transcript::Transcript;
pub(crate) use wire::{Answer, CALLBACK, FORM, notification, request};
