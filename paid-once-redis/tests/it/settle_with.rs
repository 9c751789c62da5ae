//! The shop's own writes and the settlement are one step.

use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::{Claim, Claimant, HandlerFailure, Lease, OrderStore as _, Settled};
use paid_once_redis::redis::{self, AsyncTypedCommands as _, Pipeline};
use paid_once_redis::{RedisFault, RedisLedger};

use crate::shop::{LONG, claim, fault, granted, hold, payment, shared_connection, shared_ledger};

/// One receipt, and how many there are.
fn receipt(ledger: &RedisLedger) -> Pipeline {
    let mut writes = redis::pipe();
    writes.rpush(ledger.own_key("receipts"), "ORDER1\0\r\n{\u{15f}}");
    writes.incr(ledger.own_key("count"), 1);
    writes
}

async fn receipts(ledger: &RedisLedger) -> (Vec<String>, Option<String>) {
    let mut connection = shared_connection().await;
    let list = connection.lrange(ledger.own_key("receipts"), 0, -1).await;
    let count = connection.get(ledger.own_key("count")).await;
    (list.unwrap(), count.unwrap())
}

async fn assert_one_receipt(ledger: &RedisLedger) {
    let one = (
        vec!["ORDER1\0\r\n{\u{15f}}".to_owned()],
        Some("1".to_owned()),
    );
    assert_eq!(receipts(ledger).await, one);
}

async fn assert_no_receipt(ledger: &RedisLedger) {
    assert_eq!(receipts(ledger).await, (Vec::new(), None));
}

async fn settle_with(ledger: &RedisLedger, lease: &Lease) -> Settled {
    ledger.settle_with(lease, &receipt(ledger)).await.unwrap()
}

#[tokio::test]
async fn the_writes_are_done_once_with_the_settlement() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    assert_no_receipt(&ledger).await;
    assert_eq!(settle_with(&ledger, &lease).await, Settled::Now);
    assert_one_receipt(&ledger).await;
    assert_eq!(claim(&ledger).await, Claim::Duplicate);
    // A second try of the same delivery, and what the gate does after the handler.
    assert_eq!(settle_with(&ledger, &lease).await, Settled::Already);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    assert_one_receipt(&ledger).await;
    assert_eq!(claim(&ledger).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_lease_that_was_taken_over_writes_nothing() {
    let ledger = shared_ledger().await;
    let short = Duration::from_millis(20);
    let stale = ledger.claim(&payment(), Claimant::unique(), short).await;
    let stale = granted(stale.unwrap());
    let holder = eventually("the lease runs out", || async {
        match claim(&ledger).await {
            Claim::Granted(lease) => Some(lease),
            _ => None,
        }
    })
    .await;
    assert_eq!(settle_with(&ledger, &stale).await, Settled::Lost);
    assert_no_receipt(&ledger).await;
    assert_eq!(settle_with(&ledger, &holder).await, Settled::Now);
    assert_eq!(settle_with(&ledger, &stale).await, Settled::Lost);
    assert_one_receipt(&ledger).await;
}

#[tokio::test]
async fn a_lease_that_was_never_granted_writes_nothing() {
    let ledger = shared_ledger().await;
    let made_up = Lease::new(payment().order, Claimant::unique(), 1, 1);
    assert_eq!(settle_with(&ledger, &made_up).await, Settled::Lost);
    let released = hold(&ledger).await;
    ledger
        .release(&released, HandlerFailure::Error)
        .await
        .unwrap();
    assert_eq!(settle_with(&ledger, &released).await, Settled::Lost);
    assert_no_receipt(&ledger).await;
}

#[tokio::test]
async fn of_32_tries_at_once_one_writes() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (ledger, lease) = (ledger.clone(), lease.clone());
        tries.spawn(async move { settle_with(&ledger, &lease).await });
    }
    let answers = tries.join_all().await;
    let now = answers.iter().filter(|answer| **answer == Settled::Now);
    assert_eq!(now.count(), 1, "{answers:?}");
    assert_one_receipt(&ledger).await;
}

