//! The file system refuses to write in the middle of a commit that many calls share.
//!
//! The child is this test binary again, with a limit on the size of its files. SQLite then learns of
//! the error where a disk shows it too: when the commit is written to the log.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use paid_once::{Claim, Claimant, Currency, Money, OrderKey, OrderStore as _, Payment};
use paid_once_sqlx::{SqliteLedger, sqlx};
use tokio::task::JoinSet;

use crate::processes::{FILE, given_or_own_file};

const LEASE: Duration = Duration::from_mins(10);
/// In blocks of 512 bytes, as `ulimit` counts in a POSIX shell: far less than what all rounds write.
const LIMIT: &str = "1024";
const ROUNDS: u32 = 100;
const TOGETHER: u32 = 16;

fn payment(order_id: &str) -> Payment {
    let order = OrderKey::new("100001", order_id).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

/// Claims many orders, sixteen at a time, and says which were granted and how many calls failed.
#[tokio::test]
async fn worker() {
    let (_directory, path) = given_or_own_file();
    let ledger = SqliteLedger::connect(path).await.unwrap();
    let (mut granted, mut failed) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let mut claims = JoinSet::new();
        for member in 0..TOGETHER {
            let ledger = ledger.clone();
            claims.spawn(async move {
                let order_id = format!("{}ROUND{round}MEMBER{member}", "LONG".repeat(40));
                let payment = payment(&order_id);
                let claim = ledger.claim(&payment, Claimant::unique(), LEASE).await;
                (order_id, claim)
            });
        }
        while let Some(claim) = claims.join_next().await {
            match claim.unwrap() {
                (order_id, Ok(Claim::Granted(_))) => granted.push(order_id),
                (_, Err(_)) => failed += 1,
                (order_id, other) => panic!("{order_id} is granted or failed, not {other:?}"),
            }
        }
    }
    let mut output = std::io::stdout().lock();
    for order_id in granted {
        writeln!(output, "\ngranted {order_id}").unwrap();
    }
    writeln!(output, "\nfailed {failed}").unwrap();
    // As it is, without the cleaning up of an orderly end.
    output.flush().unwrap();
    if std::env::var_os(FILE).is_some() {
        std::process::exit(0);
    }
}

fn with_limited_files(path: &Path) -> Output {
    // Without the signal, writing past the limit is an error like any other.
    let script = format!("trap '' XFSZ; ulimit -f {LIMIT}; exec \"$@\"");
    Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "write_refused::worker", "--nocapture"])
        .env(FILE, path)
        .output()
        .unwrap()
}

#[tokio::test]
async fn every_granted_claim_outlives_a_commit_that_could_not_be_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let output = with_limited_files(&path);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    let failed = said.lines().find_map(|line| line.strip_prefix("failed "));
    let failed: u32 = failed.unwrap().parse().unwrap();
    let granted: Vec<_> = said
        .lines()
        .filter_map(|line| line.strip_prefix("granted "))
        .collect();
    assert!(failed >= TOGETHER, "the limit was never reached: {said}");
    assert!(granted.len() > 20, "{said}");

    let ledger = SqliteLedger::connect(&path).await.unwrap();
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(ledger.pool())
        .await
        .unwrap();
    assert_eq!(check, "ok");
    for order_id in granted {
        let payment = payment(order_id);
        let claim = ledger.claim(&payment, Claimant::unique(), LEASE).await;
        assert!(matches!(claim, Ok(Claim::InProgress { .. })), "{order_id}");
    }
}
