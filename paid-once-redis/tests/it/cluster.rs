//! A ledger in Redis Cluster: every key in one slot, on whichever node has it.

use std::num::NonZeroU32;

use database_servers::{Redis, RedisCluster, shared};
use paid_once::testing::eventually;
use paid_once::{Claim, Claimant, OrderStore as _, Settled};
use paid_once_redis::redis::cluster::ClusterClient;
use paid_once_redis::{OpenError, RedisFault, RedisLedger};

use crate::load::Load;
use crate::shop::{ask, claim, claim_as, fault, hold, options, order, walk_through};

/// The key by which the tests find the node that has a ledger.
const LAYOUT: &str = "{paid_once}:layout";

/// A command whose keys are in two slots is refused, however many nodes there are.
#[tokio::test]
async fn a_whole_ledger_is_in_one_slot() {
    let cluster = shared::redis_cluster_url().unwrap();
    let prefix = format!("slot:{}", Claimant::unique());
    let options = RedisLedger::options().prefix(prefix.parse().unwrap());
    walk_through(&options.connect(&cluster).await.unwrap()).await;
    let (mut keys, mut in_slot) = (0, 0);
    for node in nodes(&cluster) {
        let found: Vec<String> = ask(&node, &format!("KEYS {{{prefix}}}:*")).await;
        keys += found.len();
        let slot: u64 = ask(&node, &format!("CLUSTER KEYSLOT {{{prefix}}}")).await;
        let count: usize = ask(&node, &format!("CLUSTER COUNTKEYSINSLOT {slot}")).await;
        in_slot += count;
    }
    assert!(keys > 10, "{keys}");
    assert_eq!(in_slot, keys, "the primary and its replica");
}

fn nodes(cluster: &str) -> Vec<String> {
    let hosts = cluster.strip_prefix("redis+cluster://").unwrap().split(',');
    hosts.map(|host| format!("redis://{host}")).collect()
}

#[tokio::test]
async fn any_node_leads_to_the_ledger_also_behind_one_that_is_down() {
    let cluster = shared::redis_cluster_url().unwrap();
    let options = options();
    for node in nodes(&cluster) {
        let host = node.strip_prefix("redis://").unwrap();
        let url = format!("redis+cluster://127.0.0.1:1,{host}");
        let ledger = options.clone().connect(&url).await.unwrap();
        let error = ledger
            .settle_with(&lease(), &paid_once_redis::redis::pipe())
            .await;
        assert_eq!(error.unwrap(), Settled::Lost);
    }
}

fn lease() -> paid_once::Lease {
    paid_once::Lease::new(order("NEVER"), Claimant::unique(), 1, 1)
}

#[tokio::test]
async fn a_cluster_connection_of_the_user_serves_too() {
    let hosts = nodes(&shared::redis_cluster_url().unwrap());
    let client = ClusterClient::new(hosts).unwrap();
    let theirs = client.get_async_connection().await.unwrap();
    walk_through(&options().from_connection(theirs).await.unwrap()).await;
}

