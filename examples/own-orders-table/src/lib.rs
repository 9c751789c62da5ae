#![doc = include_str!("../README.md")]

mod settle;
mod sql;
mod store;

pub use settle::Transaction;
pub use store::ShopOrders;
