//! The database is away between a handler's effect and its settlement.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Nodes;
use super::locked::Lock;
use super::nodes::{Server, Site, start};
use super::plain_handler_kill::Plain;
use crate::harness::{Database, eventually};

const AWAY: Duration = Duration::from_secs(30);
/// Before the handler's effect, and once more after it.
const PAUSE: Duration = Duration::from_millis(1_500);

/// For half a minute no settlement can be written. The node goes on trying, so that the handler, which knows
/// nothing of all this, ran once when the database is back.
pub async fn a_database_away_for_30_seconds_after_the_effect_makes_no_second_run(
    nodes: Nodes,
) -> Result<()> {
    let mut database = Disturbed::start(&nodes)?;
    let site = match &database {
        Disturbed::Server(server) => nodes.open_on(server).await?,
        Disturbed::File => nodes.open().await?,
    };
    let plain = Plain::at(site).await?;
    let program = plain.program.clone().handler_delay(PAUSE);
    let program = program
        .without("SHOP_HANDLER_TIMEOUT_MS")
        .without("SHOP_LEASE_MS");
    let shops = start(&[program.clone(), program]).await?;
    let [one, other] = &shops;
    let oid = plain.shop.open_order().await?;
    let body = plain.site.market.paid(&oid);
    let _delivery = one.send(&body).await?;
    eventually("the handler has left its effect", async || {
        Ok((!plain.effects_of(&oid)?.is_empty()).then_some(()))
    })
    .await?;

    let away = database.leave(&plain.site).await?;
    let until = tokio::time::Instant::now() + AWAY;
    while tokio::time::Instant::now() < until {
        for shop in &shops {
            let answer = shop.notify(&body).await?;
            ensure!(answer.asks_again(), "{answer:?}");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    database.come_back(away).await?;
    other.notify_until_ok(&body).await?;
    one.notify_until_ok(&body).await?;
    assert_eq!(plain.effects_of(&oid)?, [1]);
    Ok(())
}

/// What is away: a server that is dead, or a file that somebody else holds.
enum Disturbed {
    Server(Server),
    File,
}

impl Disturbed {
    fn start(nodes: &Nodes) -> Result<Self> {
        Ok(match nodes.database() {
            Database::Sqlite => Self::File,
            database => Self::Server(Server::start(database)?),
        })
    }

    async fn leave(&mut self, site: &Site) -> Result<Option<Lock>> {
        match self {
            Self::Server(server) => server.crash().map(|()| None),
            Self::File => Lock::take(site).await.map(Some),
        }
    }

    async fn come_back(&mut self, lock: Option<Lock>) -> Result<()> {
        if let Self::Server(server) = self {
            server.start_again()?;
        }
        match lock {
            Some(lock) => lock.end().await,
            None => Ok(()),
        }
    }
}
