//! What Redis refuses is a clean error that heals, shows no secret, and lets no handler run.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use database_servers::Redis;
use paid_once::testing::eventually;
use paid_once::{
    BoxError, Claimant, Currency, Decision, Expected, Gate, HandlerFailure, Lease, Money, NewOrder,
    OrderLedger as _, OrderStore as _, Payment, Settled, Unavailable,
};
use paid_once_redis::{RedisFault, RedisLedger, redis};

use crate::shop::{AT_ONCE, LONG, ask, claim_as, connection, fault, granted, hold, order};

const PASSWORD: &str = "CANARY-of-the-password";

/// Everything that an error shows, down to its last cause.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut texts = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        texts.push(format!("{error:?} {error}"));
        next = error.source();
    }
    texts.join(" ")
}

/// Every change is refused as `expected`, and shows nothing of what it wrote.
async fn assert_refused(ledger: &RedisLedger, expected: impl Fn(RedisFault) -> bool) {
    let claimant = Claimant::unique();
    let claimed = claim_as(ledger, claimant).await.unwrap_err();
    let lease = Lease::new(order("ORDER1"), claimant, 1, 1);
    let mut writes = redis::pipe();
    writes.set(ledger.own_key("receipt"), "CANARY");
    let opened = ledger.open(NewOrder::new(order("ORDER1"), Expected::Unknown));
    let errors = [
        claimed,
        ledger.settle(&lease).await.unwrap_err(),
        ledger.settle_with(&lease, &writes).await.unwrap_err(),
        opened.await.unwrap_err(),
    ];
    for error in errors {
        assert!(expected(fault(&error)), "{error:?}");
        let shown = shown(&error);
        assert!(
            !shown.contains("CANARY") && !shown.contains("ORDER1"),
            "{shown}"
        );
    }
}

async fn assert_healed(ledger: &RedisLedger) {
    let lease = hold(ledger).await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn a_replica_is_refused_until_it_is_the_primary() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    // Nothing listens at the primary; the data stays.
    ask::<()>(&redis.url(), "REPLICAOF 127.0.0.1 1").await;
    let claimed = claim_as(&ledger, Claimant::unique()).await;
    assert_eq!(fault(&claimed.unwrap_err()), RedisFault::ReadOnly);
    let refused = RedisLedger::connect(&redis.url()).await.unwrap_err();
    assert!(shown(&refused).contains("read-only replica"), "{refused:?}");
    ask::<()>(&redis.url(), "REPLICAOF NO ONE").await;
    assert_healed(&ledger).await;
}

#[tokio::test]
async fn a_full_memory_is_refused_and_evicts_nothing() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let lease = hold(&ledger).await;
    ask::<()>(&redis.url(), "CONFIG SET maxmemory 1").await;
    let mut writes = redis::pipe();
    writes.get(ledger.own_key("receipt"));
    writes.set(ledger.own_key("receipt"), "CANARY");
    let error = ledger.settle_with(&lease, &writes).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::OutOfMemory);
    let other = Payment::paid(order("ORDER2"), Money::new(1, Currency::TRY));
    let claimed = ledger.claim(&other, Claimant::unique(), LONG).await;
    assert_eq!(fault(&claimed.unwrap_err()), RedisFault::OutOfMemory);
    ask::<()>(&redis.url(), "CONFIG SET maxmemory 0").await;
    let receipts: u64 = ask(&redis.url(), "EXISTS {paid_once}:own:receipt").await;
    assert_eq!(receipts, 0, "nothing at all was done");
    let settled = ledger.settle_with(&lease, &writes).await.unwrap();
    assert_eq!(settled, Settled::Now);
}

