use std::time::{Duration, SystemTime};

use crate::back_office::{BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife};
use crate::refund::Reservation;
use crate::testing::{OrderInTest, Subject, eventually, must, order};
use crate::{OrderKey, OrderRecord, OrderState, ReviewReason};

/// All of them, page by page, each once.
pub async fn orders_are_listed_newest_first_page_by_page<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names: Vec<String> = (0..9).map(|index| format!("PAGE{index}")).collect();
    for (index, name) in names.iter().enumerate() {
        here.other(order(name)).open_new().await;
        // Some are opened in one moment.
        if index % 3 == 0 {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }
    let elsewhere = must("a key", OrderKey::new("100002", "PAGE9"));
    here.other(elsewhere).open_new().await;

    let all = here.orders(&OrderFilter::of_merchant("100001"), 100).await;
    assert_eq!(all.len(), names.len(), "{all:?}");
    assert!(all.is_sorted_by(|newer, older| newer.opened_at >= older.opened_at));
    assert_eq!(all[8].order, order("PAGE0"));
    assert_eq!(
        here.orders(&OrderFilter::all(), 100).await.len(),
        names.len() + 1
    );

    let mut paged = Vec::new();
    let mut filter = OrderFilter::of_merchant("100001");
    loop {
        let page = here.orders(&filter, 2).await;
        let Some(last) = page.last() else { break };
        filter = filter.after(last.order.clone());
        assert!(page.len() <= 2);
        paged.extend(page);
    }
    assert_eq!(keys(&paged), keys(&all));
    let after_nobody = OrderFilter::all().after(order("NOBODY"));
    assert_eq!(here.orders(&after_nobody, 10).await, []);
}

/// By the name of their state, whatever else is in the ledger.
pub async fn orders_are_listed_by_state<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let states = [
        "pending",
        "paid",
        "undelivered",
        "review",
        "failed",
        "closed",
    ];
    for index in 0..2 {
        for state in states {
            let here = here.other(order(&format!("{state}{index}")));
            here.open_new().await;
            here.bring_into(state).await;
            assert_eq!(here.state().await.as_str(), state);
        }
    }
    for state in states {
        let filter = OrderFilter::of_merchant("100001").in_state(state);
        let found = here.orders(&filter, 100).await;
        assert_eq!(found.len(), 2, "{state}: {found:?}");
        let first = here.orders(&filter, 1).await;
        assert_eq!(keys(&first), keys(&found[..1]));
        let second = here.orders(&filter.after(first[0].order.clone()), 9).await;
        assert_eq!(keys(&second), keys(&found[1..]), "{state}");
    }
    let unheard = OrderFilter::all().in_state("lost");
    assert_eq!(here.orders(&unheard, 10).await, []);
}

/// What a person types is the beginning of an id, and plain text.
pub async fn orders_are_found_by_the_beginning_of_their_id<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for name in [
        "SHOP1",
        "SHOP10",
        "SHOP2",
        "SHAP1",
        "%",
        "%1",
        "S_",
        "ş1",
        "ş\u{10ffff}",
    ] {
        here.other(order(name)).open_new().await;
    }
    let cases: [(&str, &[&str]); 9] = [
        ("SHOP1", &["SHOP1", "SHOP10"]),
        ("SH", &["SHAP1", "SHOP1", "SHOP10", "SHOP2"]),
        ("%", &["%", "%1"]),
        ("S_", &["S_"]),
        ("shop", &[]),
        ("ş", &["ş1", "ş\u{10ffff}"]),
        ("ş\u{10ffff}", &["ş\u{10ffff}"]),
        ("' OR 1=1 --", &[]),
        ("[S]*", &[]),
    ];
    for (start, expected) in cases {
        let filter = OrderFilter::of_merchant("100001").starting_with(start);
        let found = here.orders(&filter, 100).await;
        let mut ids: Vec<_> = found.iter().map(|one| one.order.order_id()).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{start}");
    }
}

/// What happened to an order, in numbers and times.
pub async fn a_life_tells_what_happened<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(
        must("a life is read", here.store.life(&here.order).await),
        None
    );
    here.open_due().await;
    let life = here.life().await;
    assert!(life.was_opened);
    assert_eq!((life.attempts, life.unsettled, life.inquiries), (0, 0, 0));
    assert!(life.next_inquiry.is_some());
    let nothing = (
        life.handler_until,
        life.failed_at,
        life.paid_at,
        life.closed_at,
    );
    assert_eq!(nothing, (None, None, None, None));

    here.take(10, Duration::from_secs(3_600)).await;
    here.handle(&here.failure()).await;
    let lease = here.hold(&here.success()).await;
    let life = here.life().await;
    assert_eq!((life.attempts, life.unsettled, life.inquiries), (2, 1, 1));
    assert!(
        life.handler_until
            .is_some_and(|until| until > SystemTime::now())
    );
    assert!(life.failed_at.is_some() && life.paid_at.is_none());
    let next = life
        .next_inquiry
        .and_then(|at| at.duration_since(SystemTime::now()).ok());
    assert!(
        next.is_some_and(|in_future| in_future > Duration::from_secs(3_000)),
        "{next:?}"
    );

    here.release(&lease).await;
    let life = here.life().await;
    assert_eq!(life.handler_until, None);
    assert!(matches!(life.record.state, OrderState::Undelivered(_)));

    here.handle(&here.success()).await;
    let life = here.life().await;
    assert_eq!((life.attempts, life.next_inquiry), (3, None));
    assert!(life.paid_at.is_some());
    assert_eq!(life.record.state, here.state().await);

    let closed = here.other(order("CLOSED"));
    closed.open_new().await;
    closed.close().await;
    assert!(closed.life().await.closed_at.is_some());
}

