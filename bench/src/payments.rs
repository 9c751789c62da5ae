//! The orders that are paid: random ids of one length, as a shop makes them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use paid_once::{Currency, Money, OrderKey, Payment};

/// Whose orders they are.
pub const MERCHANT: &str = "100001";
/// What each of them costs, in kuruş.
pub const MINOR_UNITS: u64 = 3_456;
/// Longer than any claim is held here.
pub const LEASE: Duration = Duration::from_mins(1);

/// Eighteen digits, never twice in one run, in no order.
pub fn next_order_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    const IDS: u64 = 1_000_000_000_000_000_000;
    // Odd and no multiple of 5: all of the first 10^18 numbers come out once.
    const STEP: u128 = 618_033_988_749_894_849;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:018}", u128::from(count) * STEP % u128::from(IDS))
}

/// The price.
pub fn price() -> Money {
    Money::new(MINOR_UNITS, Currency::TRY)
}

/// The success of an order.
///
/// # Errors
///
/// The id is not one.
pub fn payment(order_id: &str) -> Result<Payment> {
    let order = OrderKey::new(MERCHANT, order_id)?;
    Ok(Payment::paid(order, price()))
}
