//! The notifications that are measured: the shape of a recorded one.

use anyhow::Result;
use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;

/// The merchant key: made up.
pub const KEY: &str = "aB3dE6gH9jK2mN5p";
/// The merchant salt: made up.
pub const SALT: &str = "qR8sT1uV4wX7yZ0a";

/// The credentials that sign the notifications.
///
/// # Errors
///
/// When the rules for credentials became stricter than the made-up ones.
pub fn credentials() -> Result<Credentials> {
    Ok(Credentials::new("123456", KEY, SALT)?)
}

/// The order id of a numbered notification, as long as a shop's own ids: 32 characters.
pub fn order_id(number: usize) -> String {
    format!("BENCH{number:027}")
}

/// A signed success of 34.56 lira.
pub fn notification(credentials: &Credentials, order_id: &str) -> PaymentNotification {
    PaymentNotification::success(order_id, 3_456)
        .field("payment_type", "card")
        .field("payment_amount", "3456")
        .field("currency", "TL")
        .field("installment_count", "1")
        .field("merchant_id", "123456")
        .field("test_mode", "0")
        .sign(credentials)
}