/// A shop with an orders table of its own opens nothing here.
pub async fn an_order_that_was_never_opened_has_a_life<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    let life = here.life().await;
    assert!(!life.was_opened);
    assert_eq!(life.record.order, here.order);
    assert_eq!(life.record.expected, crate::Expected::Unknown);
    assert_eq!(
        life.record.state,
        OrderState::paid(crate::testing::total(3_456))
    );
    assert!(life.paid_at.is_some());
}

/// Payments and refusals stand in the hour in which they came, and hours without any are there.
pub async fn hours_count_payments_and_refusals<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    // Should the hour end right now, the same is asked again.
    eventually(
        "payments and refusals are counted in the last hour or the one before",
        || async {
            for index in 0..3 {
                let here = here.other(order(&format!("PAID{index}")));
                if here.standing(&here.success()).await == crate::Standing::Open {
                    here.handle(&here.success()).await;
                }
            }
            let refused = here.other(order("REFUSED"));
            for _ in 0..2 {
                refused
                    .review(&refused.success(), ReviewReason::UnknownOrder)
                    .await;
            }
            let failed = here.other(order("FAILED"));
            if failed.standing(&failed.failure()).await == crate::Standing::Open {
                failed.handle(&failed.failure()).await;
            }
            let hours = must("hours are counted", here.store.hours(24).await);
            assert_eq!(hours.len(), 24);
            let begins: Vec<_> = HourCount::last(24, SystemTime::now())
                .into_iter()
                .map(|hour| hour.begin)
                .collect();
            let asked: Vec<_> = hours.iter().map(|hour| hour.begin).collect();
            let (paid, refused): (u64, u64) = hours[22..].iter().fold((0, 0), |sum, hour| {
                (sum.0 + hour.paid, sum.1 + hour.refused)
            });
            assert_eq!((paid, refused), (3, 1), "{hours:?}");
            assert!(
                hours[..22]
                    .iter()
                    .all(|hour| (hour.paid, hour.refused) == (0, 0))
            );
            (asked == begins).then_some(())
        },
    )
    .await;
}

/// What an alarm is made of.
pub async fn gauges_count_what_waits<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.gauges().await, LedgerGauges::new());
    for state in [
        "pending",
        "paid",
        "undelivered",
        "review",
        "failed",
        "closed",
    ] {
        let here = here.other(order(state));
        here.open_new().await;
        here.bring_into(state).await;
    }
    let paid = here.other(order("paid"));
    assert_eq!(
        paid.reserve(&paid.refund("R1", 1)).await,
        Reservation::Granted
    );
    assert_eq!(
        paid.reserve(&paid.refund("R2", 1)).await,
        Reservation::Granted
    );
    paid.confirm("R1").await;
    let gauges = here.gauges().await;
    let counts = (
        gauges.undelivered,
        gauges.reviews_open,
        gauges.refunds_undecided,
    );
    assert_eq!(counts, (1, 1, 1));
    assert_eq!((gauges.oldest_due, gauges.claims_over_lease), (None, 0));

    let dead = here.other(order("DEAD"));
    dead.open_due().await;
    dead.hold_until_expiry(&dead.success()).await;
    let gauges = here.gauges().await;
    assert_eq!((gauges.undelivered, gauges.claims_over_lease), (2, 1));
    let waits = must("an order is due", gauges.oldest_due.ok_or("none is"));
    assert!(
        waits >= OrderInTest::<S::Store>::SHORT && waits < Duration::from_secs(300),
        "{waits:?}"
    );
    dead.handle(&dead.success()).await;
    let gauges = here.gauges().await;
    assert_eq!((gauges.oldest_due, gauges.claims_over_lease), (None, 0));
}

impl<Store: BackOfficeLedger> OrderInTest<Store> {
    async fn orders(&self, filter: &OrderFilter, limit: u32) -> Vec<OrderRecord> {
        must("orders are listed", self.store.orders(filter, limit).await)
    }

    async fn life(&self) -> OrderLife {
        let life = must("a life is read", self.store.life(&self.order).await);
        must("the order is known", life.ok_or("it is not"))
    }

    async fn gauges(&self) -> LedgerGauges {
        must("gauges are read", self.store.gauges().await)
    }

    /// Brings an opened order into the state with this name.
    async fn bring_into(&self, state: &str) {
        match state {
            "paid" => drop(self.handle(&self.success()).await),
            "failed" => drop(self.handle(&self.failure()).await),
            "closed" => assert!(self.close().await),
            "review" => {
                let why = ReviewReason::AmountMismatch;
                self.review(&self.success(), why).await;
            }
            "undelivered" => {
                let lease = self.hold(&self.success()).await;
                self.release(&lease).await;
            }
            _ => {}
        }
    }
}

fn keys(records: &[OrderRecord]) -> Vec<&OrderKey> {
    records.iter().map(|record| &record.order).collect()
}
