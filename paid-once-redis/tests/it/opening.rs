//! Which servers a ledger is opened on.

use database_servers::Redis;
use paid_once::OrderStore as _;
use paid_once_redis::redis::{Client, aio::MultiplexedConnection};
use paid_once_redis::{Durability, OpenError, RedisLedger};

use crate::shop::{ask, hold};

#[tokio::test]
async fn a_server_that_evicts_is_refused() {
    let redis = Redis::start().unwrap();
    for evicting in ["allkeys-lru", "allkeys-lfu", "allkeys-random"] {
        ask::<()>(
            &redis.url(),
            &format!("CONFIG SET maxmemory-policy {evicting}"),
        )
        .await;
        match RedisLedger::connect(&redis.url()).await {
            Err(OpenError::Evicts { policy }) => assert_eq!(policy, evicting),
            other => panic!("{evicting} is refused, not {other:?}"),
        }
    }
    // The ledger's keys never expire, so a volatile policy leaves them alone.
    for fine in ["noeviction", "volatile-lru"] {
        ask::<()>(&redis.url(), &format!("CONFIG SET maxmemory-policy {fine}")).await;
        RedisLedger::connect(&redis.url()).await.unwrap();
    }
}

#[tokio::test]
async fn the_durability_is_read_and_can_be_required() {
    use Durability::{Always, EverySecond, Memory, OperatingSystem};
    let redis = Redis::start().unwrap();
    for (settings, found) in [
        ("appendfsync always", Always),
        ("appendfsync everysec", EverySecond),
        ("appendfsync no", OperatingSystem),
        ("appendonly no", Memory),
    ] {
        ask::<()>(&redis.url(), &format!("CONFIG SET {settings}")).await;
        let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
        assert_eq!(ledger.durability(), Some(found));
        for required in [Memory, OperatingSystem, EverySecond, Always] {
            let options = RedisLedger::options().require_durability(required);
            let opened = options.connect(&redis.url()).await;
            assert_eq!(opened.is_ok(), found >= required, "{found} {required}");
        }
    }
}

#[tokio::test]
async fn a_server_without_config_works_and_is_not_taken_to_be_durable() {
    let redis = Redis::start_with(&["--rename-command", "CONFIG", ""]).unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    assert_eq!(ledger.durability(), None);
    let lease = hold(&ledger).await;
    let _now = ledger.settle(&lease).await.unwrap();
    let options = RedisLedger::options().require_durability(Durability::Memory);
    match options.connect(&redis.url()).await {
        Err(OpenError::NotDurable { found: None, .. }) => {}
        other => panic!("nobody knows how durable it is, so not {other:?}"),
    }
}

#[tokio::test]
async fn keys_of_another_layout_are_refused() {
    let redis = Redis::start().unwrap();
    RedisLedger::connect(&redis.url()).await.unwrap();
    RedisLedger::connect(&redis.url()).await.unwrap();
    ask::<()>(&redis.url(), "SET {paid_once}:layout 4").await;
    match RedisLedger::connect(&redis.url()).await {
        Err(OpenError::OtherLayout { found, .. }) => assert_eq!(found, "4"),
        other => panic!("layout 4 is refused, not {other:?}"),
    }
    // Another prefix is another ledger.
    let options = RedisLedger::options().prefix("other".parse().unwrap());
    options.connect(&redis.url()).await.unwrap();
}

#[tokio::test]
async fn two_prefixes_are_two_ledgers() {
    let redis = Redis::start().unwrap();
    for prefix in ["shop", "shop:", "shop2"] {
        let options = RedisLedger::options().prefix(prefix.parse().unwrap());
        let ledger = options.connect(&redis.url()).await.unwrap();
        assert_eq!(hold(&ledger).await.attempt(), 1, "{prefix}");
    }
}

/// A connection of the user, with the old protocol, whose answers look different.
#[tokio::test]
async fn a_connection_of_the_user_serves_with_either_protocol() {
    let redis = Redis::start().unwrap();
    for protocol in ["resp2", "resp3"] {
        let url = format!("{}/?protocol={protocol}", redis.url());
        let client = Client::open(url).unwrap();
        let theirs: MultiplexedConnection =
            client.get_multiplexed_async_connection().await.unwrap();
        let options = RedisLedger::options().prefix(protocol.parse().unwrap());
        let ledger = options.from_connection(theirs).await.unwrap();
        assert_eq!(ledger.durability(), Some(Durability::Always));
        crate::shop::walk_through(&ledger).await;
    }
}
