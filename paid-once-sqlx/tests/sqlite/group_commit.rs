//! Writes that wait at the same time share a commit, and nothing else.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use crate::counted::Counted;
use paid_once::{
    Claim, Claimant, Currency, Lease, Money, OrderKey, OrderStore as _, Payment, ReviewReason,
    Settled, StoreError,
};
use paid_once_sqlx::{SqliteLedger, sqlx};
use tokio::task::{JoinSet, unconstrained};

const LEASE: Duration = Duration::from_mins(10);

type Call<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

fn payment(index: usize) -> Payment {
    let order = OrderKey::new("100001", format!("ORDER{index}")).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

fn claiming(ledger: &SqliteLedger, index: usize) -> Call<Claim> {
    let ledger = ledger.clone();
    Box::pin(async move {
        let claimant = Claimant::unique();
        ledger.claim(&payment(index), claimant, LEASE).await
    })
}

fn settling(ledger: &SqliteLedger, lease: Lease) -> Call<Settled> {
    let ledger = ledger.clone();
    Box::pin(async move { ledger.settle(&lease).await })
}

/// Polls a call once: its write is queued then, and not answered as long as a transaction is open.
async fn queue<T>(call: &mut Call<T>) {
    let once = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_ready()));
    assert!(!unconstrained(once).await, "answered before the commit");
}

async fn queue_all<T>(calls: impl IntoIterator<Item = Call<T>>) -> Vec<Call<T>> {
    let mut calls: Vec<_> = calls.into_iter().collect();
    for call in &mut calls {
        queue(call).await;
    }
    calls
}

fn granted(claim: Result<Claim, StoreError>) -> Lease {
    match claim.unwrap() {
        Claim::Granted(lease) => lease,
        other => panic!("granted, not {other:?}"),
    }
}

#[tokio::test]
async fn writes_that_wait_together_share_one_commit() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..32).map(|index| claiming(ledger, index))).await;
    let before = counted.commits();
    open.rollback().await.unwrap();
    let mut leases = Vec::new();
    for claim in claims {
        leases.push(granted(claim.await));
    }
    assert_eq!(counted.commits() - before, 1, "32 claims, one commit");

    // Claims and settles of different orders, and a review, in one commit too.
    let open = ledger.begin().await.unwrap();
    let settles = queue_all(leases.iter().map(|lease| settling(ledger, lease.clone()))).await;
    let more = queue_all((32..64).map(|index| claiming(ledger, index))).await;
    let review_of = payment(64);
    let mut review: Call<()> = {
        let ledger = ledger.clone();
        Box::pin(async move { ledger.review(&review_of, ReviewReason::UnknownOrder).await })
    };
    queue(&mut review).await;
    let before = counted.commits();
    open.rollback().await.unwrap();
    for settle in settles {
        assert_eq!(settle.await.unwrap(), Settled::Now);
    }
    for claim in more {
        granted(claim.await);
    }
    review.await.unwrap();
    assert_eq!(counted.commits() - before, 1, "65 writes, one commit");
    for lease in &leases {
        assert_eq!(ledger.settle(lease).await.unwrap(), Settled::Already);
    }
}

#[tokio::test]
async fn a_lone_write_is_committed_before_its_answer() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let before = counted.commits();
    let lease = granted(claiming(ledger, 1).await);
    assert_eq!(counted.commits() - before, 1);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(counted.commits() - before, 2);
}

#[tokio::test]
async fn a_batch_is_bounded() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..300).map(|index| claiming(ledger, index))).await;
    let before = counted.commits();
    open.rollback().await.unwrap();
    let mut waiting: JoinSet<_> = claims.into_iter().collect();
    while let Some(claim) = waiting.join_next().await {
        granted(claim.unwrap());
    }
    let commits = counted.commits() - before;
    assert!((3..=100).contains(&commits), "{commits} commits");
}

#[tokio::test]
async fn of_claims_on_one_order_in_one_batch_one_wins() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..32).map(|_| claiming(ledger, 7))).await;
    open.rollback().await.unwrap();
    let mut winners = 0;
    for claim in claims {
        match claim.await.unwrap() {
            Claim::Granted(_) => winners += 1,
            Claim::InProgress { .. } => {}
            other => panic!("granted or in progress, not {other:?}"),
        }
    }
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_statement_that_fails_leaves_its_neighbours_alone() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    // ABORT takes back its own statement, ROLLBACK ends the whole transaction, as a full disk does.
    for (name, order, how) in [("a", "ORDER3", "ABORT"), ("b", "ORDER6", "ROLLBACK")] {
        let sql = format!(
            "CREATE TRIGGER {name} BEFORE INSERT ON paid_once_orders WHEN new.order_id = '{order}'
                BEGIN SELECT RAISE({how}, 'spoiled'); END"
        );
        let sql = sqlx::AssertSqlSafe(sql);
        sqlx::query(sql).execute(ledger.pool()).await.unwrap();
    }
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..10).map(|index| claiming(ledger, index))).await;
    let before = counted.commits();
    open.rollback().await.unwrap();
    for (index, claim) in claims.into_iter().enumerate() {
        let claim = claim.await;
        if [3, 6].contains(&index) {
            let error = claim.unwrap_err();
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert!(cause.contains("spoiled"), "{cause}");
        } else {
            assert_eq!(granted(claim).attempt(), 1);
        }
    }
    assert_eq!(counted.commits() - before, 1, "the others still share one");
    for sql in ["DROP TRIGGER a", "DROP TRIGGER b"] {
        sqlx::query(sql).execute(ledger.pool()).await.unwrap();
    }
    for index in [3, 6] {
        assert_eq!(granted(claiming(ledger, index).await).attempt(), 1);
    }
}

