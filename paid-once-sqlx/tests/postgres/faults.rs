//! What can happen between a ledger and its server: lost answers, cut connections, no connection
//! left, a server that crashes. A fault is a store error at most, and the next delivery heals it.

use std::error::Error as _;
use std::time::{Duration, Instant};

use database_servers::{Postgres, Proxy};
use paid_once::testing::eventually;
use paid_once::{
    Claim, Claimant, Currency, Expected, HandlerFailure, Money, NewOrder, Opened, OrderLedger as _,
    OrderStore as _, Settled,
};
use paid_once_sqlx::PostgresLedger;

use crate::schema::{LEASE, Schema, claim, claim_of, granted, hold, payment};

fn price() -> Expected {
    Expected::Exactly(Money::new(3_456, Currency::TRY))
}

/// A ledger whose way to the shared server can be cut.
struct Line {
    shop: Schema,
    proxy: Proxy,
    ledger: PostgresLedger,
}

impl Line {
    async fn new() -> Self {
        let shop = Schema::with_receipts().await;
        let (before, port_and_path) = shop.url.rsplit_once(':').unwrap();
        let (port, path) = port_and_path.split_once('/').unwrap();
        let proxy = Proxy::before(port.parse().unwrap()).unwrap();
        let url = format!("{before}:{}/{path}", proxy.port());
        let ledger = shop.options().open(&url).await.unwrap();
        // The first statements of a connection are more than one question and answer.
        for order in ["FIRST", "SECOND"] {
            let lease = granted(claim_of(&ledger, order).await.unwrap());
            assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
            assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
            let open = NewOrder::new(lease.order().clone(), price());
            assert_eq!(ledger.open(open).await.unwrap(), Opened::New);
        }
        let here = Self {
            shop,
            proxy,
            ledger,
        };
        here.ledger.begin().await.unwrap().rollback().await.unwrap();
        // The pool asks a connection that comes back whether it lives, and that answer is not meant.
        let pool = here.ledger.pool();
        eventually("the pool is quiet", || async {
            (u32::try_from(pool.num_idle()).ok() == Some(pool.size())).then_some(())
        })
        .await;
        here
    }
}

