//! What is answered when replicas must have it first.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use database_servers::{Redis, Role};
use paid_once::testing::eventually;
use paid_once::{Claim, Claimant, Currency, Money, OrderStore as _, Payment, Settled, Standing};
use paid_once_redis::{OpenError, RedisFault, RedisLedger, RedisLedgerOptions};

use crate::shop::{LONG, ask, claim, claim_as, connection, fault, granted, hold, order, payment};

/// None has it, and one is to have it.
const NONE_OF_ONE: RedisFault = RedisFault::TooFewReplicas {
    reached: 0,
    required: 1,
};

/// How long a call may take. It waits for replicas for a part of this time.
const LIMIT: Duration = Duration::from_secs(5);

fn on_one_replica() -> RedisLedgerOptions {
    RedisLedger::options()
        .response_timeout(LIMIT)
        .replicas(NonZeroU32::MIN)
}

/// A server and one that follows it.
async fn pair() -> (Redis, Redis) {
    let primary = Redis::start_with(&["--repl-diskless-sync-delay", "0"]).unwrap();
    let follow = format!("127.0.0.1 {}", primary.port());
    let replica = Redis::start_with(&["--replicaof", &follow]).unwrap();
    follows(&primary).await;
    (primary, replica)
}

/// Returns when the replica has acknowledged all that was written so far. A connection that wrote nothing itself would
/// not have to wait.
async fn follows(primary: &Redis) {
    eventually("the replica acknowledges what is written", || async {
        let mut connection = connection(&primary.url()).await;
        let mut both = redis::pipe();
        both.cmd("SET").arg("probe").arg(1).ignore();
        both.cmd("WAIT").arg(1).arg(100);
        let (acknowledged,): (u32,) = both.query_async(&mut connection).await.unwrap();
        (acknowledged == 1).then_some(())
    })
    .await;
}