#[tokio::test]
async fn a_commit_that_fails_fails_every_write_of_it() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let earlier = granted(claiming(ledger, 99).await);
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..10).map(|index| claiming(ledger, index))).await;
    let mut settle = settling(ledger, earlier.clone());
    queue(&mut settle).await;
    counted.refuse_commits();
    open.rollback().await.unwrap();
    for claim in claims {
        assert!(claim.await.is_err());
    }
    assert!(settle.await.is_err());
    counted.allow_commits();
    // Nothing of it was done, and what was answered before is still there.
    for index in 0..10 {
        assert_eq!(granted(claiming(ledger, index).await).attempt(), 1);
    }
    assert_eq!(ledger.settle(&earlier).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn dropped_callers_hold_nobody_up() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let open = ledger.begin().await.unwrap();
    let claims = queue_all((0..20).map(|index| claiming(ledger, index))).await;
    let kept: Vec<_> = claims.into_iter().skip(1).step_by(2).collect();
    open.rollback().await.unwrap();
    for claim in kept {
        assert_eq!(granted(claim.await).attempt(), 1);
    }
    // A write that nobody waited for any more was not made.
    for index in (0..20).step_by(2) {
        assert_eq!(granted(claiming(ledger, index).await).attempt(), 1);
    }
}

#[tokio::test]
async fn a_runtime_that_ends_with_its_calls_holds_nobody_up() {
    let counted = Counted::new().await;
    let ledger = &counted.ledger;
    let ending = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let open = ledger.begin().await.unwrap();
    let (queued, all_queued) = tokio::sync::oneshot::channel();
    let theirs: Vec<_> = (0..10).map(|index| claiming(ledger, index)).collect();
    ending.spawn(async move {
        let calls = queue_all(theirs).await;
        queued.send(()).unwrap();
        for call in calls {
            granted(call.await);
        }
    });
    all_queued.await.unwrap();
    let ours = queue_all((10..20).map(|index| claiming(ledger, index))).await;
    ending.shutdown_background();
    open.rollback().await.unwrap();
    for claim in ours {
        granted(claim.await);
    }
    // What the ended runtime asked for was done or not; the next delivery decides.
    for index in 0..10 {
        match claiming(ledger, index).await.unwrap() {
            Claim::Granted(_) | Claim::InProgress { .. } => {}
            other => panic!("granted or in progress, not {other:?}"),
        }
    }
}

/// Claims, and settles in a transaction of its own.
async fn handle_in_transaction(ledger: &SqliteLedger, index: usize) {
    let lease = granted(claiming(ledger, index).await);
    let mut transaction = ledger.begin().await.unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    transaction.commit().await.unwrap();
}

async fn handle(ledger: &SqliteLedger, index: usize) {
    let lease = granted(claiming(ledger, index).await);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

/// Eight tasks that never stop, and one whose 30 rounds must end among them.
macro_rules! comes_through {
    ($few:ident among $many:ident on $ledger:expr) => {
        let ledger: &SqliteLedger = $ledger;
        let mut crowd = JoinSet::new();
        for member in 1..=8 {
            let ledger = ledger.clone();
            crowd.spawn(async move {
                for index in 0.. {
                    $many(&ledger, member * 1_000_000 + index).await;
                }
            });
        }
        let rounds = async {
            for index in 0..30 {
                $few(ledger, index).await;
            }
        };
        let deadline = Duration::from_mins(1);
        let ended = tokio::time::timeout(deadline, rounds).await;
        assert!(ended.is_ok(), "no turn among the others");
        assert!(crowd.try_join_next().is_none(), "one of the others failed");
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_get_their_turn_among_batches() {
    comes_through!(handle_in_transaction among handle on &Counted::new().await.ledger);
}

/// The ledger's own pool, whose connection is kept from one batch to the next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_get_their_turn_among_batches_that_keep_the_connection() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::connect(directory.path().join("orders.db")).await;
    comes_through!(handle_in_transaction among handle on &ledger.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_get_their_turn_among_transactions() {
    comes_through!(handle among handle_in_transaction on &Counted::new().await.ledger);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_keep_the_connection_get_their_turn_among_transactions() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::connect(directory.path().join("orders.db")).await;
    comes_through!(handle among handle_in_transaction on &ledger.unwrap());
}

#[tokio::test]
async fn a_ledger_that_wrote_a_moment_ago_closes() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = SqliteLedger::connect(directory.path().join("orders.db")).await;
    let ledger = ledger.unwrap();
    granted(claiming(&ledger, 1).await);
    ledger.close().await;
    assert!(claiming(&ledger, 2).await.is_err());
}

#[tokio::test]
async fn a_pool_of_the_shop_outlives_the_ledger() {
    for _ in 0..50 {
        let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        let pool = options.connect("sqlite::memory:").await.unwrap();
        let prefix = paid_once_sqlx::TablePrefix::default();
        let ledger = SqliteLedger::from_pool(pool.clone(), &prefix)
            .await
            .unwrap();
        granted(claiming(&ledger, 1).await);
        drop(ledger);
        let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM paid_once_orders")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(orders, 1);
    }
}
