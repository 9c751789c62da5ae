//! Other clients hold every connection that the database gives.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use database_servers::{Redis, shared};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use super::Nodes;
use super::crash::is_unavailable;
use super::nodes::{Site, agree};
use crate::harness::{Database, Shop, eventually, unused_name};

/// How many connections there are.
const LIMIT: usize = 24;

/// Every connection taken: the notification is answered "unavailable", nothing is claimed, nothing is
/// lost, and the next delivery is acknowledged.
pub async fn without_a_connection_left_the_notification_is_unavailable_and_nothing_is_lost(
    nodes: Nodes,
) -> Result<()> {
    match nodes.database() {
        Database::Postgres => on_postgres(nodes).await,
        Database::Redis => on_redis(nodes).await,
        Database::Sqlite => bail!("SQLite has no connections to run out of"),
    }
}

/// The shop has a role of its own, which may have so many connections.
async fn on_postgres(nodes: Nodes) -> Result<()> {
    let url = shared::postgres_url()?;
    let name = unused_name()?;
    let mut owner = PgConnection::connect(&url).await?;
    let sql = format!(
        "CREATE ROLE {name} LOGIN CONNECTION LIMIT {LIMIT}; CREATE SCHEMA {name} AUTHORIZATION {name}"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut owner)
        .await?;
    let path = url.split_once('@').context("a URL with a user")?.1;
    let url = format!("postgres://{name}@{path}?options=-c%20search_path%3D{name}");
    let options: PgConnectOptions = url.parse()?;
    let site = nodes.open_at(url).await?;
    let (shops, oid) = open_shops(&site).await?;

    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1";
    let terminate = sqlx::query(terminate).bind(&name);
    terminate.execute(&mut owner).await?;
    let mut others = Vec::new();
    eventually("every connection is taken", async || {
        match options.connect().await {
            Ok(connection) => others.push(connection),
            Err(error) => ensure!(
                error.to_string().contains("too many connections"),
                "{error}"
            ),
        }
        Ok((others.len() == LIMIT).then_some(()))
    })
    .await?;
    unavailable_everywhere(&site, &shops, &oid).await?;
    for connection in others {
        connection.close().await?;
    }
    nothing_is_lost(&site, &shops, oid).await
}

/// Redis itself has a limit.
async fn on_redis(nodes: Nodes) -> Result<()> {
    let redis = Redis::start_with(&["--maxclients", &LIMIT.to_string()])?;
    let site = nodes.open_at(redis.url()).await?;
    let (shops, oid) = open_shops(&site).await?;

    let mut others = vec![connect(&redis)?.context("there is room")?];
    if let Some(first) = others.first_mut() {
        first.write_all(b"CLIENT KILL TYPE normal SKIPME yes\r\n")?;
    }
    eventually("every connection is taken", async || {
        match connect(&redis)? {
            Some(connection) => {
                others.push(connection);
                Ok(None)
            }
            None => Ok(Some(())),
        }
    })
    .await?;
    unavailable_everywhere(&site, &shops, &oid).await?;
    drop(others);
    nothing_is_lost(&site, &shops, oid).await
}

/// A connection to Redis, unless there are too many.
fn connect(redis: &Redis) -> Result<Option<TcpStream>> {
    let mut stream = TcpStream::connect(("127.0.0.1", redis.port()))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    // A server that hangs up at once may break the question off.
    let _ = stream.write_all(b"PING\r\n");
    let mut answer = String::new();
    BufReader::new(&stream).read_line(&mut answer)?;
    Ok((answer == "+PONG\r\n").then_some(stream))
}

/// Two nodes that have handled a payment each, and an open order.
async fn open_shops(site: &Site) -> Result<([Shop; 2], String)> {
    let shops = site.start().await?;
    for shop in &shops {
        let oid = shop.open_order().await?;
        ensure!(shop.notify(&site.market.paid(&oid)).await?.is_ok());
    }
    let oid = shops[0].open_order().await?;
    Ok((shops, oid))
}

async fn unavailable_everywhere(site: &Site, shops: &[Shop; 2], oid: &str) -> Result<()> {
    for shop in shops {
        let answer = shop.notify(&site.market.paid(oid)).await?;
        ensure!(is_unavailable(&answer), "{answer:?}");
    }
    Ok(())
}

async fn nothing_is_lost(site: &Site, shops: &[Shop; 2], oid: String) -> Result<()> {
    let healed = site.heal(&shops[1], &oid, b"").await?;
    assert_eq!(healed.attempt, 1, "nothing was claimed");
    let [one, other] = shops;
    one.notify_until_ok(&site.market.paid(&oid)).await?;
    assert_eq!(other.receipts().await?.len(), 3);
    agree(shops, &[oid]).await
}
