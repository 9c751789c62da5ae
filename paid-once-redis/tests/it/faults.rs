//! The server dies, hangs, hangs up, and loses answers.

use std::time::{Duration, Instant};

use database_servers::{Proxy, Redis};
use paid_once::testing::eventually;
use paid_once::{
    Claim, Claimant, Currency, Expected, Idempotency, Money, NewOrder, Opened, OrderLedger as _,
    OrderStore as _, Payment, Settled,
};
use paid_once_redis::{RedisFault, RedisLedger, redis};

use crate::shop::{LONG, ask, claim, claim_as, fault, granted, hold, order, walk_through};

async fn ledger(redis: &Redis) -> RedisLedger {
    RedisLedger::connect(&redis.url()).await.unwrap()
}

/// A ledger behind a proxy, and one beside it.
async fn behind_a_proxy(redis: &Redis) -> (Proxy, RedisLedger, RedisLedger) {
    let proxy = Proxy::before(redis.port()).unwrap();
    let url = format!("redis://127.0.0.1:{}", proxy.port());
    let behind = RedisLedger::connect(&url).await.unwrap();
    // Redis knows the scripts: the next answer is that of a script, not that it is unknown.
    let warm = RedisLedger::options().prefix("warm".parse().unwrap());
    walk_through(&warm.connect(&redis.url()).await.unwrap()).await;
    (proxy, behind, ledger(redis).await)
}

#[tokio::test]
async fn a_claim_and_a_settlement_survive_kill_9() {
    let mut redis = Redis::start().unwrap();
    let ledger = ledger(&redis).await;
    let lease = hold(&ledger).await;

    redis.crash().unwrap();
    let error = ledger.settle(&lease).await.unwrap_err();
    assert!(
        matches!(fault(&error), RedisFault::Connection(_)),
        "{error:?}"
    );
    redis.start_again().unwrap();
    assert!(matches!(claim(&ledger).await, Claim::InProgress { .. }));
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);

    redis.crash().unwrap();
    redis.start_again().unwrap();
    let again = eventually("the ledger has noticed", || async {
        claim_as(&ledger, Claimant::unique()).await.ok()
    })
    .await;
    assert_eq!(again, Claim::Duplicate);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
}

fn numbered(index: usize) -> Payment {
    Payment::paid(
        order(&format!("ORDER{index}")),
        Money::new(1, Currency::TRY),
    )
}

