//! The provider: sends what happened to an order, again and again, until it is acknowledged or given up.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::node::{HORIZON, INQUIRE_AFTER};
use crate::world::{Faults, HandlerKind, World};

const PRICE: u64 = 3_456;
/// The provider hangs up after this.
const PATIENCE: Duration = Duration::from_millis(600);
/// Longer than any seed needs.
const LONG: Duration = Duration::from_secs(240);
/// The number of the script of an order that is paid late. Seldom drawn: it takes long.
const LATE: u64 = 18;
/// After this nobody is busy with an order that is paid, and no order is young enough to be paid.
const CALMS_DOWN: Duration = HORIZON.saturating_add(Duration::from_secs(3));

/// What the provider has to say about one order.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    order: OrderKey,
    payments: Vec<Payment>,
    /// The buyer pays only after the shop has given the order up.
    is_late: bool,
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
        let drawn = world.below(if world.loses_notifications { 28 } else { 24 });
        let payments = match drawn {
            0..4 => vec![failed],
            4..8 => vec![failed, paid],
            8..12 => vec![paid.clone(), paid, failed],
            12..16 => vec![paid, Payment::paid(order.clone(), surcharge)],
            16..18 => vec![],
            // Refused for ever, so only a provider that gives up can tell it.
            24.. => vec![too_little],
            _ => vec![paid],
        };
        Self {
            order,
            payments,
            is_late: drawn == LATE,
        }
    }

    fn is_refused(&self) -> bool {
        let too_little = Money::new(PRICE - 1, Currency::TRY);
        let mut totals = self.payments.iter().map(Payment::total);
        totals.any(|total| total == Some(too_little))
    }

    fn sent_paid(&self) -> bool {
        self.payments
            .iter()
            .any(|payment| payment.outcome.is_paid())
    }

    /// Waits until the shop is done with the order.
    pub(crate) async fn until_nothing_is_due(&self, world: &World) {
        let begun = Instant::now();
        while begun.elapsed() < LONG {
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
            let reviews = world
                .ledger
                .reviews(&ReviewFilter::all(), 100)
                .await
                .unwrap();
            let mut about = reviews.iter().map(Review::order);
            assert!(effects.is_empty() && about.any(|order| *order == self.order));
            return;
        }
        let record = world.ledger.get(&self.order).await.unwrap().unwrap();
        if let OrderState::Undelivered(owed) = record.state {
            assert!(effects.is_empty() || world.handler == HandlerKind::Plain);
            assert!(is_in_conflict(world, &self.order, owed.total).await);
            let listed = world.ledger.undelivered(100).await.unwrap();
            assert!(listed.iter().any(|record| record.order == self.order));
            return;
        }
        let sent_paid = self.sent_paid();
        assert_eq!(paid > 0, sent_paid, "{self:?}: {effects:?}");
        let transactional = world.handler == HandlerKind::SettlesWithItsEffect;
        if transactional || world.faults != Faults::All {
            assert!(paid <= 1 && failed <= 1, "{self:?}: {effects:?}");
            let nothing_after_success = effects.last().is_none_or(|last| *last == sent_paid);
            assert!(nothing_after_success, "{self:?}: {effects:?}");
        }
        match record.state {
            OrderState::Paid { .. } => assert!(sent_paid),
            OrderState::Failed => assert!(!sent_paid && failed > 0),
            // A failure may be handled and not settled: nobody misses it.
            OrderState::Closed => assert!(!sent_paid && (failed == 0 || !transactional)),
            other => panic!("{self:?} ends as {other:?}"),
        }
    }

    /// How often the shop asks about the order in a while, long after everything happened.
    async fn questions_in_a_while(scripts: &[Self], world: &World) -> Vec<u32> {
        let count = |script: &Self| world.book().questions(&script.order);
        let before: Vec<u32> = scripts.iter().map(count).collect();
        sleep(HORIZON * 2).await;
        let now = scripts.iter().map(count);
        now.zip(before).map(|(now, before)| now - before).collect()
    }

    /// Once nothing goes wrong any more: what is done is asked about no more, what waits for a person
    /// still is.
    pub(crate) async fn check_calm(scripts: &[Self], world: &World) {
        sleep(CALMS_DOWN).await;
        let asked = Self::questions_in_a_while(scripts, world).await;
        for (script, asked) in scripts.iter().zip(asked) {
            let record = world.ledger.get(&script.order).await.unwrap().unwrap();
            let waits = matches!(
                record.state,
                OrderState::Undelivered(_) | OrderState::Review
            );
            assert_eq!(
                asked > 0,
                waits,
                "{script:?} is asked about {asked} times: {record:?}"
            );
            script.check(world).await;
        }
    }
}

/// Whether the provider tells another total than the one that is owed, and a person knows of both.
async fn is_in_conflict(world: &World, order: &OrderKey, owed: Money) -> bool {
    let told = world.paid(order).and_then(|payment| payment.total());
    let reviews = world
        .ledger
        .reviews(&ReviewFilter::all(), 100)
        .await
        .unwrap();
    let is_listed = reviews
        .iter()
        .any(|review| *review.order() == *order && review.reason == ReviewReason::Conflict);
    is_listed && told != Some(owed)
}

/// Sends every payment of a script, some at the same time, each until it is acknowledged or given up.
pub(crate) async fn play(world: Arc<World>, script: Script) {
    let mut messages = JoinSet::new();
    if script.is_late {
        until_closed(&world, &script.order).await;
        world.count(|count| count.late += 1);
    }
    if !script.sent_paid() {
        world.fails_for_good(&script.order);
    }
    let tells = match (world.loses_notifications, script.is_late) {
        (false, _) => Tells::UntilAcknowledged,
        // Nobody would ask about it.
        (true, true) => Tells::UntilKnown,
        (true, false) => Tells::AFewTimes,
    };
    for payment in script.payments {
        let copies = 1 + world.below(3);
        if copies > 1 {
            world.count(|count| count.repeated += 1);
        }
        world.happens(&payment);
        for _ in 0..copies {
            messages.spawn(tell(world.clone(), payment.clone(), tells));
        }
        world.wait_up_to(500).await;
    }
    while let Some(ended) = messages.join_next().await {
        ended.unwrap();
    }
}

async fn until_closed(world: &World, order: &OrderKey) {
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        let record = world.ledger.get(order).await.unwrap().unwrap();
        if record.state == OrderState::Closed {
            return;
        }
        world.wait_up_to(500).await;
    }
    panic!("nobody pays {order}, and it is never closed");
}

/// How long the provider goes on telling a message that is not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    UntilAcknowledged,
    /// Until the shop has claimed it, whatever became of that.
    UntilKnown,
    /// Perhaps not at all.
    AFewTimes,
}

async fn tell(world: Arc<World>, payment: Payment, tells: Tells) {
    let tries = match tells {
        Tells::AFewTimes => world.below(3),
        _ => u64::MAX,
    };
    let begun = Instant::now();
    for _ in 0..tries {
        assert!(begun.elapsed() < LONG, "never acknowledged: {payment:?}");
        world.wait_up_to(60).await;
        let node = world.any_node();
        let answer = timeout(PATIENCE, node.receive(payment.clone())).await;
        if answer.is_ok_and(|decision| decision.is_acknowledged()) {
            return acknowledged(&world, &payment).await;
        }
        if tells == Tells::UntilKnown {
            let record = world.ledger.get(&payment.order).await.unwrap().unwrap();
            if record.state != OrderState::Closed {
                return;
            }
        }
    }
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
