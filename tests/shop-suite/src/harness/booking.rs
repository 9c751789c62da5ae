use anyhow::{Context as _, Result};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

/// The shop's receipts, which can be made to refuse every new one, as a full disk or a wrong permission
/// does. The orders beside them go on.
pub(crate) struct Booking {
    url: String,
}

const RECEIPTS: &str = "{paid_once}:own:receipts";
const ASIDE: &str = "{paid_once}:own:receipts-aside";

impl Booking {
    /// Of the database at this URL.
    pub(crate) fn of(url: &str) -> Self {
        Self {
            url: url.to_owned(),
        }
    }

    /// From now on no receipt can be written. On Redis none can be read either.
    pub(crate) async fn block(&self) -> Result<()> {
        match self.url.split_once(':') {
            Some(("sqlite", path)) => {
                let block = "CREATE TRIGGER blocked BEFORE INSERT ON receipts
                    BEGIN SELECT RAISE(ABORT, 'the booking is blocked'); END";
                sqlite(path, block).await
            }
            Some(("redis", _)) => {
                self.redis(&["EXISTS", RECEIPTS], &["RENAME", RECEIPTS, ASIDE])
                    .await?;
                self.redis(&["PING"], &["SET", RECEIPTS, "blocked"]).await
            }
            _ => {
                let block = "ALTER TABLE receipts ADD CONSTRAINT blocked CHECK (false) NOT VALID";
                self.postgres(block).await
            }
        }
    }

    /// Receipts can be written again.
    pub(crate) async fn mend(&self) -> Result<()> {
        match self.url.split_once(':') {
            Some(("sqlite", path)) => sqlite(path, "DROP TRIGGER blocked").await,
            Some(("redis", _)) => {
                self.redis(&["PING"], &["DEL", RECEIPTS]).await?;
                self.redis(&["EXISTS", ASIDE], &["RENAME", ASIDE, RECEIPTS])
                    .await
            }
            _ => {
                let mend = "ALTER TABLE receipts DROP CONSTRAINT blocked";
                self.postgres(mend).await
            }
        }
    }

    async fn postgres(&self, sql: &str) -> Result<()> {
        let mut server = PgConnection::connect(&self.url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut server)
            .await?;
        Ok(server.close().await?)
    }

    /// The second command, unless the first one answers 0.
    async fn redis(&self, unless_zero: &[&str], command: &[&str]) -> Result<()> {
        let client = redis::Client::open(self.url.as_str())?;
        let mut server = client.get_multiplexed_async_connection().await?;
        let mut first = redis::Cmd::new();
        first.arg(unless_zero);
        let answer: redis::Value = first.query_async(&mut server).await?;
        if answer != redis::Value::Int(0) {
            let mut second = redis::Cmd::new();
            second.arg(command);
            second.query_async::<redis::Value>(&mut server).await?;
        }
        Ok(())
    }
}

async fn sqlite(path: &str, sql: &'static str) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.context("the shop's file")?;
    sqlx::raw_sql(sql).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