/// The handler has run: that must be written down, and takes no more memory than the lease did.
#[tokio::test]
async fn a_full_memory_still_takes_settlements_and_releases() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let lease = hold(&ledger).await;
    let other = Payment::paid(order("ORDER2"), Money::new(1, Currency::TRY));
    let released = ledger.claim(&other, Claimant::unique(), LONG).await;
    ask::<()>(&redis.url(), "CONFIG SET maxmemory 1").await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
    let why = HandlerFailure::Error;
    let released = granted(released.unwrap());
    ledger.release(&released, why).await.unwrap();
    ask::<()>(&redis.url(), "CONFIG SET maxmemory 0").await;
    let again = ledger.claim(&other, Claimant::unique(), LONG).await;
    assert_eq!(granted(again.unwrap()).attempt(), 2);
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_is_refused() {
    let redis = Redis::start_with(&["--save", "3600 1"]).unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    // A snapshot cannot take the place of a folder that is not empty.
    let taken = redis.folder().join("dump.rdb");
    std::fs::create_dir_all(taken.join("full")).unwrap();
    ask::<()>(&redis.url(), "BGSAVE").await;
    eventually("the snapshot has failed", || async {
        let info: String = ask(&redis.url(), "INFO persistence").await;
        info.contains("rdb_last_bgsave_status:err").then_some(())
    })
    .await;
    let claimed = claim_as(&ledger, Claimant::unique()).await;
    assert_eq!(fault(&claimed.unwrap_err()), RedisFault::Disk);
    std::fs::remove_dir_all(taken).unwrap();
    ask::<()>(&redis.url(), "BGSAVE").await;
    eventually("a snapshot is made", || async {
        let info: String = ask(&redis.url(), "INFO persistence").await;
        info.contains("rdb_last_bgsave_status:ok").then_some(())
    })
    .await;
    assert_healed(&ledger).await;
}

#[tokio::test]
async fn a_server_that_loads_its_data_is_refused_until_it_is_ready() {
    let redis = Redis::start_with(&[
        "--enable-debug-command",
        "yes",
        "--loading-process-events-interval-bytes",
        "1024",
    ])
    .unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    ask::<()>(&redis.url(), "DEBUG POPULATE 1000 key 1000").await;
    ask::<()>(&redis.url(), "CONFIG SET key-load-delay 3000").await;
    let url = redis.url();
    let loading = tokio::spawn(async move {
        let mut connection = connection(&url).await;
        connection.set_response_timeout(Duration::from_mins(1));
        let mut reload = redis::cmd("DEBUG");
        reload.arg("RELOAD");
        reload.query_async::<()>(&mut connection).await.unwrap();
    });
    eventually("the server is loading", || async {
        let claimed = claim_as(&ledger, Claimant::unique()).await;
        let fault = fault(&claimed.err()?);
        (fault == RedisFault::Loading).then_some(())
    })
    .await;
    assert_refused(&ledger, |fault| fault == RedisFault::Loading).await;
    loading.await.unwrap();
    let stale = ledger.purge(AT_ONCE, 1).await;
    assert!(stale.is_ok(), "{stale:?}");
}

#[tokio::test]
async fn a_server_that_is_busy_with_a_script_is_refused_until_it_is_done() {
    let redis = Redis::start_with(&["--busy-reply-threshold", "50"]).unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let url = redis.url();
    let script = tokio::spawn(async move {
        let mut connection = connection(&url).await;
        connection.set_response_timeout(Duration::from_mins(1));
        let mut forever = redis::cmd("EVAL");
        forever.arg("while true do end").arg(0);
        forever.query_async::<()>(&mut connection).await
    });
    eventually("the script runs", || async {
        let fault = fault(&ledger.get(&order("ORDER1")).await.err()?);
        (fault == RedisFault::Busy).then_some(())
    })
    .await;
    assert_refused(&ledger, |fault| fault == RedisFault::Busy).await;
    ask::<()>(&redis.url(), "SCRIPT KILL").await;
    assert!(script.await.unwrap().is_err());
    assert_healed(&ledger).await;
}

#[tokio::test]
async fn a_user_without_permission_is_refused() {
    let redis = Redis::start().unwrap();
    let rule = format!("ACL SETUSER shop on >{PASSWORD} ~{{paid_once}}:* +@all -config");
    ask::<()>(&redis.url(), &rule).await;
    let url = format!("redis://shop:{PASSWORD}@127.0.0.1:{}", redis.port());
    let ledger = RedisLedger::connect(&url).await.unwrap();
    ask::<()>(&redis.url(), "ACL SETUSER shop -evalsha -eval").await;
    assert_refused(&ledger, |fault| fault == RedisFault::Permission).await;
    ask::<()>(&redis.url(), "ACL SETUSER shop +evalsha +eval").await;
    assert_healed(&ledger).await;
}

