//! A ledger in Redis Cluster: every key in one slot.

use database_servers::Redis;
use paid_once::testing::eventually;
use paid_once_redis::RedisLedger;
use paid_once_redis::redis::cluster::ClusterClient;

use crate::shop::{ask, walk_through};

/// A command whose keys are in two slots is refused, however many nodes there are.
#[tokio::test]
async fn a_whole_ledger_is_in_one_slot() {
    let redis = Redis::start_with(&["--cluster-enabled", "yes"]).unwrap();
    ask::<()>(&redis.url(), "CLUSTER ADDSLOTSRANGE 0 16383").await;
    eventually("the cluster is ready", || async {
        let info: String = ask(&redis.url(), "CLUSTER INFO").await;
        info.contains("cluster_state:ok").then_some(())
    })
    .await;
    let client = ClusterClient::new([redis.url()]).unwrap();
    let theirs = client.get_async_connection().await.unwrap();
    let ledger = RedisLedger::from_connection(theirs).await.unwrap();
    walk_through(&ledger).await;

    let keys: Vec<String> = ask(&redis.url(), "KEYS *").await;
    let slot: u64 = ask(&redis.url(), "CLUSTER KEYSLOT {paid_once}").await;
    let in_slot: usize = ask(&redis.url(), &format!("CLUSTER COUNTKEYSINSLOT {slot}")).await;
    assert!(keys.len() > 5, "{keys:?}");
    assert_eq!(in_slot, keys.len());
}
