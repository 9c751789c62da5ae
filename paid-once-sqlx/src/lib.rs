//! Order ledgers for [`paid_once`] on SQL databases.
//!
//! | ledger | feature | for |
//! |---|---|---|
//! | [`SqliteLedger`] | `sqlite` (default) | one node, one file, no server |
//! | [`PostgresLedger`] | `postgres` | one node or many, on a PostgreSQL server |
//!
//! Both keep orders, settlements, reviews, refunds and prices, durable when they answer. Each is an
//! [`OrderStore`](paid_once::OrderStore), an [`ExpectedAmount`](paid_once::ExpectedAmount), an
//! [`OrderLedger`](paid_once::OrderLedger), a [`RefundLedger`](paid_once::refund::RefundLedger), a
//! [`BackOfficeLedger`](paid_once::back_office::BackOfficeLedger) and a
//! [`PriceList`](paid_once::PriceList).
//!
//! # Exactly once, in your own transaction
//!
//! Between a handler's effect and the settlement a process may die; then the next delivery runs the
//! handler again. When the effect is a row in the same database, put both into one transaction with
//! [`SqliteLedger::settle_in`] or [`PostgresLedger::settle_in`]: they are committed together or not
//! at all.
//!
//! ```
//! use std::sync::Arc;
//! use paid_once::{BoxError, Currency, Decision, Delivery, Expected, Gate, Money, NewOrder,
//!     OrderKey, OrderLedger, Payment, Settled};
//! use paid_once_sqlx::{SqliteLedger, sqlx};
//!
//! async fn book(ledger: &SqliteLedger, delivery: &Delivery) -> Result<(), BoxError> {
//!     // BEGIN IMMEDIATE: a transaction that will write should say so at once.
//!     let mut transaction = ledger.begin().await?;
//!     sqlx::query("INSERT INTO receipts (order_id, minor_units) VALUES (?, ?)")
//!         .bind(delivery.payment.order.order_id())
//!         .bind(delivery.payment.total().map(|total| total.minor_units().cast_signed()))
//!         .execute(&mut *transaction)
//!         .await?;
//!     match ledger.settle_in(&mut transaction, &delivery.lease).await? {
//!         // The receipt and the settlement become durable together.
//!         Settled::Now => transaction.commit().await?,
//!         // An earlier transaction of this delivery was committed: its receipt is there.
//!         Settled::Already => transaction.rollback().await?,
//!         // Another delivery took over: it writes the receipt.
//!         Settled::Lost => {
//!             transaction.rollback().await?;
//!             return Err("the lease was lost".into());
//!         }
//!     }
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("shop.db");
//! let ledger = SqliteLedger::connect(path).await?;
//! sqlx::query("CREATE TABLE receipts (order_id TEXT PRIMARY KEY, minor_units INTEGER) STRICT")
//!     .execute(ledger.pool())
//!     .await?;
//! let gate = Gate::builder(Arc::new(ledger.clone()), Arc::new(ledger.clone())).build()?;
//!
//! let order = OrderKey::new("123456", "SHOP0001")?;
//! let price = Money::new(3_456, Currency::TRY);
//! let _new = ledger.open(NewOrder::new(order.clone(), Expected::AtLeast(price))).await?;
//!
//! let payment = Payment::paid(order, price);
//! let decision = gate
//!     .receive(payment, move |delivery| async move { book(&ledger, &delivery).await })
//!     .await;
//! assert_eq!(decision, Decision::Settled);
//! # Ok(())
//! # }
//! ```
//!
//! The gate settles once more after the handler and is told that it is settled already.
//!
//! On PostgreSQL the handler reads the same, with `$1` for `?`:
//!
//! ```no_run
//! # #[cfg(feature = "postgres")] {
//! use paid_once::{BoxError, Delivery, Settled};
//! use paid_once_sqlx::{PostgresLedger, sqlx};
//!
//! async fn book(ledger: &PostgresLedger, delivery: &Delivery) -> Result<(), BoxError> {
//!     let mut transaction = ledger.begin().await?;
//!     sqlx::query("INSERT INTO receipts (order_id, minor_units) VALUES ($1, $2)")
//!         .bind(delivery.payment.order.order_id())
//!         .bind(delivery.payment.total().map(|total| total.minor_units().cast_signed()))
//!         .execute(&mut *transaction)
//!         .await?;
//!     match ledger.settle_in(&mut transaction, &delivery.lease).await? {
//!         Settled::Now => transaction.commit().await?,
//!         Settled::Already => transaction.rollback().await?,
//!         Settled::Lost => return Err("the lease was lost".into()),
//!     }
//!     Ok(())
//! }
//!
//! # async fn open() -> Result<(), BoxError> {
//! let ledger = PostgresLedger::connect("postgres://shop:password@localhost/shop").await?;
//! # Ok(())
//! # }
//! # }
//! ```
//!
//! # Tables of an older version
//!
//! Opening a ledger brings its tables up to date, in one transaction and once, however many processes open
//! it at the same time. A process of the older version that is started after that is refused with
//! [`OpenError::NewerSchema`]. One that runs already goes on:
//!
//! * PostgreSQL: replace the nodes one by one. What the older ones open meanwhile is due like everything
//!   else.
//! * SQLite: stop the older processes first. What they open meanwhile would never be due.
//!
//! Version 2 keeps what is owed and says when the provider is to be asked. Everything that version 1 left
//! open becomes due once more, and what is older than a day is spread over the next one. A million orders
//! take some seconds, during which the table is locked: notifications that come then are sent again.
//!
//! Version 3 keeps whole payments for review, what a person made of them, refunds and prices. What an older
//! version left for review stays open, as a live payment that was seen once; the amount that was asked for and
//! why a payment failed were not kept then. An index of the orders is made, during which they can be read and
//! not written: a second or two for a million. A node of version 2 that still runs shows an order as under
//! review also when its entries are resolved.
//!
//! Version 4 of the tables in SQLite lays orders down in the order in which they come, so that a commit writes fewer
//! pages. It copies them once: a million take some three seconds, in which the file grows by half or more. The place of
//! the old ones is used again. An index or a trigger that somebody else made on the table of orders is gone with it.
//!
//! # Features
//!
//! * `sqlite` (default): [`SqliteLedger`], with SQLite compiled in.
//! * `postgres`: [`PostgresLedger`]. For connections over TLS turn on one of sqlx's own features
//!   `tls-...` in your `Cargo.toml`, such as `tls-rustls`.
//!
//! Without either there is no ledger.

