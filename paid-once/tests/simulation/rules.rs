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
    panic!("never done: {script:?}, {state:?}, {life:?}");
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
        let is_without = effects.iter().all(|paid| !paid) || world.handler == HandlerKind::Plain;
        assert!(is_without, "undelivered with its effect: {script:?}");
        let listed = world.ledger.undelivered(100).await.unwrap();
        let is_listed = listed.iter().any(|record| record.order == script.order);
        assert!(is_listed, "undelivered and not listed: {script:?}");
        if script.story != Story::MeetsBrokenHandler {
            let is_in_conflict = is_in_conflict(script, world, owed.total).await;
            assert!(is_in_conflict, "undelivered for no reason: {script:?}");
        }
        return;
    }
    check_effects(script, world, &effects);
    let handled_failure = effects.contains(&false);
    match state {
        OrderState::Paid { .. } => {
            assert!(script.is_paid(), "wrongly paid: {script:?}");
            let life = world.ledger.life(&script.order).await.unwrap();
            let next = life.and_then(|life| life.next_inquiry);
            assert_eq!(next, None, "a paid order is due: {script:?}");
        }
        OrderState::Failed => assert!(
            !script.sent_paid() && handled_failure,
            "wrongly failed: {script:?}"
        ),
        // A failure may be handled and not settled: nobody misses it.
        OrderState::Closed => {
            let is_plain = world.handler == HandlerKind::Plain;
            let is_right = !script.is_paid() && (!handled_failure || is_plain);
            assert!(is_right, "wrongly closed: {script:?}");
        }
        OrderState::Review | OrderState::Pending => {
            assert!(!script.is_paid(), "wrongly open: {script:?}");
        }
        other => panic!("a wrong end: {script:?} ends as {other:?}"),
    }
    if let Some((odd, payment)) = script.refused() {
        check_refused(script, odd, payment, world).await;
    }
}

fn check_effects(script: &Script, world: &World, effects: &[bool]) {
    let paid = effects.iter().filter(|paid| **paid).count();
    let failed = effects.len() - paid;
    let is_delivered = script.is_delivered();
    assert_eq!(
        paid > 0,
        is_delivered,
        "delivered or not, wrongly: {script:?}, {effects:?}"
    );
    let is_once = world.handler == HandlerKind::SettlesWithItsEffect || world.faults != Faults::All;
    if is_once {
        assert!(
            paid <= 1 && failed <= 1,
            "an effect twice: {script:?}, {effects:?}"
        );
        let nothing_after_success = effects.last().is_none_or(|last| *last == is_delivered);
        assert!(
            nothing_after_success,
            "an effect after the success: {script:?}, {effects:?}"
        );
    }
    if script.story == Story::FailsLate {
        assert!(
            effects.is_empty(),
            "a failure after the order was given up: {script:?}"
        );
    }
}

/// A payment that a check refused is recorded whole, and only a person can have it delivered.
async fn check_refused(script: &Script, odd: Odd, payment: &Payment, world: &World) {
    let filter = ReviewFilter::of_order(script.order.clone());
    let reviews = world.ledger.reviews(&filter, 10).await.unwrap();
    let [review] = &reviews[..] else {
        panic!("not one entry of what was refused: {script:?}, {reviews:?}");
    };
    let (told, why) = ((&review.payment, review.reason), (payment, odd.reason()));
    assert_eq!(
        told, why,
        "an entry does not keep what was refused: {script:?}"
    );
    let resolution = review.resolved.as_ref().map(|one| one.resolution);
    let expected = match script.person {
        Person::Nobody => None,
        Person::Mends | Person::Dismisses => Some(Resolution::Dismissed),
        Person::Delivers => Some(Resolution::Delivered),
        Person::TakesOut => Some(Resolution::Refunded),
    };
    assert_eq!(resolution, expected, "resolved otherwise: {script:?}");
    if !script.is_paid() {
        let life = world.ledger.life(&script.order).await.unwrap();
        assert_eq!(
            life.map_or(0, |life| life.attempts),
            0,
            "a check takes a claim: {script:?}"
        );
    }
    if script.person == Person::TakesOut {
        let sum = world.given_back().sum(&script.order);
        let total = payment.total().map(|total| total.minor_units());
        assert_eq!(Some(sum), total, "not all is given back: {script:?}");
    }
}

/// Once nothing goes wrong any more: what is done is asked about no more, what waits still is.
pub(crate) async fn check_questions(scripts: &[Script], world: &World) {
    sleep(CALMS_DOWN).await;
    let count = |script: &Script| world.book().questions.times(&script.order);
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
            "asked about for ever, or no more: {script:?}, {asked} times, {state:?}"
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
        assert_eq!(
            state.paid_total(),
            Some(owed),
            "a payment is forgotten: {script:?}"
        );
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
