//! Redis: the ledger against redis-benchmark with the ledger's own two scripts.

use anyhow::{Context as _, Result};
use database_servers::Redis;
use paid_once_redis::redis::aio::MultiplexedConnection;
use paid_once_redis::redis::{Client, cmd};
use paid_once_redis::{Durability, RedisLedger};

use crate::engine::{Aim, Compared, Engine};
use crate::ledger_load::LedgerLoad;
use crate::pipelined::TOGETHER;
use crate::redis_benchmark::RedisBenchmark;

/// A private server that never rewrites its log by itself: that would come in the middle of a round,
/// of one contender or the other.
pub(crate) fn start() -> Result<Redis> {
    Redis::start_with(&["--auto-aof-rewrite-percentage", "0"])
}

/// The engine on a private server.
pub(crate) async fn engine(server: &Redis) -> Result<Engine> {
    let mut connection = connection(server).await?;
    let aims = vec![Aim::of_the_floor(0.8, &[1, 8, 32])];
    let ledger = connect(server).await?;
    let title = format!("Redis: {}", settings(&mut connection).await?);
    let benchmark = RedisBenchmark::new(server, connection.clone(), ledger.clone()).await?;
    let pipelined = benchmark.pipelined(connection);
    Ok(Engine {
        title,
        contenders: vec![
            Compared::floor(benchmark),
            Compared::only_with(TOGETHER, pipelined),
            Compared::aiming(LedgerLoad::new("RedisLedger", ledger), aims),
        ],
    })
}

async fn connection(server: &Redis) -> Result<MultiplexedConnection> {
    let client = Client::open(server.url())?;
    Ok(client.get_multiplexed_async_connection().await?)
}

async fn connect(server: &Redis) -> Result<RedisLedger> {
    let options = RedisLedger::options().require_durability(Durability::Always);
    Ok(options.connect(&server.url()).await?)
}

/// The settings that decide how durable an answer is.
async fn settings(connection: &mut MultiplexedConnection) -> Result<String> {
    let mut settings = Vec::new();
    for name in ["appendonly", "appendfsync", "auto-aof-rewrite-percentage"] {
        let mut get = cmd("CONFIG");
        get.arg("GET").arg(name);
        let mut found: Vec<String> = get.query_async(connection).await?;
        let value = found.pop().context("Redis tells no settings")?;
        settings.push(format!("{name} {value}"));
    }
    Ok(settings.join(", "))
}
