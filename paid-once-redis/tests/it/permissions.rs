//! What a user of Redis needs: exactly what the crate docs say.

use database_servers::Redis;
use paid_once::Claimant;
use paid_once_redis::{OpenError, RedisFault, RedisLedger};

use crate::shop::{ask, claim_as, fault, granted, walk_through};

/// The file that the crate docs show.
const PERMISSIONS: &str = include_str!("../../src/permissions.txt");
const KEYS: &str = "~{paid_once}:*";

/// A user who may do this and nothing else.
async fn user(redis: &Redis, rights: &str) -> String {
    let rule = format!("ACL SETUSER shop reset on >secret {rights}");
    ask::<()>(&redis.url(), &rule).await;
    format!("redis://shop:secret@127.0.0.1:{}", redis.port())
}

fn all_but(left_out: &[&str]) -> String {
    let mut rights: Vec<_> = PERMISSIONS.split_whitespace().collect();
    rights.push(KEYS);
    rights.retain(|right| !left_out.contains(right));
    rights.join(" ")
}

async fn lacks(url: &str) -> String {
    match RedisLedger::connect(url).await {
        Err(OpenError::Lacks { permissions }) => permissions,
        other => panic!("something is missing for {url}, not {other:?}"),
    }
}

#[tokio::test]
async fn the_documented_permissions_are_enough() {
    let redis = Redis::start().unwrap();
    let url = user(&redis, &all_but(&[])).await;
    let ledger = RedisLedger::connect(&url).await.unwrap();
    assert!(ledger.durability().is_some());
    // What the walk gives to settle_with itself.
    ask::<()>(&redis.url(), "ACL SETUSER shop +incrby").await;
    walk_through(&ledger).await;
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named_when_the_ledger_is_opened() {
    let redis = Redis::start().unwrap();
    // A server without keys, and one with a ledger.
    for round in 0..2 {
        let mut named = 0;
        for right in PERMISSIONS.split_whitespace().chain([KEYS]) {
            let url = user(&redis, &all_but(&[right])).await;
            if matches!(right, "+info" | "+config|get") {
                // Only looked at.
                let ledger = RedisLedger::connect(&url).await.unwrap();
                assert_eq!(ledger.durability(), None, "{right}");
                ask::<()>(&redis.url(), "FLUSHALL").await;
                continue;
            }
            assert_eq!(lacks(&url).await, right, "{round}");
            named += 1;
        }
        assert!(named > 20, "{named}");
        RedisLedger::connect(&redis.url()).await.unwrap();
    }
    let url = user(&redis, &all_but(&["+hset", "+zadd"])).await;
    assert_eq!(lacks(&url).await, "+hset +zadd");
}

#[tokio::test]
async fn looking_for_missing_permissions_changes_nothing() {
    let redis = Redis::start().unwrap();
    RedisLedger::connect(&redis.url()).await.unwrap();
    let keys: Vec<String> = ask(&redis.url(), "KEYS *").await;
    assert_eq!(keys, ["{paid_once}:layout"]);
    let before: String = ask(&redis.url(), "INFO persistence").await;
    RedisLedger::connect(&redis.url()).await.unwrap();
    let after: String = ask(&redis.url(), "INFO persistence").await;
    let size = |info: &str| {
        let line = info
            .lines()
            .find(|line| line.starts_with("aof_current_size:"));
        line.unwrap().to_owned()
    };
    assert_eq!(size(&before), size(&after));
    let layout: String = ask(&redis.url(), "GET {paid_once}:layout").await;
    assert_eq!(layout, "3");
}

/// Redis says so with another code and a text of its own.
#[tokio::test]
async fn a_permission_that_is_taken_away_later_is_a_refusal_that_says_so() {
    let redis = Redis::start().unwrap();
    let url = user(&redis, &all_but(&[])).await;
    let ledger = RedisLedger::connect(&url).await.unwrap();
    let claimant = Claimant::unique();
    for right in ["hset", "evalsha"] {
        ask::<()>(&redis.url(), &format!("ACL SETUSER shop -{right}")).await;
        let error = claim_as(&ledger, claimant).await.unwrap_err();
        assert_eq!(fault(&error), RedisFault::Permission, "{right}");
        ask::<()>(&redis.url(), &format!("ACL SETUSER shop +{right}")).await;
    }
    let lease = granted(claim_as(&ledger, claimant).await.unwrap());
    assert_eq!(lease.attempt(), 1);
}
