//! What must be true of an order when all is said and done.

use std::time::Duration;

use paid_once::back_office::BackOfficeLedger as _;
use paid_once::*;
use tokio::time::{Instant, sleep};

use crate::node::HORIZON;
use crate::provider::has_review;
use crate::story::{Odd, Person, Script, Story};
use crate::world::{Faults, HandlerKind, World};

/// Longer than any seed needs.
pub(crate) const LONG: Duration = Duration::from_secs(240);
/// After this nobody is busy with an order that is paid, and no order is young enough to be paid.
const CALMS_DOWN: Duration = HORIZON.saturating_add(Duration::from_secs(3));

/// Waits until the shop is done with the order.
pub(crate) async fn until_nothing_is_due(script: &Script, world: &World) {
    let begun = Instant::now();
    while begun.elapsed() < LONG {
        if is_done(script, world).await {
            return;
        }
        world.wait_up_to(500).await;
    }
    let state = world.state(&script.order).await;
    let life = world.ledger.life(&script.order).await.unwrap();
    panic!("the shop is never done with {script:?}: {state:?}, {life:?}");
}

async fn is_done(script: &Script, world: &World) -> bool {
    match world.state(&script.order).await {
        OrderState::Paid { .. } => true,
        OrderState::Undelivered(_) if script.story == Story::MeetsBrokenHandler => true,
        OrderState::Undelivered(owed) => is_in_conflict(script, world, owed.total).await,
        OrderState::Failed | OrderState::Closed => !script.is_paid(),
        // Nobody did anything about it, or somebody dismissed it.
        OrderState::Review | OrderState::Pending => script.refused().is_some() && !script.is_paid(),
        _ => false,
    }
}

/// Whether the provider tells another total than the one that is owed, and a person knows of both.
async fn is_in_conflict(script: &Script, world: &World, owed: Money) -> bool {
    let Some(told) = world.paid(&script.order) else {
        return false;
    };
    told.total() != Some(owed) && has_review(world, &told, Some(ReviewReason::Conflict)).await
}

/// The rules of one order.
pub(crate) async fn check(script: &Script, world: &World) {
    let state = world.state(&script.order).await;
    world.looks_at(&script.order).await;
    let effects = world.book().effects(&script.order);
    if let OrderState::Undelivered(owed) = state {
        assert!(effects.iter().all(|paid| !paid) || world.handler == HandlerKind::Plain);
        let listed = world.ledger.undelivered(100).await.unwrap();
        assert!(listed.iter().any(|record| record.order == script.order));
        if script.story != Story::MeetsBrokenHandler {
            assert!(is_in_conflict(script, world, owed.total).await);
        }
        return;
    }
    check_effects(script, world, &effects);
    let handled_failure = effects.contains(&false);
    match state {
        OrderState::Paid { .. } => assert!(script.is_paid(), "{script:?}"),
        OrderState::Failed => assert!(!script.sent_paid() && handled_failure, "{script:?}"),
        // A failure may be handled and not settled: nobody misses it.
        OrderState::Closed => {
            let is_plain = world.handler == HandlerKind::Plain;
            assert!(!script.is_paid() && (!handled_failure || is_plain));
        }
        OrderState::Review | OrderState::Pending => assert!(!script.is_paid(), "{script:?}"),
        other => panic!("{script:?} ends as {other:?}"),
    }
    if let Some((odd, payment)) = script.refused() {
        check_refused(script, odd, payment, world).await;
    }
}

fn check_effects(script: &Script, world: &World, effects: &[bool]) {
    let paid = effects.iter().filter(|paid| **paid).count();
    let failed = effects.len() - paid;
    let is_delivered = script.is_delivered();
    assert_eq!(paid > 0, is_delivered, "{script:?}: {effects:?}");
    let is_once = world.handler == HandlerKind::SettlesWithItsEffect || world.faults != Faults::All;
    if is_once {
        assert!(paid <= 1 && failed <= 1, "{script:?}: {effects:?}");
        let nothing_after_success = effects.last().is_none_or(|last| *last == is_delivered);
        assert!(nothing_after_success, "{script:?}: {effects:?}");
    }
    if script.story == Story::FailsLate {
        assert!(effects.is_empty(), "a failure after the order was given up");
    }
}

/// A payment that a check refused is recorded whole, and only a person can have it delivered.
async fn check_refused(script: &Script, odd: Odd, payment: &Payment, world: &World) {
    let filter = ReviewFilter::of_order(script.order.clone());
    let reviews = world.ledger.reviews(&filter, 10).await.unwrap();
    let [review] = &reviews[..] else {
        panic!("{script:?}: {reviews:?}");
    };
    assert_eq!((&review.payment, review.reason), (payment, odd.reason()));
    let resolution = review.resolved.as_ref().map(|one| one.resolution);
    let expected = match script.person {
        Person::Nobody => None,
        Person::Mends | Person::Dismisses => Some(Resolution::Dismissed),
        Person::Delivers => Some(Resolution::Delivered),
        Person::TakesOut => Some(Resolution::Refunded),
    };
    assert_eq!(resolution, expected, "{script:?}");
    if !script.is_paid() {
        let life = world.ledger.life(&script.order).await.unwrap();
        assert_eq!(
            life.map_or(0, |life| life.attempts),
            0,
            "no check takes a claim"
        );
    }
    if script.person == Person::TakesOut {
        let sum = world.given_back().sum(&script.order);
        assert_eq!(Some(sum), payment.total().map(|total| total.minor_units()));
    }
}

/// Once nothing goes wrong any more: what is done is asked about no more, what waits still is.
pub(crate) async fn check_questions(scripts: &[Script], world: &World) {
    sleep(CALMS_DOWN).await;
    let count = |script: &Script| world.book().questions(&script.order);
    let before: Vec<u32> = scripts.iter().map(count).collect();
    sleep(HORIZON * 2).await;
    for (script, before) in scripts.iter().zip(before) {
        let state = world.state(&script.order).await;
        let asked = count(script) - before;
        let is_open = match state {
            OrderState::Undelivered(_) => true,
            // The provider says that it is paid.
            OrderState::Review | OrderState::Pending => script.is_opened() && script.is_true(),
            _ => false,
        };
        assert_eq!(
            asked > 0,
            is_open,
            "{script:?} is asked about {asked} times: {state:?}"
        );
    }
}

/// What is owed survives restarts and purges, and is delivered as soon as its handler works.
pub(crate) async fn check_what_is_owed(scripts: &[Script], world: &World) {
    world.mends_handlers();
    for script in scripts {
        let owed = {
            let standings = &world.book().standings;
            let is_settled = standings.paid(&script.order).is_some();
            standings.total(&script.order).filter(|_| !is_settled)
        };
        let Some(owed) = owed else {
            continue;
        };
        let state = world.state(&script.order).await;
        assert_eq!(state.paid_total(), Some(owed), "{script:?} is forgotten");
        if script.story == Story::MeetsBrokenHandler {
            let begun = Instant::now();
            while world.book().standings.paid(&script.order).is_none() {
                assert!(begun.elapsed() < LONG, "never delivered: {script:?}");
                world.wait_up_to(500).await;
            }
            let effects = world.book().effects(&script.order);
            check_effects(script, world, &effects);
        }
    }
}
