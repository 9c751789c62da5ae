//! A buyer who clicks on "pay" again and again with the same cart.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;

use crate::story::Script;
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
    let reviews = world.open_reviews(order).await;
    let (is_paid, is_over) = {
        let book = world.book();
        let standings = &book.standings;
        (standings.total(order).is_some(), standings.is_over(order))
    };
    let age = world.begun().elapsed();
    // The ledger's clock has no finer grain here than a wait has.
    let is_young = age + Duration::from_millis(1) < script.reuse_for;
    let is_old = age > script.reuse_for;
    let is_blocked = is_paid || reviews > 0;
    let has_key = is_blocked || (!is_over && is_young);
    let is_free = !is_blocked && (is_over || is_old);
    let mut again = script.new_order(&named(order, &format!("AGAIN{number}")));
    let other_cart = world.below(4) == 0;
    if other_cart && let Some(cart) = &mut again.idempotency {
        cart.fingerprint = [2; 32];
    }
    let opened = world.open(again.clone()).await;
    let is_wrong = match &opened {
        Opened::Existing(record) => other_cart || record.order != *order || is_free,
        Opened::KeyReused => !other_cart || is_free,
        Opened::New => has_key,
        Opened::OrderExists => true,
    };
    if is_wrong {
        world.book().breaks(format!(
            "an idempotency key stands for the wrong order: {order}, {opened:?}"
        ));
    }
    let same_id = NewOrder::new(order.clone(), again.expected);
    let twice = world.open(same_id).await;
    assert_eq!(
        twice,
        Opened::OrderExists,
        "an order is opened twice: {order}"
    );
    if opened == Opened::New {
        // Nobody pays the other orders, and nobody is to ask about them.
        let last = named(order, &format!("LAST{number}"));
        gives_up(world, &again.order).await;
        let key_is_free = world.open(script.new_order(&last)).await;
        assert_eq!(key_is_free, Opened::New, "a key is not free again: {order}");
        gives_up(world, &last).await;
        return false;
    }
    world.count(|count| count.clicks += 1);
    true
}

fn named(order: &OrderKey, suffix: &str) -> OrderKey {
    OrderKey::new(order.merchant(), format!("{}{suffix}", order.order_id())).unwrap()
}

/// The order will never be paid. Its page could not be opened, or the shop gives it up.
async fn gives_up(world: &World, order: &OrderKey) {
    if world.below(2) == 0 {
        world.ledger.abandon(order).await.unwrap();
    } else {
        assert!(world.ledger.close(order).await.unwrap());
    }
}
