//! A buyer who clicks on "pay" again and again with the same cart.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;

use crate::story::{REUSE_FOR, Script};
use crate::world::World;

/// Clicks until the cart gets another order, which the buyer then leaves alone.
pub(crate) async fn clicks(world: Arc<World>, script: Script) {
    let mut number = 0;
    loop {
        world.wait_up_to(1_200).await;
        number += 1;
        if !click(&world, &script, number).await {
            return;
        }
    }
}

/// Whether the cart still belongs to the script's order. Nothing else happens in between.
async fn click(world: &World, script: &Script, number: u64) -> bool {
    let order = &script.order;
    let id = format!("{}AGAIN{number}", order.order_id());
    let again = OrderKey::new(order.merchant(), id).unwrap();
    let reviews = world.open_reviews(order).await;
    let (is_paid, is_over) = {
        let book = world.book();
        let standings = &book.standings;
        (standings.total(order).is_some(), standings.is_over(order))
    };
    let age = world.begun().elapsed();
    // The ledger's clock has no finer grain here than a wait has.
    let is_young = age + Duration::from_millis(1) < REUSE_FOR;
    let is_old = age > REUSE_FOR;
    let opened = world.ledger.open(script.new_order(&again)).await.unwrap();
    let is_blocked = is_paid || reviews > 0;
    let is_wrong = match &opened {
        Opened::Existing(record) => record.order != *order || (!is_blocked && (is_over || is_old)),
        Opened::New => is_blocked || (!is_over && is_young),
        _ => true,
    };
    if is_wrong {
        world
            .book()
            .breaks(format!("{order} is clicked on: {opened:?}"));
    }
    if opened == Opened::New {
        // Nobody pays the other order, and nobody is to ask about it.
        assert!(world.ledger.close(&again).await.unwrap());
        return false;
    }
    world.count(|count| count.clicks += 1);
    true
}
