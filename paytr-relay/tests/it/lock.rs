//! Somebody else's transaction in the database of a relay, which makes the relay wait before it writes.

use shop_suite::eventually;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, query, query_scalar,
    raw_sql,
};

use crate::world::World;

/// Holds one order, or the file that it is in.
pub(crate) enum Lock {
    /// `SQLite` has one writer. It does not show who waits.
    File(SqliteConnection),
    /// PostgreSQL shows who waits for the holder, to somebody else.
    Row {
        holder: PgConnection,
        holder_id: i32,
        watcher: PgConnection,
    },
}

impl Lock {
    pub(crate) async fn take(world: &World, oid: &str) -> Self {
        let Some(url) = &world.database else {
            let file = world.directory.path().join("paytr-relay.db");
            let options = SqliteConnectOptions::new().filename(file);
            let mut connection = options.connect().await.unwrap();
            let begin = raw_sql("BEGIN IMMEDIATE").execute(&mut connection);
            begin.await.unwrap();
            return Self::File(connection);
        };
        let mut holder = PgConnection::connect(url).await.unwrap();
        let watcher = PgConnection::connect(url).await.unwrap();
        let holder_id = query_scalar("SELECT pg_backend_pid()").fetch_one(&mut holder);
        let holder_id = holder_id.await.unwrap();
        raw_sql("BEGIN").execute(&mut holder).await.unwrap();
        let order = "SELECT 1 FROM paid_once_orders WHERE order_id = $1 FOR UPDATE";
        let held = query(order).bind(oid).fetch_all(&mut holder).await.unwrap();
        assert_eq!(held.len(), 1, "{oid} is not there to be held");
        Self::Row {
            holder,
            holder_id,
            watcher,
        }
    }

    /// Waits until somebody waits for it, where the database shows that.
    pub(crate) async fn is_waited_for(&mut self) {
        let Self::Row {
            holder_id, watcher, ..
        } = self
        else {
            return;
        };
        let waits = eventually("somebody waits for the order", async || {
            Ok((waiting(watcher, *holder_id).await > 0).then_some(()))
        });
        waits.await.unwrap();
    }

    /// Ends it after the death of whoever waited for it: what they asked is not done. A server goes on with the
    /// statement of a client that died.
    pub(crate) async fn end_after_a_death(self) {
        match self {
            Self::File(connection) => connection.close().await.unwrap(),
            Self::Row {
                holder,
                holder_id,
                mut watcher,
            } => {
                let none = eventually("nobody waits for the order", async || {
                    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                               WHERE $1 = ANY (pg_blocking_pids(pid))";
                    let end = query(end).bind(holder_id).execute(&mut watcher);
                    end.await?;
                    Ok((waiting(&mut watcher, holder_id).await == 0).then_some(()))
                });
                none.await.unwrap();
                holder.close().await.unwrap();
            }
        }
    }
}

async fn waiting(watcher: &mut PgConnection, holder_id: i32) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))";
    let count = query_scalar(count).bind(holder_id).fetch_one(watcher);
    count.await.unwrap()
}
