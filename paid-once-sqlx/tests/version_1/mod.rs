//! What must become of a ledger of version 1, on every database.
//!
//! Its orders are named after what was done with them. `YOUNG` is opened ten minutes ago by the test, everything else
//! is as old as the dump.

use std::collections::BTreeSet;
use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Expected, FailureReason, Idempotency, Lease, Money, NewOrder,
    Opened, OrderKey, OrderLedger, OrderState, Payment, Retention, ReviewFilter, Settled,
};

const MERCHANT: &str = "100001";
const LONG: Duration = Duration::from_mins(10);

fn key(order_id: &str) -> OrderKey {
    OrderKey::new(MERCHANT, order_id).unwrap()
}

fn price() -> Money {
    Money::new(3_456, Currency::TRY)
}

fn success(order_id: &str) -> Payment {
    Payment::paid(key(order_id), price())
}

fn failure(order_id: &str) -> Payment {
    Payment::failed(key(order_id), FailureReason::default())
}

/// Every order that version 1 knew, with its state; `None` where it was never opened.
const STATES: [(&str, Option<&str>); 13] = [
    ("YOUNG", Some("pending")),
    ("OLD", Some("pending")),
    ("ABANDONED", Some("pending")),
    ("FAILED", Some("failed")),
    ("PAID", Some("paid")),
    ("LIVE", Some("pending")),
    ("EXPIRED", Some("undelivered")),
    // Version 1 forgot the total with the lease. The provider is asked.
    ("RELEASED", Some("pending")),
    ("FAILINGEXPIRED", Some("pending")),
    ("FAILEDTHENEXPIRED", Some("undelivered")),
    ("REVIEW", Some("review")),
    ("NEVEROPENED", None),
    ("NEVEROPENEDPAID", None),
];

pub(crate) async fn every_order_is_there_in_its_state(ledger: &impl OrderLedger) {
    for (order_id, state) in STATES {
        let record = ledger.get(&key(order_id)).await.unwrap();
        let found = record.as_ref().map(|record| record.state.as_str());
        assert_eq!(found, state, "{order_id}");
        if let Some(record) = record {
            assert_eq!(record.expected, Expected::AtLeast(price()), "{order_id}");
            let session = format!("session of {order_id}");
            assert_eq!(record.session, Some(session), "{order_id}");
        }
    }
    assert_eq!(
        ledger
            .reviews(&ReviewFilter::all(), 10)
            .await
            .unwrap()
            .len(),
        1
    );
}

/// Takes every order's time until it is due, in milliseconds, where it is due at all.
pub(crate) fn open_orders_become_due_within_a_day(due_in: &[(String, i64)]) {
    let due: BTreeSet<_> = due_in
        .iter()
        .map(|(order_id, _)| order_id.as_str())
        .collect();
    let paid = ["PAID", "NEVEROPENEDPAID"];
    let expected = STATES.iter().map(|(order_id, _)| *order_id);
    let expected: BTreeSet<_> = expected.filter(|id| !paid.contains(id)).collect();
    assert_eq!(due, expected);

    let mut spread = BTreeSet::new();
    for (order_id, millis) in due_in {
        // The test itself takes some seconds at most.
        let (from, to) = match order_id.as_str() {
            "YOUNG" => (-330_000, -300_000),
            "NEVEROPENED" => (30_000, 60_000),
            _ => (-30_000, 86_400_000),
        };
        assert!((from..=to).contains(millis), "{order_id}: {millis}");
        spread.insert(*millis);
    }
    assert!(spread.len() > 3, "{spread:?}");
}

pub(crate) async fn due_orders_are_taken(ledger: &impl OrderLedger) {
    let taken = ledger.take_due(MERCHANT, 1, LONG).await.unwrap();
    let [longest] = taken.as_slice() else {
        panic!("one order is taken, not {taken:?}");
    };
    assert_eq!(longest.record.order, key("YOUNG"));
    assert_eq!(longest.taken, 1);
    assert!(longest.age >= LONG);

    assert_eq!(ledger.undelivered(10).await.unwrap(), []);
    for order_id in ["EXPIRED", "NEVEROPENED", "PAID"] {
        ledger.hurry(&key(order_id)).await.unwrap();
    }
    let taken = ledger.take_due(MERCHANT, 100, LONG).await.unwrap();
    let found = |order_id| {
        let mut taken = taken.iter();
        let due = taken.find(|due| due.record.order == key(order_id));
        due.map(|due| (due.record.state, due.record.expected))
    };
    let (state, expected) = found("EXPIRED").unwrap();
    assert!(matches!(state, OrderState::Undelivered(_)), "{state:?}");
    assert_eq!(expected, Expected::AtLeast(price()));
    let (state, expected) = found("NEVEROPENED").unwrap();
    assert!(matches!(state, OrderState::Undelivered(_)), "{state:?}");
    assert_eq!(expected, Expected::Unknown);
    assert_eq!(found("PAID"), None);
    let listed = ledger.undelivered(10).await.unwrap();
    let listed: BTreeSet<_> = listed
        .iter()
        .map(|record| record.order.order_id())
        .collect();
    assert!(
        listed.is_superset(&["EXPIRED", "NEVEROPENED"].into()),
        "{listed:?}"
    );
}

