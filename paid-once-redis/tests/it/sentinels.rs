//! A ledger behind sentinels: found, and found again after a failover.

use std::num::NonZeroU32;
use std::time::Duration;

use database_servers::{Redis, RedisSentinels, Role};
use paid_once::testing::eventually;
use paid_once_redis::{OpenError, RedisFault, RedisLedger};

use crate::load::Load;
use crate::shop::{ask, walk_through};

async fn fault_at(url: &str) -> RedisFault {
    match RedisLedger::connect(url).await {
        Err(OpenError::Redis(fault)) => fault,
        other => panic!("{url} is refused, not {other:?}"),
    }
}

#[tokio::test]
async fn a_ledger_is_where_the_sentinels_say_also_when_one_of_them_is_down() {
    let mut sentinels = RedisSentinels::start().unwrap();
    let primary = sentinels.servers()[0].url();
    let ledger = RedisLedger::connect(&sentinels.url()).await.unwrap();
    walk_through(&ledger).await;
    let keys: usize = ask(&primary, "DBSIZE").await;
    assert!(keys > 5, "{keys}");
    sentinels.crash_a_sentinel().unwrap();
    // Another database of the same server.
    let url = format!("{}/2", sentinels.url());
    RedisLedger::connect(&url).await.unwrap();
    let keys: Vec<String> = ask(&format!("{primary}/2"), "KEYS *").await;
    assert_eq!(keys, ["{paid_once}:layout"]);

    let unknown = sentinels.url().replace(RedisSentinels::NAME, "other");
    assert_eq!(fault_at(&unknown).await, RedisFault::UnknownPrimary);
    let wrong_user = sentinels.url().replace("://", "://shop:CANARY@");
    assert_eq!(fault_at(&wrong_user).await, RedisFault::Authentication);
}

#[tokio::test]
async fn what_is_no_sentinel_is_told_from_one_that_is_not_there() {
    let redis = Redis::start().unwrap();
    let port = redis.port();
    let server = format!("redis+sentinel://127.0.0.1:{port}/mymaster");
    assert_eq!(fault_at(&server).await, RedisFault::NoSentinel);
    drop(redis);
    let nobody = fault_at(&server).await;
    assert!(matches!(nobody, RedisFault::Connection(_)), "{nobody:?}");
}

#[tokio::test]
async fn sentinels_may_have_a_password_of_their_own() {
    let lines = ["requirepass CANARY", "sentinel sentinel-pass CANARY"];
    let sentinels = RedisSentinels::start_with(&[], &lines).unwrap();
    let without = sentinels.url();
    let wrong = format!("{without}?sentinel_password=CANARY-not");
    for url in [without.clone(), wrong] {
        let error = RedisLedger::connect(&url).await.unwrap_err();
        let named = matches!(error, OpenError::Redis(RedisFault::SentinelAuthentication));
        assert!(named, "{error:?}");
        assert!(!format!("{error} {error:?}").contains("CANARY"));
    }
    let right = format!("{without}?sentinel_password=CANARY");
    RedisLedger::connect(&right).await.unwrap();
}

/// The primary is killed in the middle of deliveries. What was answered is on a replica, and the sentinels choose
/// the one that has most.
#[tokio::test]
async fn a_failover_under_load_loses_nothing_that_a_replica_had_to_have() {
    let settings = ["--min-replicas-to-write", "1"];
    let mut sentinels = RedisSentinels::start_with(&settings, &[]).unwrap();
    let options = RedisLedger::options().replicas(NonZeroU32::MIN);
    let ledger = options.connect(&sentinels.url()).await.unwrap();
    let load = Load::start(&ledger);
    load.settles(200).await;
    sentinels.servers_mut()[0].crash().unwrap();
    load.fails(1).await;
    load.settles(200).await;
    let now = sentinels.primary().unwrap();
    assert_ne!(now, 0, "another server is the primary");
    // The old one comes back, takes itself for the primary at first, and is told otherwise.
    sentinels.servers_mut()[0].start_again().unwrap();
    eventually("it follows", || async {
        (sentinels.servers()[0].role() == Some(Role::Replica)).then_some(())
    })
    .await;
    load.settles(200).await;
    assert_eq!(load.lost(&ledger).await, 0);
}

/// A primary that hangs is no better than one that is gone; when it goes on, it is not one any more.
#[tokio::test]
async fn a_primary_that_hangs_is_left_and_not_come_back_to() {
    let sentinels = RedisSentinels::start().unwrap();
    let options = RedisLedger::options()
        .response_timeout(Duration::from_secs(1))
        .replicas(NonZeroU32::MIN);
    let ledger = options.connect(&sentinels.url()).await.unwrap();
    let load = Load::start(&ledger);
    load.settles(50).await;
    sentinels.servers()[0].pause().unwrap();
    load.fails(1).await;
    load.settles(50).await;
    sentinels.servers()[0].resume().unwrap();
    eventually("it follows", || async {
        (sentinels.servers()[0].role() == Some(Role::Replica)).then_some(())
    })
    .await;
    load.settles(50).await;
    assert_eq!(load.lost(&ledger).await, 0);
}
