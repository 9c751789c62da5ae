//! A server that takes no writes for a while, as an administrator or a disk that is nearly full makes it.

use database_servers::Postgres;
use paid_once::testing::eventually;
use paid_once::{Claim, HandlerFailure, OrderStore as _, Settled};
use paid_once_sqlx::sqlx::postgres::{PgConnectOptions, PgConnection};
use paid_once_sqlx::sqlx::{self, AssertSqlSafe, Connection as _};

use crate::schema::{LEASE, Schema, claim, claim_of, granted, hold};

/// Sets what every session without a choice of its own has from now on, those that are open included.
async fn set_read_only(postgres: &Postgres, value: &str) {
    let options: PgConnectOptions = postgres.url().parse().unwrap();
    let options = options.options([("default_transaction_read_only", "off")]);
    let mut admin = PgConnection::connect_with(&options).await.unwrap();
    let alter = format!("ALTER SYSTEM SET default_transaction_read_only = {value}");
    for sql in [alter.as_str(), "SELECT pg_reload_conf()"] {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        sql.execute(&mut admin).await.unwrap();
    }
    admin.close().await.unwrap();
}

#[tokio::test]
async fn while_a_server_is_read_only_every_call_is_an_error_and_afterwards_nothing_is_lost() {
    let postgres = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let postgres = postgres.unwrap();
    let shop = Schema::on(&postgres.url()).await.unwrap();
    shop.make_receipts().await;
    let ledger = &shop.ledger;
    let held = hold(ledger, LEASE).await;
    let owed = granted(claim_of(ledger, "OWED").await.unwrap());
    let released = granted(claim_of(ledger, "RELEASED").await.unwrap());
    let mut transaction = ledger.begin().await.unwrap();
    shop.write_receipt(&mut transaction).await;

    set_read_only(&postgres, "on").await;
    let mut tried = 0;
    let refused = eventually("the sessions have read it", || {
        tried += 1;
        let order = format!("PROBE{tried}");
        async move { claim_of(ledger, &order).await.err() }
    });
    refused.await;
    for _ in 0..3 {
        assert!(claim_of(ledger, "OTHER").await.is_err());
        assert!(ledger.settle(&held).await.is_err());
        let release = ledger.release(&released, HandlerFailure::Error).await;
        assert!(release.is_err());
    }
    // A transaction that had begun to write goes on: the setting is for new ones.
    let settled = ledger.settle_in(&mut transaction, &owed).await.unwrap();
    assert_eq!(settled, Settled::Now);
    transaction.commit().await.unwrap();
    assert_eq!(shop.receipts().await, 1);

    set_read_only(&postgres, "off").await;
    let lease = eventually("the sessions have read it", || async {
        claim_of(ledger, "OTHER").await.ok()
    });
    let lease = granted(lease.await);
    assert_eq!((lease.attempt(), lease.fence()), (1, 1));
    let other = claim(ledger, LEASE).await;
    assert!(matches!(other, Claim::InProgress { .. }), "{other:?}");
    assert_eq!(ledger.settle(&held).await.unwrap(), Settled::Now);
    assert_eq!(claim(ledger, LEASE).await, Claim::Duplicate);
    let owed = claim_of(ledger, "OWED").await.unwrap();
    assert_eq!(owed, Claim::Duplicate);
    ledger
        .release(&released, HandlerFailure::Error)
        .await
        .unwrap();
    let again = granted(claim_of(ledger, "RELEASED").await.unwrap());
    assert_eq!(again.attempt(), 2);
}
