//! The provider: sends what happened to an order, again and again, until it is acknowledged or given up.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::alerts;
use crate::node::HORIZON;
use crate::rules::LONG;
use crate::story::{Odd, Person, Script, Story};
use crate::world::{World, finished};

/// Sends every payment of a script, some at the same time, each until it is acknowledged or given up.
pub(crate) async fn play(world: Arc<World>, script: Script) {
    let mut messages = JoinSet::new();
    if script.is_late() {
        until_closed(&world, &script.order).await;
        world.count(|count| count.late += 1);
    }
    if script.story == Story::PaysAtTheEnd {
        // While the shop gives the order up, or just before or after.
        sleep_until(world.begun() + HORIZON).await;
        world.wait_up_to(1_500).await;
    }
    if script.story == Story::IsHeld {
        while_held(&world, &script.order).await;
    }
    if !script.sent_paid() {
        world.fails_for_good(&script.order);
    }
    let tells = Tells::of(&script, &world);
    for payment in script.payments {
        let copies = 1 + world.below(3);
        if copies > 1 {
            world.count(|count| count.repeated += 1);
        }
        if script.story != Story::IsRefused(Odd::NeverHappened) {
            world.happens(&payment);
        }
        for _ in 0..copies {
            messages.spawn(tell(world.clone(), payment.clone(), tells));
        }
        world.wait_up_to(500).await;
    }
    while let Some(ended) = messages.join_next().await {
        finished(ended);
    }
}

async fn until_closed(world: &World, order: &OrderKey) {
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        if world.state(order).await == OrderState::Closed {
            return;
        }
        world.wait_up_to(500).await;
    }
    panic!("an order that nobody pays is never closed: {order}");
}

/// Money is held for longer than other orders are asked about: this one is not given up.
async fn while_held(world: &World, order: &OrderKey) {
    sleep_until(world.begun() + HORIZON).await;
    world.wait_up_to(3_000).await;
    let state = world.state(order).await;
    assert_eq!(
        state,
        OrderState::Pending,
        "an order that money is held for: {order}"
    );
}

/// How long the provider goes on telling a message that is not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    UntilAcknowledged,
    /// Until the shop has claimed it or recorded it for review, whatever became of that.
    UntilKnown,
    /// Perhaps not at all.
    AFewTimes,
}

impl Tells {
    fn of(script: &Script, world: &World) -> Self {
        match script.story {
            // Once the record is right, the next message passes.
            Story::IsRefused(_) if script.person == Person::Mends => Self::UntilAcknowledged,
            // Acknowledged, though never delivered.
            Story::IsRefused(Odd::IsTest) => Self::UntilAcknowledged,
            // The provider's own answer is recorded.
            Story::IsRefused(Odd::Unreadable) if world.loses_notifications => Self::AFewTimes,
            Story::IsRefused(_) | Story::MeetsBrokenHandler => Self::UntilKnown,
            // Nobody would ask about it.
            Story::PaysLate | Story::PaysAtTheEnd if world.loses_notifications => Self::UntilKnown,
            Story::FailsUnknown | Story::FailsLate | Story::PaysThenOddly(_) => {
                Self::UntilAcknowledged
            }
            _ if world.loses_notifications => Self::AFewTimes,
            _ => Self::UntilAcknowledged,
        }
    }
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
        let was_settled = world.book().standings.paid(&payment.order).is_some();
        // It may hang up at any moment.
        let answer = if world.below(5) == 0 {
            let patience = Duration::from_millis(100 + world.below(2_000));
            timeout(patience, node.receive_by_hand(payment.clone())).await
        } else {
            let patience = Duration::from_millis(100 + world.below(700));
            timeout(patience, node.receive(payment.clone())).await
        };
        if was_settled && answer.as_ref().is_ok_and(is_refused) {
            let broken = format!("a settled order is checked: {answer:?} for {payment:?}");
            world.book().breaks(broken);
        }
        if let Ok(decision) = &answer
            && decision.is_acknowledged() != is_final(decision)
        {
            let broken = format!("acknowledged or not, wrongly: {decision:?} for {payment:?}");
            world.book().breaks(broken);
        }
        match answer {
            Ok(decision) if decision.is_acknowledged() => {
                return acknowledged(&world, &payment, decision).await;
            }
            _ if tells == Tells::UntilKnown && is_known(&world, &payment).await => return,
            _ => {}
        }
    }
}

/// Whether the provider is to repeat nothing.
fn is_final(decision: &Decision) -> bool {
    matches!(
        decision,
        Decision::Settled
            | Decision::Duplicate
            | Decision::Superseded
            | Decision::ConflictRecorded
            | Decision::TestPaymentRecorded
    )
}

/// Whether a check decided, and not how the order stands.
fn is_refused(decision: &Decision) -> bool {
    matches!(
        decision,
        Decision::Mismatch(_)
            | Decision::Contradicted
            | Decision::RefusedForReview(_)
            | Decision::TestPaymentRecorded
    )
}

async fn is_known(world: &World, payment: &Payment) -> bool {
    let order = &payment.order;
    let is_claimed = match payment.total() {
        Some(_) => world.book().standings.total(order).is_some(),
        None => world.book().standings.is_over(order),
    };
    is_claimed || has_review(world, payment, None).await
}

/// Whether the payment is recorded for review.
pub(crate) async fn has_review(
    world: &World,
    payment: &Payment,
    reason: Option<ReviewReason>,
) -> bool {
    let mut filter = ReviewFilter::of_order(payment.order.clone());
    filter.reason = reason;
    let reviews = world.ledger.reviews(&filter, 100).await.unwrap();
    let mut totals = reviews.iter().map(Review::total);
    totals.any(|total| total == payment.total())
}

/// `OK` is said only after the decision is durable.
async fn acknowledged(world: &World, payment: &Payment, decision: Decision) {
    let (paid, known, is_over) = {
        let book = world.book();
        let (standings, order) = (&book.standings, &payment.order);
        (
            standings.paid(order),
            standings.total(order),
            standings.is_over(order),
        )
    };
    let total = payment.total();
    let is_durable = match decision {
        Decision::Settled | Decision::Duplicate => match total {
            Some(_) => paid == total,
            // A success may have come since.
            None => is_over || known.is_some(),
        },
        Decision::Superseded => total.is_none() && known.is_some(),
        Decision::ConflictRecorded => {
            let reason = Some(ReviewReason::Conflict);
            known.is_some() && known != total && has_review(world, payment, reason).await
        }
        Decision::TestPaymentRecorded => {
            has_review(world, payment, Some(ReviewReason::TestPayment)).await
        }
        _ => false,
    };
    let is_alarming = matches!(
        decision,
        Decision::Superseded | Decision::ConflictRecorded | Decision::TestPaymentRecorded
    );
    let is_quiet = is_alarming && !alerts::were_of(&payment.order);
    assert!(!is_quiet, "nobody is alerted: {decision:?} for {payment:?}");
    assert!(
        is_durable,
        "acknowledged and not durable: {decision:?} for {payment:?} while {known:?}"
    );
}