pub(crate) async fn every_payment_is_answered_as_its_order_stands(ledger: &impl OrderLedger) {
    let claim = async |payment: Payment| {
        let stands = ledger.standing(&payment).await.unwrap();
        let claim = ledger.claim(&payment, Claimant::unique(), LONG).await;
        let claim = claim.unwrap();
        if !matches!(claim, Claim::Granted(_) | Claim::InProgress { .. }) {
            assert_eq!(stands.into_claim(), claim, "{}", payment.order);
        }
        claim
    };
    let more = |order_id| Payment::paid(key(order_id), Money::new(3_457, Currency::TRY));
    for order_id in ["PAID", "NEVEROPENEDPAID"] {
        assert_eq!(claim(success(order_id)).await, Claim::Duplicate);
        assert_eq!(claim(failure(order_id)).await, Claim::Superseded);
        assert_eq!(claim(more(order_id)).await, Claim::Conflict);
    }
    assert_eq!(claim(failure("FAILED")).await, Claim::Duplicate);
    for order_id in ["EXPIRED", "FAILEDTHENEXPIRED", "NEVEROPENED"] {
        assert_eq!(claim(failure(order_id)).await, Claim::Superseded);
        assert_eq!(claim(more(order_id)).await, Claim::Conflict);
    }
    for (payment, attempt, fence) in [
        (success("YOUNG"), 1, 1),
        (success("OLD"), 1, 1),
        (success("ABANDONED"), 1, 1),
        (success("REVIEW"), 1, 1),
        (success("FAILED"), 1, 2),
        (success("EXPIRED"), 2, 2),
        (success("RELEASED"), 2, 2),
        (failure("FAILINGEXPIRED"), 2, 2),
        (success("FAILEDTHENEXPIRED"), 2, 3),
        (success("NEVEROPENED"), 2, 2),
    ] {
        match claim(payment.clone()).await {
            Claim::Granted(lease) => {
                let numbers = (lease.attempt(), lease.fence());
                assert_eq!(numbers, (attempt, fence), "{}", payment.order);
                assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
            }
            other => panic!("{} is granted, not {other:?}", payment.order),
        }
    }
    // A handler of version 1 is still at work, and settles.
    for payment in [success("LIVE"), failure("LIVE"), more("LIVE")] {
        let held = claim(payment).await;
        assert!(matches!(held, Claim::InProgress { .. }), "{held:?}");
    }
    let lease = Lease::new(key("LIVE"), Claimant::from_bits(3), 1, 1);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(claim(success("LIVE")).await, Claim::Duplicate);
}

pub(crate) async fn carts_are_kept_as_long_as_they_should(ledger: &impl OrderLedger) {
    let open = async |order_id: &str| {
        let idempotency = Idempotency {
            key: format!("cart of {order_id}"),
            fingerprint: [7; 32],
            reuse_for: Duration::from_mins(30),
        };
        let new = NewOrder::new(key(&format!("{order_id}2")), Expected::AtLeast(price()));
        ledger
            .open(new.with_idempotency(idempotency))
            .await
            .unwrap()
    };
    for order_id in [
        "YOUNG",
        "PAID",
        "LIVE",
        "EXPIRED",
        "FAILEDTHENEXPIRED",
        "REVIEW",
    ] {
        match open(order_id).await {
            Opened::Existing(record) => assert_eq!(record.order, key(order_id)),
            other => panic!("{order_id} keeps its cart, but was {other:?}"),
        }
    }
    for order_id in ["OLD", "ABANDONED", "FAILED", "RELEASED", "FAILINGEXPIRED"] {
        assert_eq!(open(order_id).await, Opened::New, "{order_id}");
    }
}

pub(crate) async fn what_is_owed_or_pending_is_not_purged(ledger: &impl OrderLedger) {
    let at_once = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    assert_eq!(ledger.purge(at_once, 100).await.unwrap(), 3);
    for (order_id, state) in STATES {
        let stays = !matches!(state, Some("paid" | "failed") | None);
        let found = ledger.get(&key(order_id)).await.unwrap();
        assert_eq!(found.is_some(), stays, "{order_id}");
    }
    // Never opened and owed.
    let failure = failure("NEVEROPENED");
    let owed = ledger.claim(&failure, Claimant::unique(), LONG).await;
    assert_eq!(owed.unwrap(), Claim::Superseded);
}

/// While nodes of both versions ran, one of version 1 settled the order, which left it due.
pub(crate) async fn a_paid_order_that_was_left_due_is_taken_once(ledger: &impl OrderLedger) {
    let taken = async || {
        let taken = ledger
            .take_due(MERCHANT, 100, Duration::ZERO)
            .await
            .unwrap();
        let mut taken = taken.iter();
        taken.find(|due| due.record.order == key("PAID")).cloned()
    };
    let once = taken().await.unwrap();
    assert_eq!(once.record.state, OrderState::paid(price()));
    assert_eq!(taken().await, None);
}
