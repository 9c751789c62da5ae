//! Redis: copies of a paid order and of an open one, made by a script, many in one call.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use database_servers::Redis;
use paid_once::OrderLedger;
use paid_once_redis::redis::aio::MultiplexedConnection;
use paid_once_redis::redis::{Client, Script, cmd};
use paid_once_redis::{Durability, RedisLedger};

use crate::measure::Filled;
use crate::steps::{LATER, Load, claim, open, settle};

pub(crate) const LOAD: Load = Load {
    writers: 32,
    payments: 960,
    due: 480,
};

/// Orders that one call copies.
const AT_A_TIME: u32 = 1_000;

/// Remembers an order with all that names it: its hash, and its places in sorted sets. ARGV: its id.
const PATTERN: &str = "
    local id, pattern = ARGV[1], { hashes = {}, places = {} }
    local keys = redis.call('KEYS', '*')
    local stem
    for _, key in ipairs(keys) do
        if redis.call('TYPE', key).ok == 'hash' and key:sub(-#id) == id then
            stem = key:sub(1, -#id - 1)
            pattern.stem, pattern.fields = stem, redis.call('HGETALL', key)
        end
    end
    local member = stem:match(':order:(.*)$')
    for _, key in ipairs(keys) do
        if redis.call('TYPE', key).ok == 'zset' then
            local score = redis.call('ZSCORE', key, member .. id)
            if score then
                table.insert(pattern.places, { key, member, score })
            end
        end
    end
    redis.call('SET', 'pattern:' .. id, cmsgpack.pack(pattern))
    return #pattern.places";

/// Copies it. ARGV: its id, the number of the first copy, how many, how many there are in all. Each is a microsecond
/// younger than the one before, and none younger than the original.
const COPY: &str = "
    local pattern = cmsgpack.unpack(redis.call('GET', 'pattern:' .. ARGV[1]))
    local first, all = tonumber(ARGV[2]), tonumber(ARGV[4])
    for number = first, first + ARGV[3] - 1 do
        -- Scattered, and none twice; in two parts, because a double counts to 9e15.
        local copy = string.format('9%08.0f%09.0f', (number * 61803399) % 100000000, number)
        redis.call('HSET', pattern.stem .. copy, unpack(pattern.fields))
        for _, place in ipairs(pattern.places) do
            local score = string.format('%.0f', place[3] - all + number)
            redis.call('ZADD', place[1], score, place[2] .. copy)
        end
    end";

/// A ledger on a server of its own, which never rewrites its log by itself: that would come in the middle of a round.
pub(crate) async fn filled(orders: u32) -> Result<Filled> {
    let server = Redis::start_with(&["--auto-aof-rewrite-percentage", "0"])?;
    let client = Client::open(server.url())?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let options = RedisLedger::options().require_durability(Durability::Always);
    let redis = options.connect(&server.url()).await?;
    let ledger: Arc<dyn OrderLedger> = Arc::new(redis);
    let (_, mut two) = open(&ledger, 1, 2, LATER).await?;
    let (paid, due) = (two.pop().context("two")?, two.pop().context("two")?);
    let lease = claim(Arc::clone(&ledger), paid.clone()).await?;
    settle(Arc::clone(&ledger), lease).await?;

    // Before there are many keys to look through.
    for order in [&paid, &due] {
        remember(&mut connection, order.order_id()).await?;
    }
    set_appendfsync(&mut connection, "no").await?;
    let half = orders / 2;
    copy(&mut connection, paid.order_id(), 0, half).await?;
    copy(&mut connection, due.order_id(), half, orders - half).await?;
    set_appendfsync(&mut connection, "always").await?;
    Ok(Filled::new(ledger, server))
}

async fn remember(connection: &mut MultiplexedConnection, id: &str) -> Result<()> {
    let places: u32 = Script::new(PATTERN)
        .arg(id)
        .invoke_async(connection)
        .await?;
    ensure!(places >= 2, "an order is listed in {places} places");
    Ok(())
}

async fn copy(
    connection: &mut MultiplexedConnection,
    id: &str,
    first: u32,
    copies: u32,
) -> Result<()> {
    let script = Script::new(COPY);
    for number in (first..first + copies).step_by(AT_A_TIME as usize) {
        let count = AT_A_TIME.min(first + copies - number);
        let mut call = script.arg(id);
        call.arg(number).arg(count).arg(first + copies);
        let () = call.invoke_async(connection).await?;
    }
    let mut forget = cmd("DEL");
    forget.arg(format!("pattern:{id}"));
    Ok(forget.query_async(connection).await?)
}

/// Whether Redis waits for the disk before it answers: `always` or `no`.
async fn set_appendfsync(connection: &mut MultiplexedConnection, value: &str) -> Result<()> {
    let mut set = cmd("CONFIG");
    set.arg("SET").arg("appendfsync").arg(value);
    Ok(set.query_async(connection).await?)
}