/// Eight deliverers settle with a receipt until the server is killed; what was answered is there, and
/// no payment has half of it.
#[tokio::test]
async fn kill_9_under_load_loses_nothing_that_was_answered() {
    let mut redis = Redis::start().unwrap();
    for round in 1..=5 {
        let ledger = ledger(&redis).await;
        let mut deliverers = tokio::task::JoinSet::new();
        for deliverer in 0..8 {
            let ledger = ledger.clone();
            deliverers.spawn(async move {
                let mut settled = Vec::new();
                for index in (0..).map(|step| round * 1_000_000 + step * 8 + deliverer) {
                    let payment = numbered(index);
                    let claimed = ledger.claim(&payment, Claimant::unique(), LONG).await;
                    let Ok(Claim::Granted(lease)) = claimed else {
                        return (settled, index);
                    };
                    let mut receipt = redis::pipe();
                    receipt.incr(ledger.own_key(&format!("receipt{index}")), 1);
                    match ledger.settle_with(&lease, &receipt).await {
                        Ok(Settled::Now) => settled.push(index),
                        Ok(other) => panic!("settled now, not {other:?}"),
                        Err(_) => return (settled, index),
                    }
                }
                unreachable!("the server is killed before that")
            });
        }
        eventually("some payments are settled", || async {
            let keys: u64 = ask(&redis.url(), "DBSIZE").await;
            (keys > 200 * round as u64).then_some(())
        })
        .await;
        redis.crash().unwrap();
        let answers = deliverers.join_all().await;
        redis.start_again().unwrap();

        let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
        for (settled, unknown) in answers {
            for index in settled.into_iter().chain([unknown]) {
                let claim = ledger
                    .claim(&numbered(index), Claimant::unique(), LONG)
                    .await;
                let receipts = format!("GET {}", ledger.own_key(&format!("receipt{index}")));
                let receipts: Option<u64> = ask(&redis.url(), &receipts).await;
                match claim.unwrap() {
                    Claim::Duplicate => assert_eq!(receipts, Some(1), "{index}"),
                    _ if index == unknown => assert_eq!(receipts, None, "{index}"),
                    other => panic!("{index} was settled and is {other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_still_its_owners() {
    let redis = Redis::start().unwrap();
    let (proxy, behind, beside) = behind_a_proxy(&redis).await;
    let claimant = Claimant::unique();
    proxy.lose_next_answer();
    let lost = claim_as(&behind, claimant).await.unwrap_err();
    assert!(
        matches!(fault(&lost), RedisFault::Connection(_)),
        "{lost:?}"
    );
    assert!(!proxy.is_waiting_for_an_answer());

    assert!(matches!(claim(&beside).await, Claim::InProgress { .. }));
    let lease = granted(claim_as(&behind, claimant).await.unwrap());
    assert_eq!((lease.attempt(), lease.fence()), (1, 1));
    assert!(matches!(claim(&beside).await, Claim::InProgress { .. }));
    assert_eq!(behind.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test]
async fn a_settlement_whose_answer_is_lost_is_settled() {
    let redis = Redis::start().unwrap();
    let (proxy, behind, beside) = behind_a_proxy(&redis).await;
    let lease = hold(&behind).await;
    let mut receipt = redis::pipe();
    receipt.incr(behind.own_key("receipts"), 1);
    proxy.lose_next_answer();
    let lost = behind.settle_with(&lease, &receipt).await.unwrap_err();
    assert!(
        matches!(fault(&lost), RedisFault::Connection(_)),
        "{lost:?}"
    );

    assert_eq!(claim(&beside).await, Claim::Duplicate);
    let again = behind.settle_with(&lease, &receipt).await.unwrap();
    assert_eq!(again, Settled::Already);
    let receipts: u64 = ask(&redis.url(), "GET {paid_once}:own:receipts").await;
    assert_eq!(receipts, 1);
}

#[tokio::test]
async fn an_opening_whose_answer_is_lost_is_found_by_the_next_click() {
    let redis = Redis::start().unwrap();
    let (proxy, behind, beside) = behind_a_proxy(&redis).await;
    let click = |order_id: &str| {
        NewOrder::new(order(order_id), Expected::Unknown).with_idempotency(Idempotency {
            key: "cart".to_owned(),
            fingerprint: [1; 32],
            reuse_for: LONG,
        })
    };
    proxy.lose_next_answer();
    assert!(behind.open(click("FIRST")).await.is_err());
    match beside.open(click("SECOND")).await.unwrap() {
        Opened::Existing(record) => assert_eq!(record.order, order("FIRST")),
        other => panic!("the first order is found, not {other:?}"),
    }
}

#[tokio::test]
async fn a_hanging_server_is_an_error_in_time_and_the_next_delivery_heals() {
    let redis = Redis::start().unwrap();
    let limit = Duration::from_millis(300);
    let options = RedisLedger::options()
        .connect_timeout(limit)
        .response_timeout(limit);
    let ledger = options.connect(&redis.url()).await.unwrap();
    let (claimant, before) = (Claimant::unique(), Instant::now());
    redis.pause().unwrap();
    // The second finds the connection given up, and no new one.
    for _ in 0..2 {
        let error = claim_as(&ledger, claimant).await.unwrap_err();
        assert_eq!(fault(&error), RedisFault::TimedOut);
    }
    assert!(before.elapsed() < Duration::from_secs(10), "in time");

    redis.resume().unwrap();
    // The server does late what it was asked: the claim is there, and its owner's.
    let lease = eventually("the server answers", || async {
        claim_as(&ledger, claimant).await.ok()
    })
    .await;
    let lease = granted(lease);
    assert_eq!(lease.attempt(), 1);
    assert!(matches!(claim(&ledger).await, Claim::InProgress { .. }));

    redis.pause().unwrap();
    let error = ledger.settle(&lease).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::TimedOut);
    redis.resume().unwrap();
    let settled = eventually("the server answers", || async {
        ledger.settle(&lease).await.ok()
    })
    .await;
    assert!(
        matches!(settled, Settled::Already | Settled::Now),
        "{settled:?}"
    );
    assert_eq!(claim(&ledger).await, Claim::Duplicate);
}

#[tokio::test]
async fn a_connection_of_the_user_that_hangs_is_an_error_in_time() {
    let redis = Redis::start().unwrap();
    let client = redis::Client::open(redis.url()).unwrap();
    // The client's own limits off: ours must do.
    let patient = redis::AsyncConnectionConfig::new().set_response_timeout(None);
    let theirs = client
        .get_multiplexed_async_connection_with_config(&patient)
        .await
        .unwrap();
    let options = RedisLedger::options().response_timeout(Duration::from_millis(300));
    let ledger = options.from_connection(theirs).await.unwrap();
    redis.pause().unwrap();
    let error = claim_as(&ledger, Claimant::unique()).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::TimedOut);
    redis.resume().unwrap();
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again() {
    let mut redis = Redis::start().unwrap();
    let ledger = ledger(&redis).await;
    redis.stop().unwrap();
    let before = Instant::now();
    for _ in 0..3 {
        let error = claim_as(&ledger, Claimant::unique()).await.unwrap_err();
        assert!(
            matches!(fault(&error), RedisFault::Connection(_)),
            "{error:?}"
        );
    }
    assert!(before.elapsed() < Duration::from_secs(5), "at once");
    redis.start_again().unwrap();
    assert_eq!(hold(&ledger).await.attempt(), 1);
}
