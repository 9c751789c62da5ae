//! The provider: sends what happened to an order, again and again, until it is acknowledged.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::world::{Faults, HandlerKind, World};

const PRICE: u64 = 3_456;
/// The provider hangs up after this.
const PATIENCE: Duration = Duration::from_millis(600);
/// More than any seed needs.
const TRIES: usize = 400;

/// What the provider has to say about one order.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    order: OrderKey,
    payments: Vec<Payment>,
}

impl Script {
    pub(crate) async fn drawn(world: &World, number: u64) -> Self {
        let order = OrderKey::new("100001", format!("ORDER{number}")).unwrap();
        let price = Money::new(PRICE, Currency::TRY);
        let expected = Expected::AtLeast(price);
        let opened = world.ledger.open(NewOrder::new(order.clone(), expected));
        assert_eq!(opened.await.unwrap(), Opened::New);
        let paid = Payment::paid(order.clone(), price);
        let failed = Payment::failed(order.clone(), FailureReason::default());
        let surcharge = Money::new(PRICE + 120, Currency::TRY);
        let payments = match world.below(5) {
            0 => vec![failed],
            1 => vec![failed, paid],
            2 => vec![paid.clone(), paid, failed],
            3 => vec![paid, Payment::paid(order.clone(), surcharge)],
            _ => vec![paid],
        };
        Self { order, payments }
    }

    /// The rules, when all is said.
    pub(crate) async fn check(&self, world: &World) {
        let effects = world.book().effects(&self.order);
        let paid = effects.iter().filter(|paid| **paid).count();
        let failed = effects.len() - paid;
        let payments = &self.payments;
        let sent_paid = payments.iter().any(|payment| payment.outcome.is_paid());
        assert_eq!(paid > 0, sent_paid, "{self:?}: {effects:?}");
        let transactional = world.handler == HandlerKind::SettlesWithItsEffect;
        if transactional || world.faults == Faults::Delays {
            assert!(paid <= 1 && failed <= 1, "{self:?}: {effects:?}");
            let nothing_after_success = effects.last() == Some(&sent_paid);
            assert!(nothing_after_success, "{self:?}: {effects:?}");
        }
        let record = world.ledger.get(&self.order).await.unwrap().unwrap();
        match record.state {
            OrderState::Paid { .. } => assert!(sent_paid),
            OrderState::Failed => assert!(!sent_paid && failed > 0),
            other => panic!("{self:?} ends as {other:?}"),
        }
    }
}

/// Sends every payment of a script, some at the same time, each until it is acknowledged.
pub(crate) async fn play(world: Arc<World>, script: Script) {
    let mut messages = JoinSet::new();
    for payment in script.payments {
        let copies = 1 + world.below(3);
        if copies > 1 {
            world.count(|count| count.repeated += 1);
        }
        for _ in 0..copies {
            messages.spawn(until_acknowledged(world.clone(), payment.clone()));
        }
        world.wait_up_to(500).await;
    }
    while let Some(ended) = messages.join_next().await {
        ended.unwrap();
    }
}

async fn until_acknowledged(world: Arc<World>, payment: Payment) {
    for _ in 0..TRIES {
        world.wait_up_to(60).await;
        let node = world.any_node();
        let answer = timeout(PATIENCE, node.receive(payment.clone())).await;
        if answer.is_ok_and(|decision| decision.is_acknowledged()) {
            return acknowledged(&world, &payment).await;
        }
    }
    panic!("never acknowledged: {payment:?}");
}

/// `OK` is said only after the order is settled durably.
async fn acknowledged(world: &World, payment: &Payment) {
    let record = world.ledger.get(&payment.order).await.unwrap().unwrap();
    let settled = match record.state {
        OrderState::Paid { .. } => true,
        OrderState::Failed => !payment.outcome.is_paid(),
        _ => false,
    };
    assert!(
        settled,
        "{payment:?} was acknowledged while {:?}",
        record.state
    );
}