#[tokio::test]
async fn an_address_of_one_server_that_is_a_node_is_told_to_be_a_clusters() {
    let cluster = shared::redis_cluster_url().unwrap();
    let mut refused = 0;
    for node in nodes(&cluster) {
        match options().connect(&node).await {
            Ok(_) => {}
            Err(error) => {
                let text = error.to_string();
                let is_named = text.contains("redis+cluster://") || text.contains("replica");
                assert!(is_named, "{text}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 3, "{refused}");
}

#[tokio::test]
async fn a_cluster_without_a_primary_for_the_ledger_says_so() {
    let redis = Redis::start_with(&["--cluster-enabled", "yes"]).unwrap();
    let url = format!("redis+cluster://127.0.0.1:{}", redis.port());
    let error = RedisLedger::connect(&url).await.unwrap_err();
    let is_named = matches!(error, OpenError::Redis(RedisFault::ClusterDown));
    assert!(is_named, "{error:?}");
}

/// The primary is killed in the middle of deliveries. Its replica has what was answered. While it has no replica
/// itself, nothing is promised.
#[tokio::test]
async fn a_failover_under_load_loses_nothing_that_the_replica_had_to_have() {
    let mut cluster = RedisCluster::start().unwrap();
    let options = RedisLedger::options().replicas(NonZeroU32::MIN);
    let ledger = options.connect(&cluster.url()).await.unwrap();
    let load = Load::start(&ledger);
    load.settles(200).await;
    let primary = cluster.primary_of(LAYOUT).unwrap();
    cluster.nodes_mut()[primary].crash().unwrap();
    let now = eventually("a replica takes over", || async {
        cluster.primary_of(LAYOUT).filter(|now| *now != primary)
    })
    .await;
    let alone = RedisFault::TooFewReplicas {
        reached: 0,
        required: 1,
    };
    eventually("the new primary alone is asked", || async {
        // An order of its own.
        let claimed = claim_as(&ledger, Claimant::unique()).await;
        (fault(&claimed.unwrap_err()) == alone).then_some(())
    })
    .await;
    cluster.nodes_mut()[primary].start_again().unwrap();
    load.settles(200).await;
    assert_eq!(cluster.primary_of(LAYOUT), Some(now));
    assert_eq!(load.lost(&ledger).await, 0);
}

/// Resharding: half of the ledger's keys are on each node for a while.
#[tokio::test]
async fn a_ledger_that_moves_to_another_node_is_refused_meanwhile_and_found_there() {
    let cluster = RedisCluster::start().unwrap();
    let ledger = RedisLedger::connect(&cluster.url()).await.unwrap();
    let lease = hold(&ledger).await;
    let from = cluster.primary_of(LAYOUT).unwrap();
    let from = &cluster.nodes()[from];
    // Among six nodes each has less time to be found than an answer may take.
    ask::<()>(&from.url(), "CLIENT PAUSE 1500").await;
    assert!(matches!(claim(&ledger).await, Claim::InProgress { .. }));
    let to = cluster.nodes()[..3]
        .iter()
        .find(|node| node.port() != from.port());
    let to = to.unwrap();
    let slot: u64 = ask(&from.url(), "CLUSTER KEYSLOT {paid_once}").await;
    let (from_id, to_id): (String, String) = (
        ask(&from.url(), "CLUSTER MYID").await,
        ask(&to.url(), "CLUSTER MYID").await,
    );
    ask::<()>(
        &to.url(),
        &format!("CLUSTER SETSLOT {slot} IMPORTING {from_id}"),
    )
    .await;
    ask::<()>(
        &from.url(),
        &format!("CLUSTER SETSLOT {slot} MIGRATING {to_id}"),
    )
    .await;
    let keys: Vec<String> = ask(&from.url(), "KEYS {paid_once}:*").await;
    let (first, rest) = keys.split_first().unwrap();
    let migrate = async |keys: &str| {
        let command = format!("MIGRATE 127.0.0.1 {} ", to.port());
        let mut words: Vec<&str> = command.trim().split(' ').collect();
        words.extend(["", "0", "5000", "KEYS"]);
        words.extend(keys.split(' '));
        let mut command = paid_once_redis::redis::Cmd::new();
        command.arg(&words);
        let mut connection = crate::shop::connection(&from.url()).await;
        command.query_async::<()>(&mut connection).await.unwrap();
    };
    migrate(first).await;
    let error = claim_as(&ledger, Claimant::unique()).await.unwrap_err();
    assert_eq!(fault(&error), RedisFault::SlotMoves);
    migrate(&rest.join(" ")).await;
    for node in [to, from] {
        ask::<()>(&node.url(), &format!("CLUSTER SETSLOT {slot} NODE {to_id}")).await;
    }
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Already);
}
