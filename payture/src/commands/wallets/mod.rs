//! The wallets of phones: Apple Pay, Google Pay and Samsung Pay, and the older commands.
//!
//! ```text
//! phone            shop                                Payture
//!   │ token ─────▶ │── MobilePay (PayToken, Amount) ──▶ │
//!   │              │◀─ True · False · 3DS ───────────── │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```
//!
//! Payture makes up an order id when there is none. These commands always have one: without it a payment
//! could not be gated.

mod legacy;
mod mobile;

pub use legacy::{AndroidPay, ApplePay, MasterPass};
pub use mobile::{MobileBlock, MobilePay, WalletToken};
