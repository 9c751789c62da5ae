//! A file that is removed while the ledger is open: nothing is acknowledged that a restart would lose.

use std::fs;
use std::path::Path;
use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Lease, Money, OrderKey, OrderStore as _, Payment, Settled, Standing,
    StoreError,
};
use paid_once_sqlx::{SqliteLedger, sqlx};
use tempfile::TempDir;

fn payment(order_id: &str) -> Payment {
    let order = OrderKey::new("100001", order_id).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

async fn claim(ledger: &SqliteLedger, order_id: &str) -> Result<Lease, StoreError> {
    let (payment, lease) = (payment(order_id), Duration::from_mins(10));
    match ledger.claim(&payment, Claimant::unique(), lease).await? {
        Claim::Granted(lease) => Ok(lease),
        other => panic!("{order_id} is granted, not {other:?}"),
    }
}

/// What the next process would find, if this one were killed now.
async fn standings_after_a_kill(database: &Path, order_ids: [&str; 2]) -> [Standing; 2] {
    let other = TempDir::new().unwrap();
    for file in ["orders.db", "orders.db-wal"] {
        let file = database.with_file_name(file);
        if file.exists() {
            fs::copy(&file, other.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    let ledger = SqliteLedger::connect(other.path().join("orders.db")).await;
    let ledger = ledger.unwrap();
    let [one, two] = order_ids.map(payment);
    [
        ledger.standing(&one).await.unwrap(),
        ledger.standing(&two).await.unwrap(),
    ]
}

/// The cause of a store error, which callers do not see.
fn cause(error: &StoreError) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

#[tokio::test]
async fn after_its_log_is_removed_nothing_is_acknowledged_and_what_was_is_saved() {
    let directory = TempDir::new().unwrap();
    let database = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&database).await.unwrap();
    let before = claim(&ledger, "BEFORE").await.unwrap();
    assert_eq!(ledger.settle(&before).await.unwrap(), Settled::Now);

    fs::remove_file(directory.path().join("orders.db-wal")).unwrap();
    let refused = claim(&ledger, "AFTER").await.unwrap_err();
    assert!(cause(&refused).contains("write-ahead log"), "{refused:?}");
    assert!(cause(&refused).contains("orders.db-wal"), "{refused:?}");
    let standings = standings_after_a_kill(&database, ["BEFORE", "AFTER"]).await;
    assert_eq!(standings[0], Standing::Duplicate);

    // Not the next one either, alone, with others, or in a transaction of the shop.
    let (one, two) = tokio::join!(claim(&ledger, "ONE"), claim(&ledger, "TWO"));
    assert!(one.is_err() && two.is_err());
    assert!(ledger.begin().await.is_err());
}

#[tokio::test]
async fn after_the_file_itself_is_removed_or_replaced_nothing_is_acknowledged() {
    let directory = TempDir::new().unwrap();
    let database = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&database).await.unwrap();
    let lease = claim(&ledger, "BEFORE").await.unwrap();

    let moved = directory.path().join("moved.db");
    fs::rename(&database, &moved).unwrap();
    let refused = ledger.settle(&lease).await.unwrap_err();
    assert!(cause(&refused).contains("put the file back"), "{refused:?}");
    fs::copy(&moved, &database).unwrap();
    assert!(claim(&ledger, "AFTER").await.is_err());
    assert!(ledger.begin().await.is_err());

    fs::rename(&moved, &database).unwrap();
    claim(&ledger, "BACK").await.unwrap();
}

#[tokio::test]
async fn a_copy_of_the_file_alone_lacks_what_is_in_its_log_and_a_backup_by_sqlite_does_not() {
    let directory = TempDir::new().unwrap();
    let file = |name: &str| directory.path().join(name);
    let ledger = SqliteLedger::connect(file("orders.db")).await.unwrap();
    let lease = claim(&ledger, "PAID").await.unwrap();
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);

    fs::create_dir(file("copy")).unwrap();
    fs::copy(file("orders.db"), file("copy/orders.db")).unwrap();
    sqlx::query("VACUUM INTO ?")
        .bind(file("backup.db").display().to_string())
        .execute(ledger.pool())
        .await
        .unwrap();

    for (name, expected) in [
        ("copy/orders.db", Standing::Open),
        ("backup.db", Standing::Duplicate),
    ] {
        let restored = SqliteLedger::connect(file(name)).await.unwrap();
        let standing = restored.standing(&payment("PAID")).await.unwrap();
        assert_eq!(standing, expected, "{name}");
    }
}

/// The log of a file stands beside the file, wherever a link to it is.
#[cfg(unix)]
#[tokio::test]
async fn a_file_behind_a_link_is_opened_and_its_log_is_watched() {
    let directory = TempDir::new().unwrap();
    let file = |name: &str| directory.path().join(name);
    fs::create_dir(file("data")).unwrap();
    let first = SqliteLedger::connect(file("data/orders.db")).await.unwrap();
    first.close().await;
    std::os::unix::fs::symlink(file("data/orders.db"), file("link.db")).unwrap();

    let ledger = SqliteLedger::connect(file("link.db")).await.unwrap();
    claim(&ledger, "BEFORE").await.unwrap();
    fs::remove_file(file("data/orders.db-wal")).unwrap();
    let refused = claim(&ledger, "AFTER").await.unwrap_err();
    assert!(cause(&refused).contains("write-ahead log"), "{refused:?}");
}
