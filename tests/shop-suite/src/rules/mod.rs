//! The promises, one function each. [`shop_suite!`](crate::shop_suite) lists them all.
//!
//! A rule gets the shop's program, starts as many of its processes as it needs, and ends in an error or
//! a panic when the promise is broken.

pub mod back_office;
pub mod bodies;
pub mod browser;
pub mod chaos;
pub mod configuration;
pub mod flood;
pub mod hang_ups;
pub mod kill;
pub mod limits;
pub mod prices;
pub mod purchase;
pub mod reconcile;
pub mod replies;
pub mod retries;
pub mod secrets;
pub mod shutdown;
