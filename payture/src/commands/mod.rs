//! One type per command of Payture, grouped by interface.
//!
//! | command | `api` | `apim` | `vwapi` |
//! |---|---|---|---|
//! | Pay, Block | [`api::Pay`], [`api::Block`] | the page of [`inpay::Init`] | [`ewallet::Pay`], the page of [`ewallet::Init`] |
//! | Charge, Unblock, Refund, `GetState` | [`order`] | [`order`] | [`order`] |
//! | `PayStatus` | | [`order::PayStatus`] | [`order::PayStatus`] |
//! | Init | | [`inpay::Init`] | [`ewallet::Init`] |
//! | `Pay3DS`, `Block3DS` | [`api::Finish3ds`] | | |
//! | `PaySubmit3DS`, `AddSubmit3DS` | | | [`ewallet::PaySubmit3ds`], [`ewallet::AddSubmit3ds`] |
//! | `MobilePay`, `MobileBlock`, `ApplePay`, `AndroidPay`, `MPPay`, `MPBlock` | [`wallets`] | | |
//! | Register, Update, Check, Delete | | | [`ewallet`] |
//! | Add, Activate, Remove, `GetList`, `SendCode` | | | [`ewallet`] |
//! | `PreAuth`, `GetQRCode` | [`Open`] | | [`Open`] |
//! | Create, Status of `apicheque` | [`receipts`] | | |
//!
//! The fields of `PreAuth` and `GetQRCode` stand in guides that Payture sends to merchants, not in public
//! ones. [`Open`] sends them with the caller's fields, under the same rules as every other command.

pub mod api;
mod command;
pub mod ewallet;
pub mod inpay;
mod open;
pub mod order;
mod page;
pub mod receipts;
mod sending;
pub mod wallets;

pub use command::Command;
pub use open::Open;
pub use sending::{Effect, InvalidRequest};