#[tokio::test]
async fn a_password_that_was_changed_is_refused_until_it_is_right_again() {
    let redis = Redis::start_with(&["--requirepass", PASSWORD]).unwrap();
    let url = format!("redis://:{PASSWORD}@127.0.0.1:{}", redis.port());
    let ledger = RedisLedger::connect(&url).await.unwrap();
    let mut beside = connection(&url).await;
    for (password, right) in [("other", false), (PASSWORD, true)] {
        let mut change = redis::pipe();
        change.cmd("CONFIG").arg(&["SET", "requirepass", password]);
        change
            .cmd("CLIENT")
            .arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]);
        change.query_async::<()>(&mut beside).await.unwrap();
        if right {
            assert_healed(&ledger).await;
        } else {
            assert_refused(&ledger, |fault| {
                matches!(
                    fault,
                    RedisFault::Authentication | RedisFault::Connection(_)
                )
            })
            .await;
            let claimed = claim_as(&ledger, Claimant::unique()).await;
            assert_eq!(fault(&claimed.unwrap_err()), RedisFault::Authentication);
        }
    }
}

#[tokio::test]
async fn too_many_clients_are_refused_until_there_are_fewer() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let mut beside = connection(&redis.url()).await;
    let mut few = redis::pipe();
    few.cmd("CONFIG").arg(&["SET", "maxclients", "1"]);
    few.cmd("CLIENT")
        .arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]);
    few.query_async::<()>(&mut beside).await.unwrap();
    // What the client makes of that answer is its own; that it is an error matters.
    for _ in 0..3 {
        assert!(claim_as(&ledger, Claimant::unique()).await.is_err());
    }
    let mut more = redis::cmd("CONFIG");
    more.arg(&["SET", "maxclients", "100"]);
    more.query_async::<()>(&mut beside).await.unwrap();
    assert_healed(&ledger).await;
}

#[tokio::test]
async fn secrets_are_in_no_debug_and_no_error() {
    let redis = Redis::start_with(&["--requirepass", PASSWORD]).unwrap();
    let right = format!("redis://:{PASSWORD}@127.0.0.1:{}", redis.port());
    let ledger = RedisLedger::connect(&right).await.unwrap();
    let mut texts = vec![format!("{ledger:?} {:?}", RedisLedger::options())];
    let port = redis.port();
    for wrong in [
        format!("redis://:{PASSWORD}x@127.0.0.1:{port}"),
        format!("redis://{PASSWORD}:{PASSWORD}@127.0.0.1:{port}"),
        format!("redis://:{PASSWORD}@127.0.0.1:1"),
        format!("redis://:{PASSWORD}@127.0.0.1:port"),
        format!("redis://:{PASSWORD}@[127.0.0.1"),
        format!("redis://:{PASSWORD}@127.0.0.1:{port}/{PASSWORD}"),
        format!("redis://:{PASSWORD}@127.0.0.1:{port}/99"),
        format!("rediss://:{PASSWORD}@127.0.0.1:{port}"),
        format!("http://:{PASSWORD}@127.0.0.1:{port}"),
        PASSWORD.to_owned(),
    ] {
        let error = RedisLedger::connect(&wrong).await.unwrap_err();
        texts.push(shown(&error));
    }
    for text in texts {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

/// Fail closed: the gate runs no handler and does not acknowledge.
#[tokio::test]
async fn a_server_that_is_gone_runs_no_handler() {
    let mut redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let ledger = Arc::new(ledger);
    let price = Money::new(3_456, Currency::TRY);
    let new = NewOrder::new(order("ORDER1"), Expected::Exactly(price));
    let _new = ledger.open(new).await.unwrap();
    let gate = Gate::builder(ledger.clone(), ledger).build().unwrap();
    redis.stop().unwrap();
    let ran = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&ran);
    let decision = gate.receive(Payment::paid(order("ORDER1"), price), |_| async move {
        told.store(true, Ordering::SeqCst);
        Ok::<_, BoxError>(())
    });
    let decision = decision.await;
    let closed = matches!(
        decision,
        Decision::Unavailable(Unavailable::Store | Unavailable::ExpectedAmount)
    );
    assert!(closed, "{decision:?}");
    assert!(!ran.load(Ordering::SeqCst));
}