#[tokio::test]
async fn without_writes_it_settles() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    let settled = ledger.settle_with(&lease, &redis::pipe()).await.unwrap();
    assert_eq!(settled, Settled::Now);
    assert_eq!(claim(&ledger).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_refused_command_settles_nothing_and_undoes_nothing() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    let mut writes = receipt(&ledger);
    writes.hset(ledger.own_key("receipts"), "secret", "secret");
    writes.set(ledger.own_key("later"), 1);
    let error = ledger.settle_with(&lease, &writes).await.unwrap_err();
    let RedisFault::CommandRefused { index, code } = fault(&error) else {
        panic!("the command is refused, not {error:?}");
    };
    assert_eq!((index, code.as_str()), (2, "WRONGTYPE"));
    assert!(!format!("{error:?}").contains("secret"));
    // Those before it stay, those after it never ran, as the docs say.
    assert_one_receipt(&ledger).await;
    let mut connection = shared_connection().await;
    let later = connection.exists(ledger.own_key("later")).await;
    assert!(!later.unwrap());
    // Nothing is settled: the lease is held, and given back the next delivery comes as attempt 2.
    assert!(matches!(claim(&ledger).await, Claim::InProgress { .. }));
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    assert_eq!(hold(&ledger).await.attempt(), 2);
}

#[tokio::test]
async fn commands_that_no_script_may_run_are_refused() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    for wrong in ["MULTI", "NOSUCHCOMMAND", "SUBSCRIBE", "GET"] {
        let mut writes = redis::pipe();
        writes.cmd(wrong);
        let error = ledger.settle_with(&lease, &writes).await.unwrap_err();
        let refused = matches!(fault(&error), RedisFault::CommandRefused { index: 0, .. });
        assert!(refused, "{wrong}: {error:?}");
    }
    assert_eq!(settle_with(&ledger, &lease).await, Settled::Now);
}

#[tokio::test]
async fn a_command_that_lua_cannot_pass_on_is_refused_before_anything_is_done() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    let mut writes = receipt(&ledger);
    writes.rpush(ledger.own_key("long"), vec!["x"; 7_000]);
    let error = ledger.settle_with(&lease, &writes).await.unwrap_err();
    let too_long = RedisFault::CommandTooLong {
        index: 2,
        words: 7_002,
        most: 7_000,
    };
    assert_eq!(fault(&error), too_long);
    assert_no_receipt(&ledger).await;

    let mut empty = receipt(&ledger);
    empty.add_command(redis::Cmd::new());
    let error = ledger.settle_with(&lease, &empty).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::CommandEmpty { index: 2 });
    assert_no_receipt(&ledger).await;

    // The longest possible one, and many of them.
    let mut writes = receipt(&ledger);
    for _ in 0..3 {
        writes.rpush(ledger.own_key("long"), vec!["x"; 6_998]);
    }
    let settled = ledger.settle_with(&lease, &writes).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let mut connection = shared_connection().await;
    let long = connection.llen(ledger.own_key("long")).await.unwrap();
    assert_eq!(long, 3 * 6_998);
}

#[tokio::test]
async fn a_failed_payment_is_settled_with_its_writes_and_a_success_may_follow() {
    let ledger = shared_ledger().await;
    let failed = paid_once::Payment::failed(payment().order, paid_once::FailureReason::default());
    let lease = ledger.claim(&failed, Claimant::unique(), LONG).await;
    let lease = granted(lease.unwrap());
    let mut writes = redis::pipe();
    writes.incr(ledger.own_key("failures"), 1);
    let settled = ledger.settle_with(&lease, &writes).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let lease = hold(&ledger).await;
    assert_eq!(settle_with(&ledger, &lease).await, Settled::Now);
    assert_one_receipt(&ledger).await;
}
