#![doc = include_str!("../README.md")]

mod columns;
mod expected;
mod settle;
mod sql;
mod store;
mod undelivered;

pub use settle::Transaction;
pub use store::ShopOrders;
