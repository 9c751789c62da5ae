//! Payture sends a notification once by default. What it said to nobody is asked for here.

use std::sync::Arc;
use std::time::Duration;

use crate::shop::Shop;

/// The most orders that are asked about in one round.
const MOST_ORDERS: u32 = 200;

/// Asks about pending orders for ever. Payture advises to wait 15 s before the first question about an
/// order.
pub(crate) async fn look_out(shop: Arc<Shop>, every: Duration) {
    let mut rounds = tokio::time::interval(every.max(Duration::from_millis(10)));
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // The first tick is at once; an order that is opened just now has time.
    rounds.tick().await;
    loop {
        rounds.tick().await;
        let age = every.min(Duration::from_secs(15));
        match shop
            .gate()
            .reconcile(age, MOST_ORDERS, shop.handler())
            .await
        {
            Ok(found) if found.settled() > 0 => {
                tracing::info!(settled = found.settled(), "orders that nobody told about");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "pending orders could not be read"),
        }
    }
}
