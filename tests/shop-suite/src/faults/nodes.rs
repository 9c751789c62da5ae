use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use database_servers::{Postgres, Proxy, Redis};

use crate::harness::{Database, Market, OpenDatabase, Program, Receipt, Shop, eventually};
use crate::rules::kill::Found;

/// The programs of a rule's nodes, and what they keep their orders in.
#[derive(Debug, Clone)]
pub struct Nodes {
    database: Database,
    one: Program,
    other: PathBuf,
    plain: PathBuf,
}

impl Nodes {
    /// Two programs of the same shop, and one whose handler knows nothing of the settlement.
    #[must_use]
    pub fn new(database: Database, [one, other, plain]: [&str; 3]) -> Self {
        Self {
            database,
            one: Program::new(one).on(database),
            other: other.into(),
            plain: plain.into(),
        }
    }

    pub(super) fn database(&self) -> Database {
        self.database
    }

    /// A site on a database whose server nobody disturbs.
    pub(super) async fn open(self) -> Result<Site> {
        let market = Market::open(self.one).await?;
        Ok(Site {
            market,
            other: self.other,
            plain: self.plain,
        })
    }

    /// A site on a server of its own.
    pub(super) async fn open_on(self, server: &Server) -> Result<Site> {
        self.open_at(server.url()).await
    }

    /// A site on the database at this URL.
    pub(super) async fn open_at(self, url: String) -> Result<Site> {
        let market = Market::on(self.one, OpenDatabase::at(url)).await?;
        Ok(Site {
            market,
            other: self.other,
            plain: self.plain,
        })
    }
}

/// A PayTR, a database, and two programs of one shop.
pub(super) struct Site {
    pub(super) market: Market,
    other: PathBuf,
    plain: PathBuf,
}

impl Site {
    pub(super) fn programs(&self) -> [Program; 2] {
        let one = self.market.shop();
        [one.clone(), one.at(&self.other)]
    }

    /// The node whose handler knows nothing of the settlement.
    pub(super) fn plain(&self) -> Program {
        self.market.shop().at(&self.plain)
    }

    pub(super) async fn start(&self) -> Result<[Shop; 2]> {
        start(&self.programs()).await
    }

    /// Delivers at this shop until `OK`, and looks for the one receipt. `answer` is what an earlier
    /// delivery was answered, perhaps cut off.
    pub(super) async fn heal(&self, shop: &Shop, oid: &str, answer: &[u8]) -> Result<Healed> {
        let before = consistent(shop, oid).await?;
        ensure!(
            before.len() == 1 || !answer.ends_with(b"\r\n\r\nOK"),
            "OK was said before the payment was durable"
        );
        shop.notify_until_ok(&self.market.paid(oid)).await?;
        let after = consistent(shop, oid).await?;
        ensure!(after.len() == 1, "one receipt, not {after:?}");
        Ok(Healed {
            found: Found::from(&before, &after),
            attempt: after.first().map_or(0, |receipt| receipt.attempt),
        })
    }
}

/// What came of a payment that met a fault.
pub(super) struct Healed {
    pub(super) found: Found,
    pub(super) attempt: u32,
}

pub(super) async fn start([one, other]: &[Program; 2]) -> Result<[Shop; 2]> {
    let (one, other) = tokio::join!(one.start(), other.start());
    Ok([one?, other?])
}

/// Asks until there is an answer that is no error: after a fault a shop may have to find a new way to
/// its database first.
pub(super) async fn patiently<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    eventually(what, async || Ok(ask().await.ok())).await
}

/// The receipts of an order, of which there is never more than one, and one if and only if it is paid.
///
/// What a killed process had sent off may still be on its way, so that state and receipts are asked
/// for until they agree.
pub(super) async fn consistent(shop: &Shop, oid: &str) -> Result<Vec<Receipt>> {
    eventually("state and receipts agree", async || {
        let (Ok(state), Ok(receipts)) = (shop.state(oid).await, shop.receipts_of(oid).await) else {
            return Ok(None);
        };
        ensure!(receipts.len() <= 1, "{receipts:?}");
        Ok(((state == "paid") == (receipts.len() == 1)).then_some(receipts))
    })
    .await
}

/// No order has two receipts.
pub(super) fn one_each(receipts: &[Receipt]) -> Result<()> {
    let mut oids: Vec<_> = receipts
        .iter()
        .map(|receipt| &receipt.merchant_oid)
        .collect();
    oids.sort_unstable();
    oids.dedup();
    ensure!(oids.len() == receipts.len(), "{receipts:?}");
    Ok(())
}

/// Both nodes have these orders paid, and the same receipts, one for each order.
pub(super) async fn agree(shops: &[Shop; 2], orders: &[String]) -> Result<()> {
    let [one, other] = shops;
    let receipts = patiently("the receipts of one node", async || one.receipts().await).await?;
    let others = patiently("those of the other", async || other.receipts().await).await?;
    assert_eq!(receipts, others);
    one_each(&receipts)?;
    for oid in orders {
        for shop in shops {
            assert_eq!(consistent(shop, oid).await?.len(), 1, "{oid}");
        }
    }
    Ok(())
}

/// A database server that a rule has for itself, to disturb it.
pub(super) enum Server {
    Postgres(Postgres),
    Redis(Redis),
}

impl Server {
    pub(super) fn start(database: Database) -> Result<Self> {
        Ok(match database {
            Database::Postgres => Self::Postgres(Postgres::start()?),
            Database::Redis => Self::Redis(Redis::start()?),
            Database::Sqlite => bail!("SQLite has no server"),
        })
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Postgres(server) => server.url(),
            Self::Redis(server) => server.url(),
        }
    }

    fn port(&self) -> u16 {
        match self {
            Self::Postgres(server) => server.port(),
            Self::Redis(server) => server.port(),
        }
    }

    /// A line to it, and the URL through that line.
    pub(super) fn line(&self) -> Result<(Proxy, String)> {
        let proxy = Proxy::before(self.port())?;
        let through = format!(":{}", proxy.port());
        let url = self.url().replace(&format!(":{}", self.port()), &through);
        Ok((proxy, url))
    }

    /// Ends it at once, as `kill -9` or a power failure does.
    pub(super) fn crash(&mut self) -> Result<()> {
        match self {
            Self::Postgres(server) => server.crash(),
            Self::Redis(server) => server.crash(),
        }
    }

    pub(super) fn start_again(&mut self) -> Result<()> {
        match self {
            Self::Postgres(server) => server.start_again(),
            Self::Redis(server) => server.start_again(),
        }
    }
}