/// The ledger asks again by itself, as the same claimant.
#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_still_its_claimants() {
    let line = Line::new().await;
    let claimant = Claimant::unique();
    line.proxy.lose_next_answer();
    let claim_once = line.ledger.claim(&payment(), claimant, LEASE).await;
    let lease = granted(claim_once.unwrap());
    assert!(!line.proxy.is_waiting_for_an_answer());
    assert_eq!((lease.attempt(), lease.fence()), (1, 1));
    assert_eq!(lease.claimant(), claimant);

    // And so may its caller, from any node.
    let again = line.shop.ledger.claim(&payment(), claimant, LEASE).await;
    assert_eq!(granted(again.unwrap()), lease);
    let other = claim(&line.shop.ledger, LEASE).await;
    assert!(matches!(other, Claim::InProgress { .. }), "{other:?}");
    assert_eq!(line.ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn a_settlement_whose_answer_is_lost_is_settled_once() {
    let line = Line::new().await;
    let lease = hold(&line.ledger, LEASE).await;
    line.proxy.lose_next_answer();
    assert_eq!(line.ledger.settle(&lease).await.unwrap(), Settled::Already);
    assert!(!line.proxy.is_waiting_for_an_answer());
    assert_eq!(claim(&line.ledger, LEASE).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_release_whose_answer_is_lost_frees_the_order() {
    let line = Line::new().await;
    let lease = hold(&line.ledger, LEASE).await;
    line.proxy.lose_next_answer();
    line.ledger
        .release(&lease, HandlerFailure::Error)
        .await
        .unwrap();
    assert!(!line.proxy.is_waiting_for_an_answer());
    assert_eq!(hold(&line.ledger, LEASE).await.attempt(), 2);
}

/// An order is not opened twice; whoever asked makes a new order id.
#[tokio::test]
async fn an_opening_whose_answer_is_lost_is_an_error() {
    let line = Line::new().await;
    let new = NewOrder::new(payment().order, price());
    line.proxy.lose_next_answer();
    assert!(line.ledger.open(new.clone()).await.is_err());
    assert!(!line.proxy.is_waiting_for_an_answer());
    assert_eq!(line.ledger.open(new).await.unwrap(), Opened::OrderExists);
}

#[tokio::test]
async fn cut_connections_are_made_again_unnoticed() {
    let line = Line::new().await;
    for orders in [["A", "B", "C"], ["D", "E", "F"], ["G", "H", "I"]] {
        // Several connections lie idle, and all of them are cut.
        let [one, two, three] = orders.map(|order| claim_of(&line.ledger, order));
        let (one, two, three) = tokio::join!(one, two, three);
        let leases = [one, two, three].map(|claim| granted(claim.unwrap()));
        line.proxy.cut();
        for lease in leases {
            assert_eq!(line.ledger.settle(&lease).await.unwrap(), Settled::Now);
        }
        line.proxy.cut();
        line.ledger.begin().await.unwrap().rollback().await.unwrap();
    }
}

/// The commit of a handler is executed and its answer lost: the next delivery is a duplicate.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_has_its_one_receipt() {
    let line = Line::new().await;
    let (shop, ledger) = (&line.shop, &line.ledger);
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    line.proxy.lose_next_answer();
    assert!(transaction.commit().await.is_err());
    // What the gate does when its handler fails.
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    eventually("the commit is through", || async {
        (shop.receipts().await == 1).then_some(())
    })
    .await;
    assert_eq!(claim(ledger, LEASE).await, Claim::Duplicate);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
}

#[tokio::test]
async fn a_transaction_whose_connection_is_cut_leaves_nothing() {
    let line = Line::new().await;
    let (shop, ledger) = (&line.shop, &line.ledger);
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    line.proxy.cut();
    assert!(transaction.commit().await.is_err());
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    assert_eq!(shop.receipts().await, 0);
    assert_eq!(hold(ledger, LEASE).await.attempt(), 2);
}

/// Handlers hold every connection of the shop's pool: the next handler fails in time, and the
/// ledger's own statements have connections of their own.
#[tokio::test]
async fn with_every_connection_taken_a_transaction_is_an_error_in_time_and_claims_go_on() {
    let shop = Schema::new().await.unwrap();
    let patience = Duration::from_millis(200);
    let options = shop.options().max_connections(2).acquire_timeout(patience);
    let ledger = options.open(&shop.url).await.unwrap();
    let taken = [ledger.begin().await.unwrap(), ledger.begin().await.unwrap()];
    let asked = Instant::now();
    let error = ledger.begin().await.unwrap_err();
    assert!(asked.elapsed() >= patience, "{:?}", asked.elapsed());
    assert!(asked.elapsed() < Duration::from_secs(3));
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("timed out"), "{cause}");

    let lease = hold(&ledger, LEASE).await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    drop(taken);
    ledger.begin().await.unwrap().rollback().await.unwrap();
}

/// A lock on the whole table takes every connection of the ledger: calls fail in time, and later ones
/// succeed.
#[tokio::test]
async fn with_every_connection_stuck_a_claim_is_an_error_in_time_and_later_ones_succeed() {
    let shop = Schema::new().await.unwrap();
    let patience = Duration::from_millis(300);
    let options = shop.options().max_connections(2).acquire_timeout(patience);
    let options = options.statement_timeout(Duration::from_secs(2));
    let ledger = options.open(&shop.url).await.unwrap();
    let mut stuck = shop.ledger.begin().await.unwrap();
    let orders = shop.table("paid_once_orders");
    let lock = format!("LOCK TABLE {orders} IN ACCESS EXCLUSIVE MODE");
    shop.execute_in(&mut stuck, &lock).await;

    let asked = Instant::now();
    let (one, two, three) = tokio::join!(
        claim_of(&ledger, "A"),
        claim_of(&ledger, "B"),
        claim_of(&ledger, "C"),
    );
    assert!(asked.elapsed() < Duration::from_secs(10));
    let causes = [one, two, three].map(|claim| claim.unwrap_err().source().unwrap().to_string());
    let count = |text| causes.iter().filter(|cause| cause.contains(text)).count();
    assert_eq!(count("statement timeout"), 2, "{causes:?}");
    assert_eq!(count("waiting for a slot"), 1, "{causes:?}");
    stuck.rollback().await.unwrap();
    for order in ["A", "B", "C"] {
        let lease = granted(claim_of(&ledger, order).await.unwrap());
        assert_eq!(lease.attempt(), 1);
    }
}

async fn start() -> (Postgres, Schema) {
    let postgres = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let postgres = postgres.unwrap();
    let shop = Schema::on(&postgres.url()).await.unwrap();
    shop.make_receipts().await;
    (postgres, shop)
}

async fn crash_and_restart(mut postgres: Postgres) -> Postgres {
    let restarting = tokio::task::spawn_blocking(move || {
        postgres.crash().unwrap();
        postgres.start_again().unwrap();
        postgres
    });
    restarting.await.unwrap()
}

#[tokio::test]
async fn a_server_that_crashes_between_claim_and_settle_forgets_nothing() {
    let (postgres, shop) = start().await;
    let lease = hold(&shop.ledger, LEASE).await;
    let postgres = crash_and_restart(postgres).await;
    let other = claim(&shop.ledger, LEASE).await;
    assert!(matches!(other, Claim::InProgress { .. }), "{other:?}");
    assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
    let _postgres = crash_and_restart(postgres).await;
    assert_eq!(claim(&shop.ledger, LEASE).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_server_that_crashes_in_the_middle_of_a_transaction_leaves_nothing_of_it() {
    let (postgres, shop) = start().await;
    let lease = hold(&shop.ledger, LEASE).await;
    let mut transaction = shop.ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = shop.ledger.settle_in(&mut transaction, &lease).await;
    assert_eq!(settled.unwrap(), Settled::Now);
    let _postgres = crash_and_restart(postgres).await;
    assert!(transaction.commit().await.is_err());

    assert_eq!(shop.receipts().await, 0);
    shop.ledger
        .release(&lease, HandlerFailure::Error)
        .await
        .unwrap();
    let lease = hold(&shop.ledger, LEASE).await;
    assert_eq!(lease.attempt(), 2);
    let mut transaction = shop.ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;
    let settled = shop.ledger.settle_in(&mut transaction, &lease).await;
    assert_eq!(settled.unwrap(), Settled::Now);
    transaction.commit().await.unwrap();
    assert_eq!(shop.receipts().await, 1);
}

#[tokio::test]
async fn without_a_server_every_call_is_an_error_at_once_and_none_when_it_is_back() {
    let (mut postgres, shop) = start().await;
    let lease = hold(&shop.ledger, LEASE).await;
    postgres.stop().unwrap();
    let asked = Instant::now();
    assert!(shop.ledger.settle(&lease).await.is_err());
    assert!(claim_of(&shop.ledger, "OTHER").await.is_err());
    assert!(shop.ledger.get(lease.order()).await.is_err());
    assert!(asked.elapsed() < Duration::from_secs(5));
    postgres.start_again().unwrap();
    assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
}
