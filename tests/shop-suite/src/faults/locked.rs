//! Another process writes to the shop's SQLite file and takes its time.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::time::timeout;

use super::Nodes;
use super::crash::is_unavailable;
use super::nodes::{Site, agree};
use crate::harness::Answer;

/// While somebody else holds the file, a delivery waits; when that takes too long it is answered
/// "unavailable", nothing is claimed, and the next delivery is acknowledged.
pub async fn a_file_locked_by_another_process_is_waited_for_and_nothing_is_lost(
    nodes: Nodes,
) -> Result<()> {
    let site = nodes.open().await?;
    let shops = site.start().await?;
    let [one, other] = &shops;
    let (short, long) = (one.open_order().await?, one.open_order().await?);

    let lock = Lock::take(&site).await?;
    let mut waiting = one.send(&site.market.paid(&short)).await?;
    let mut first = [0];
    let answered = timeout(Duration::from_millis(300), waiting.peek(&mut first)).await;
    ensure!(answered.is_err(), "the lock did not hold");
    lock.end().await?;
    let answer = Answer::read(&mut waiting).await?;
    ensure!(answer.is_ok(), "{answer:?}");

    let lock = Lock::take(&site).await?;
    let body = site.market.paid(&long);
    let (first, second) = tokio::join!(one.notify(&body), other.notify(&body));
    for answer in [first?, second?] {
        ensure!(is_unavailable(&answer), "{answer:?}");
    }
    lock.end().await?;
    assert_eq!(site.heal(other, &long, b"").await?.attempt, 1);
    agree(&shops, &[short, long]).await
}

/// A write transaction of this process, which is another one than the shops'.
pub(super) struct Lock(SqliteConnection);

impl Lock {
    pub(super) async fn take(site: &Site) -> Result<Self> {
        let path = site.market.database_url().strip_prefix("sqlite:");
        let path = path.context("a file")?;
        let options = SqliteConnectOptions::new().filename(path);
        let mut connection = options.connect().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await?;
        Ok(Self(connection))
    }

    pub(super) async fn end(mut self) -> Result<()> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.0).await?;
        Ok(self.0.close().await?)
    }
}