#[cfg(feature = "postgres")]
mod postgres;
mod prefix;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod value;

use paid_once::BoxError;

#[cfg(feature = "postgres")]
pub use postgres::{PostgresLedger, PostgresLedgerOptions, SchemaName, SchemaNameError};
pub use prefix::{TablePrefix, TablePrefixError};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteLedger, SqliteLedgerOptions};
/// The version of sqlx that the pools and transactions of this crate come from.
pub use sqlx;

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database file did not open, or not answer.
    #[error(
        "the database could not be opened: \
         check that the folder exists, and that it and the file can be written"
    )]
    Database(#[source] BoxError),
    /// The database server was not reached, or refused.
    #[error(
        "the database server was not reached, or refused: \
         check the URL, that the server runs, and what the user may do"
    )]
    Server(#[source] BoxError),
    /// A pooler stands in front of the server, and gives each transaction another session or takes no settings of
    /// one, as `PgBouncer` does.
    #[error(
        "a pooler in front of the database server keeps no session, or takes no settings of one: \
         open with `PostgresLedgerOptions::transaction_pooling`, or with pgbouncer=true in the URL"
    )]
    TransactionPooling(#[source] BoxError),
    /// The database takes no writes.
    #[error(
        "the database takes no writes: the server is a standby, \
         or `default_transaction_read_only` is on for this user or database"
    )]
    ReadOnly,
    /// The file does not go into write-ahead mode: it is on a network file system, or has a name
    /// that means memory to SQLite.
    #[error(
        "the database stays in journal mode {found} and cannot be shared safely: \
         put the file on a local disk"
    )]
    NoWriteAheadLog {
        /// The mode it stays in.
        found: String,
    },
    /// A newer version of this crate made the tables.
    #[error(
        "the tables have schema version {found}, this version knows {known} at most: \
         update paid-once-sqlx, or use another database or table prefix"
    )]
    NewerSchema {
        /// The version of the tables.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
}
