//! Which servers a ledger is opened on.

use database_servers::Redis;
use paid_once::OrderStore as _;
use paid_once_redis::redis::{Client, aio::MultiplexedConnection};
use paid_once_redis::{Durability, OpenError, RedisFault, RedisLedger};

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

async fn refused(url: &str) -> OpenError {
    match RedisLedger::connect(url).await {
        Err(refused) => refused,
        Ok(_) => panic!("{url} is opened"),
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_with_how_many_there_are() {
    let redis = Redis::start_with(&["--databases", "5"]).unwrap();
    for number in [5, 99, -1] {
        let error = refused(&format!("{}/{number}", redis.url())).await;
        let OpenError::Redis(fault) = &error else {
            panic!("{number}: {error:?}");
        };
        let databases = Some(5);
        assert_eq!(*fault, RedisFault::NoSuchDatabase { number, databases });
        let text = format!("this Redis has no database {number}: it has 5, from 0 to 4");
        assert_eq!(error.to_string(), text);
    }
    // Each of the others is a ledger of its own.
    for number in 0..5 {
        let url = format!("{}/{number}", redis.url());
        let ledger = RedisLedger::connect(&url).await.unwrap();
        assert_eq!(hold(&ledger).await.attempt(), 1, "{number}");
        let keys: usize = ask(&url, "DBSIZE").await;
        assert!(keys > 1, "{number}: {keys}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_where_nobody_tells_how_many_there_are() {
    let redis = Redis::start_with(&["--rename-command", "CONFIG", ""]).unwrap();
    let error = refused(&format!("{}/99", redis.url())).await;
    assert!(
        matches!(
            error,
            OpenError::Redis(RedisFault::NoSuchDatabase {
                number: 99,
                databases: None
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_cluster_has_database_0_only() {
    let redis = Redis::start_with(&["--cluster-enabled", "yes"]).unwrap();
    let error = refused(&format!("{}/1", redis.url())).await;
    let text = "this Redis has no database 1: it has database 0 only, as a cluster does";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_user_who_may_not_select_is_told_so_and_uses_database_0() {
    let redis = Redis::start().unwrap();
    let secret = "CANARY-of-the-password";
    let rule = format!("ACL SETUSER shop on >{secret} ~{{paid_once}}:* +@all -select");
    ask::<()>(&redis.url(), &rule).await;
    let url = |user: &str, number| format!("redis://{user}@127.0.0.1:{}/{number}", redis.port());
    let error = refused(&url(&format!("shop:{secret}"), 3)).await;
    assert!(
        matches!(
            error,
            OpenError::Redis(RedisFault::DatabaseForbidden { number: 3 })
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("+select"), "{error}");
    let right = url(&format!("shop:{secret}"), 0);
    RedisLedger::connect(&right).await.unwrap();
    // A wrong password is a wrong password, whatever the database.
    for number in [0, 3, 99] {
        let error = refused(&url("shop:CANARY", number)).await;
        let is_named = matches!(error, OpenError::Redis(RedisFault::Authentication));
        assert!(is_named, "{number}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("CANARY"));
    }
}

#[tokio::test]
async fn a_password_that_is_missing_is_named_whatever_the_database() {
    let redis = Redis::start_with(&["--requirepass", "CANARY"]).unwrap();
    for number in [0, 3, 99] {
        let url = format!("redis://127.0.0.1:{}/{number}", redis.port());
        let error = refused(&url).await;
        let is_named = matches!(error, OpenError::Redis(RedisFault::Authentication));
        assert!(is_named, "{number}: {error:?}");
    }
}

#[tokio::test]
async fn a_host_that_nobody_knows_and_a_port_where_nobody_listens_are_told_apart() {
    let unknown = refused("redis://no-such-host.invalid/0").await;
    assert!(
        matches!(unknown, OpenError::Redis(RedisFault::UnknownHost)),
        "{unknown:?}"
    );
    let redis = Redis::start().unwrap();
    let port = redis.port();
    drop(redis);
    let closed = refused(&format!("redis://127.0.0.1:{port}/0")).await;
    assert!(
        matches!(closed, OpenError::Redis(RedisFault::Connection(_))),
        "{closed:?}"
    );
}
