//! The provider: sends what happened to an order, again and again, until it is acknowledged.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::node::INQUIRE_AFTER;
use crate::world::{Faults, HandlerKind, World};

const PRICE: u64 = 3_456;
/// The provider hangs up after this.
const PATIENCE: Duration = Duration::from_millis(600);
/// More than any seed needs.
const TRIES: u64 = 400;

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
        let new = NewOrder::new(order.clone(), expected);
        let opened = world.ledger.open(new.with_inquire_after(INQUIRE_AFTER));
        assert_eq!(opened.await.unwrap(), Opened::New);
        let paid = Payment::paid(order.clone(), price);
        let failed = Payment::failed(order.clone(), FailureReason::default());
        let surcharge = Money::new(PRICE + 120, Currency::TRY);
        let too_little = Payment::paid(order.clone(), Money::new(PRICE - 1, Currency::TRY));
        let payments = match world.below(if world.loses_notifications { 6 } else { 5 }) {
            0 => vec![failed],
            1 => vec![failed, paid],
            2 => vec![paid.clone(), paid, failed],
            3 => vec![paid, Payment::paid(order.clone(), surcharge)],
            // Refused for ever, so only a provider that gives up can tell it.
            5 => vec![too_little],
            _ => vec![paid],
        };
        Self { order, payments }
    }

    fn is_refused(&self) -> bool {
        self.payments[0].total() == Some(Money::new(PRICE - 1, Currency::TRY))
    }

    fn sent_paid(&self) -> bool {
        self.payments
            .iter()
            .any(|payment| payment.outcome.is_paid())
    }

    /// Waits until the shop is done with the order.
    pub(crate) async fn until_nothing_is_due(&self, world: &World) {
        for _ in 0..TRIES {
            let record = world.ledger.get(&self.order).await.unwrap().unwrap();
            let is_done = match record.state {
                OrderState::Paid { .. } => true,
                OrderState::Failed | OrderState::Closed => !self.sent_paid(),
                OrderState::Review => self.is_refused(),
                OrderState::Undelivered(owed) => {
                    is_in_conflict(world, &self.order, owed.total).await
                }
                _ => false,
            };
            if is_done {
                return;
            }
            world.wait_up_to(500).await;
        }
        let record = world.ledger.get(&self.order).await.unwrap();
        panic!("the shop is never done with {self:?}: {record:?}");
    }

    /// The rules, when all is said and done.
    pub(crate) async fn check(&self, world: &World) {
        let effects = world.book().effects(&self.order);
        let paid = effects.iter().filter(|paid| **paid).count();
        let failed = effects.len() - paid;
        if self.is_refused() {
            let reviews = world.ledger.reviews(100).await.unwrap();
            let mut about = reviews.iter().map(|review| &review.order);
            assert!(effects.is_empty() && about.any(|order| *order == self.order));
            return;
        }
        let record = world.ledger.get(&self.order).await.unwrap().unwrap();
        if let OrderState::Undelivered(owed) = record.state {
            assert!(effects.is_empty() || world.handler == HandlerKind::Plain);
            assert!(is_in_conflict(world, &self.order, owed.total).await);
            return;
        }
        let sent_paid = self.sent_paid();
        assert_eq!(paid > 0, sent_paid, "{self:?}: {effects:?}");
        let transactional = world.handler == HandlerKind::SettlesWithItsEffect;
        if transactional || world.faults == Faults::Delays {
            assert!(paid <= 1 && failed <= 1, "{self:?}: {effects:?}");
            let nothing_after_success = effects.last().is_none_or(|last| *last == sent_paid);
            assert!(nothing_after_success, "{self:?}: {effects:?}");
        }
        match record.state {
            OrderState::Paid { .. } => assert!(sent_paid),
            OrderState::Failed => assert!(!sent_paid && failed > 0),
            OrderState::Closed => assert!(!sent_paid && failed == 0),
            other => panic!("{self:?} ends as {other:?}"),
        }
    }
}

/// Whether the provider tells another total than the one that is owed, and a person knows of both.
async fn is_in_conflict(world: &World, order: &OrderKey, owed: Money) -> bool {
    let told = world.paid(order).and_then(|payment| payment.total());
    let reviews = world.ledger.reviews(100).await.unwrap();
    let is_listed = reviews
        .iter()
        .any(|review| review.order == *order && review.reason == ReviewReason::Conflict);
    is_listed && told != Some(owed)
}

/// Sends every payment of a script, some at the same time, each until it is acknowledged.
pub(crate) async fn play(world: Arc<World>, script: Script) {
    let mut messages = JoinSet::new();
    for payment in script.payments {
        let copies = 1 + world.below(3);
        if copies > 1 {
            world.count(|count| count.repeated += 1);
        }
        world.happens(&payment);
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
    let tries = if world.loses_notifications {
        world.below(3)
    } else {
        TRIES
    };
    for _ in 0..tries {
        world.wait_up_to(60).await;
        let node = world.any_node();
        let answer = timeout(PATIENCE, node.receive(payment.clone())).await;
        if answer.is_ok_and(|decision| decision.is_acknowledged()) {
            return acknowledged(&world, &payment).await;
        }
    }
    assert!(world.loses_notifications, "never acknowledged: {payment:?}");
}

/// `OK` is said only after the order is settled durably. A failure needs no more than a success that is known.
async fn acknowledged(world: &World, payment: &Payment) {
    let record = world.ledger.get(&payment.order).await.unwrap().unwrap();
    let settled = match record.state {
        OrderState::Paid { .. } => true,
        // A failure says nothing then, and another total is a conflict that is recorded.
        OrderState::Undelivered(owed) => payment.total() != Some(owed.total),
        OrderState::Failed | OrderState::Closed => !payment.outcome.is_paid(),
        _ => false,
    };
    assert!(
        settled,
        "{payment:?} was acknowledged while {:?}",
        record.state
    );
}