/// The replica hears nothing of its primary any more, and keeps what it has.
async fn part(primary: &Redis, replica: &Redis) {
    ask::<()>(&replica.url(), "REPLICAOF 127.0.0.1 1").await;
    eventually("the primary has noticed", || async {
        let info: String = ask(&primary.url(), "INFO replication").await;
        info.contains("connected_slaves:0").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_write_that_no_replica_has_is_an_error_in_time_and_heals() {
    let (primary, replica) = pair().await;
    let ledger = on_one_replica().connect(&primary.url()).await.unwrap();
    replica.pause().unwrap();
    let (claimant, before) = (Claimant::unique(), Instant::now());
    let error = claim_as(&ledger, claimant).await.unwrap_err();
    assert_eq!(fault(&error), NONE_OF_ONE);
    assert!(before.elapsed() < LIMIT, "in time");
    replica.resume().unwrap();
    let lease = eventually("the replica has it", || async {
        claim_as(&ledger, claimant).await.ok()
    })
    .await;
    let lease = granted(lease);
    assert_eq!((lease.attempt(), lease.fence()), (1, 1));
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

/// "It was settled before" makes the provider stop asking, as "it is settled now" does. Somebody else wrote it, over
/// another connection.
#[tokio::test]
async fn what_was_written_before_is_told_only_when_the_replicas_know_it() {
    let (primary, replica) = pair().await;
    let strict = on_one_replica().connect(&primary.url()).await.unwrap();
    let lax = RedisLedger::connect(&primary.url()).await.unwrap();
    let lease = hold(&lax).await;
    replica.pause().unwrap();
    assert_eq!(lax.settle(&lease).await.unwrap(), Settled::Now);
    let errors = [
        strict.settle(&lease).await.unwrap_err(),
        claim_as(&strict, Claimant::unique()).await.unwrap_err(),
        strict.standing(&payment()).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(fault(&error), NONE_OF_ONE);
    }
    replica.resume().unwrap();
    let settled = eventually("the replica has it", || async {
        strict.settle(&lease).await.ok()
    })
    .await;
    assert_eq!(settled, Settled::Already);
    assert_eq!(claim(&strict).await, Claim::Duplicate);
    let standing = strict.standing(&payment()).await.unwrap();
    assert_eq!(standing, Standing::Duplicate);
}

/// The loss that the crate docs name, and that nothing of it was acknowledged by the ledger that asks for a replica.
#[tokio::test]
async fn a_replica_that_is_behind_takes_over_without_what_no_replica_had_to_have() {
    for asks in [false, true] {
        let (mut primary, replica) = pair().await;
        let options = if asks {
            on_one_replica()
        } else {
            RedisLedger::options()
        };
        let ledger = options.connect(&primary.url()).await.unwrap();
        let lease = hold(&ledger).await;
        follows(&primary).await;
        part(&primary, &replica).await;
        let settled = ledger.settle(&lease).await;
        if asks {
            assert_eq!(fault(&settled.unwrap_err()), NONE_OF_ONE);
        } else {
            assert_eq!(settled.unwrap(), Settled::Now);
        }
        primary.crash().unwrap();
        ask::<()>(&replica.url(), "REPLICAOF NO ONE").await;
        assert_eq!(replica.role(), Some(Role::Primary));
        let after = RedisLedger::connect(&replica.url()).await.unwrap();
        // The claim is there, because the replica had it; that it was settled is not known.
        assert!(matches!(claim(&after).await, Claim::InProgress { .. }));
        assert_eq!(after.settle(&lease).await.unwrap(), Settled::Now);
    }
}

/// Redis answers nothing on a connection that waits: calls must not wait for each other's replicas in a row.
#[tokio::test]
async fn forty_calls_at_once_wait_for_replicas_together() {
    let (primary, replica) = pair().await;
    let ledger = on_one_replica().connect(&primary.url()).await.unwrap();
    let all_at_once = async || {
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..40 {
            let ledger = ledger.clone();
            calls.spawn(async move {
                let paid = Payment::paid(
                    order(&format!("ORDER{number}")),
                    Money::new(1, Currency::TRY),
                );
                ledger.claim(&paid, Claimant::unique(), LONG).await
            });
        }
        calls.join_all().await
    };
    replica.pause().unwrap();
    let before = Instant::now();
    for claimed in all_at_once().await {
        assert_eq!(fault(&claimed.unwrap_err()), NONE_OF_ONE);
    }
    assert!(before.elapsed() < LIMIT, "together");
    replica.resume().unwrap();
    let follow = eventually("the replica follows", || async {
        all_at_once()
            .await
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .ok()
    });
    for claimed in follow.await {
        assert!(matches!(claimed, Claim::InProgress { .. }), "{claimed:?}");
    }
}

#[tokio::test]
async fn a_ledger_is_not_opened_where_there_are_too_few_replicas() {
    let redis = Redis::start().unwrap();
    match on_one_replica().connect(&redis.url()).await {
        Err(OpenError::Redis(fault)) => assert_eq!(fault, NONE_OF_ONE),
        other => panic!("there is no replica, so not {other:?}"),
    }
}

#[tokio::test]
async fn a_connection_of_the_user_waits_for_replicas_too() {
    let (primary, replica) = pair().await;
    let mut theirs = connection(&primary.url()).await;
    // The client's own limit is 500 ms.
    theirs.set_response_timeout(LIMIT);
    let ledger = on_one_replica().from_connection(theirs).await.unwrap();
    let lease = hold(&ledger).await;
    replica.pause().unwrap();
    let error = ledger.settle(&lease).await.unwrap_err();
    assert_eq!(fault(&error), NONE_OF_ONE);
    replica.resume().unwrap();
}

#[tokio::test]
async fn the_permission_to_wait_is_named_where_it_is_missing() {
    let redis = Redis::start().unwrap();
    let rule = "ACL SETUSER shop on >secret ~{paid_once}:* +@all -wait";
    ask::<()>(&redis.url(), rule).await;
    let url = format!("redis://shop:secret@127.0.0.1:{}", redis.port());
    RedisLedger::connect(&url).await.unwrap();
    let error = on_one_replica().connect(&url).await.unwrap_err();
    assert!(error.to_string().contains("+wait"), "{error}");
}

#[tokio::test]
async fn a_server_that_wants_replicas_and_has_none_refuses_and_does_nothing() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let lease = hold(&ledger).await;
    ask::<()>(&redis.url(), "CONFIG SET min-replicas-to-write 1").await;
    let error = ledger.settle(&lease).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::NoReplicas);
    ask::<()>(&redis.url(), "CONFIG SET min-replicas-to-write 0").await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}
