//! Claims, and settlements, that queue on one node go together, and share nothing but the way.

use std::time::Duration;

use futures_util::future::join_all;
use paid_once::testing::eventually;
use paid_once::{Claim, Claimant, OrderStore as _, Settled};
use paid_once_sqlx::PostgresLedger;
use tokio::task::JoinSet;

use crate::round_trips::counted;
use crate::schema::{LEASE, Schema, claim_of, granted, hold, payment_of};

/// Claims that are ready at the same time.
async fn claims(ledger: &PostgresLedger, orders: &[&str]) -> Vec<Claim> {
    let claims = join_all(orders.iter().map(|order| claim_of(ledger, order))).await;
    claims.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn claims_that_are_ready_together_are_one_round_trip_and_their_settlements_another() {
    let shop = Schema::new().await.unwrap();
    let (ledger, counter) = counted(&shop).await;
    let names: Vec<String> = (0..32).map(|number| format!("ORDER{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // Prepares.
    for round in ["A", "B", "C"] {
        let first = claims(&ledger, &[round, "X", "Y"]).await;
        assert_eq!(first.len(), 3);
        let Some(Claim::Granted(lease)) = first.into_iter().next() else {
            panic!("a new order is granted");
        };
        let other = granted(claim_of(&ledger, &format!("{round}2")).await.unwrap());
        let settled = join_all([&lease, &other].map(|lease| ledger.settle(lease))).await;
        assert!(
            settled
                .into_iter()
                .all(|settled| settled.unwrap() == Settled::Now)
        );
    }
    counter.take();
    let leases: Vec<_> = claims(&ledger, &names)
        .await
        .into_iter()
        .map(granted)
        .collect();
    assert_eq!(counter.take(), 1);
    let settled = join_all(leases.iter().map(|lease| ledger.settle(lease))).await;
    assert!(
        settled
            .into_iter()
            .all(|settled| settled.unwrap() == Settled::Now)
    );
    assert_eq!(counter.take(), 1);
}

#[tokio::test]
async fn of_claims_on_one_order_that_are_ready_together_the_first_is_granted() {
    let shop = Schema::new().await.unwrap();
    let claims = claims(&shop.ledger, &["A", "B", "A", "A", "C"]).await;
    let granted = claims
        .iter()
        .map(|claim| matches!(claim, Claim::Granted(_)));
    assert_eq!(
        granted.collect::<Vec<_>>(),
        [true, true, false, false, true]
    );
    assert!(matches!(claims[2], Claim::InProgress { .. }), "{claims:?}");
}

#[tokio::test]
async fn one_that_cannot_be_written_is_an_error_of_its_own_caller_alone() {
    let shop = Schema::new().await.unwrap();
    let orders = shop.table("paid_once_orders");
    let spoil = format!("ALTER TABLE {orders} ADD CHECK (order_id <> 'SPOILED')");
    shop.execute(&spoil).await;
    let names = ["A", "SPOILED", "B", "C"];
    let claims = join_all(names.map(|order| claim_of(&shop.ledger, order))).await;
    for (order, claim) in names.into_iter().zip(claims) {
        if order == "SPOILED" {
            claim.unwrap_err();
        } else {
            assert_eq!(granted(claim.unwrap()).attempt(), 1);
        }
    }
}

#[tokio::test]
async fn leases_of_different_lengths_that_are_asked_for_together_have_their_own() {
    let shop = Schema::new().await.unwrap();
    let orders = ["A", "B", "C", "D"].map(payment_of);
    let lengths = [LEASE, Duration::ZERO, LEASE, Duration::ZERO];
    let claims = orders.iter().zip(lengths);
    let claims = claims.map(|(order, length)| {
        let claimant = Claimant::unique();
        shop.ledger.claim(order, claimant, length)
    });
    for claim in join_all(claims).await {
        granted(claim.unwrap());
    }
    for (order, length) in orders.iter().zip(lengths) {
        let again = shop.ledger.claim(order, Claimant::unique(), LEASE).await;
        let again = again.unwrap();
        if length == LEASE {
            assert!(matches!(again, Claim::InProgress { .. }), "{again:?}");
        } else {
            assert_eq!(granted(again).attempt(), 2);
        }
    }
}

/// A transaction that holds the order of a lease which has run out meanwhile.
#[tokio::test]
async fn an_order_that_a_transaction_holds_keeps_only_its_own_caller_waiting() {
    let shop = Schema::with_receipts().await;
    let expired = hold(&shop.ledger, Duration::from_millis(1)).await;
    let mut transaction = shop.ledger.begin().await.unwrap();
    let settled = shop.ledger.settle_in(&mut transaction, &expired).await;
    assert_eq!(settled.unwrap(), Settled::Now);

    let mut calls = JoinSet::new();
    for order in ["A", "ORDER1", "B", "C"] {
        let ledger = shop.ledger.clone();
        calls.spawn(async move { (order, claim_of(&ledger, order).await.unwrap()) });
    }
    for _ in 0..3 {
        let (order, claim) = calls.join_next().await.unwrap().unwrap();
        assert_ne!(order, "ORDER1");
        granted(claim);
    }
    shop.somebody_waits_for_a_lock().await;
    // Settlements neither: the lease's own one waits, its neighbour does not.
    let other = granted(claim_of(&shop.ledger, "D").await.unwrap());
    for lease in [expired, other] {
        let ledger = shop.ledger.clone();
        let order = if lease.order().order_id() == "D" {
            "D"
        } else {
            "ORDER1"
        };
        calls.spawn(async move {
            let settled = ledger.settle(&lease).await.unwrap();
            assert_eq!(
                settled,
                if order == "D" {
                    Settled::Now
                } else {
                    Settled::Already
                }
            );
            (order, Claim::Duplicate)
        });
    }
    let (order, _) = calls.join_next().await.unwrap().unwrap();
    assert_eq!(order, "D");
    transaction.commit().await.unwrap();
    while let Some(ended) = calls.join_next().await {
        let (order, claim) = ended.unwrap();
        assert_eq!((order, claim), ("ORDER1", Claim::Duplicate));
    }
}

/// In any order, and on any node: no two of them wait for each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_claim_and_settle_the_same_orders_together_handle_each_once() {
    let shop = Schema::new().await.unwrap();
    let mut callers = JoinSet::new();
    for caller in 0..3 {
        let node = shop.node().await.unwrap();
        for shift in 0..8 {
            let node = node.clone();
            callers.spawn(async move {
                let mut handled = 0;
                for step in 0..40 {
                    let number = (step + shift * 5 + caller * 13) % 40;
                    let number = if caller % 2 == 0 { number } else { 39 - number };
                    let payment = payment_of(&format!("ORDER{number:02}"));
                    let claim = node.claim(&payment, Claimant::unique(), LEASE).await;
                    if let Claim::Granted(lease) = claim.unwrap() {
                        assert_eq!(lease.attempt(), 1);
                        assert_eq!(node.settle(&lease).await.unwrap(), Settled::Now);
                        handled += 1;
                    }
                }
                handled
            });
        }
    }
    let mut handled = 0;
    while let Some(ended) = callers.join_next().await {
        handled += ended.unwrap();
    }
    assert_eq!(handled, 40);
}

#[tokio::test]
async fn callers_that_go_away_in_the_middle_take_nobody_with_them() {
    let shop = Schema::new().await.unwrap();
    let names: Vec<String> = (0..24).map(|number| format!("ORDER{number}")).collect();
    for polls in 1..4 {
        let mut calls = Vec::new();
        for name in &names {
            let ledger = shop.ledger.clone();
            let order = format!("{name}OF{polls}");
            calls.push(tokio::spawn(async move { claim_of(&ledger, &order).await }));
        }
        for _ in 0..polls {
            tokio::task::yield_now().await;
        }
        for gone in calls.iter().step_by(2) {
            gone.abort();
        }
        for kept in calls.into_iter().skip(1).step_by(2) {
            granted(kept.await.unwrap().unwrap());
        }
    }
    // And the next delivery of what was dropped finds it claimed or free.
    let again = claim_of(&shop.ledger, "ORDER0OF1").await.unwrap();
    assert!(
        matches!(again, Claim::Granted(_) | Claim::InProgress { .. }),
        "{again:?}"
    );
    eventually("a lone claim goes on as ever", async || {
        matches!(claim_of(&shop.ledger, "LAST").await, Ok(Claim::Granted(_))).then_some(())
    })
    .await;
}
