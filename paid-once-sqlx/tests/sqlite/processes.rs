//! Several real processes on one file, and processes that are killed.
//!
//! The children are this test binary again, told by [`FILE`] what [`worker`] works on.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use paid_once::{Claim, Claimant, Currency, Money, OrderKey, OrderStore as _, Payment, Settled};
use paid_once_sqlx::{SqliteLedger, sqlx};

pub(crate) const FILE: &str = "PAID_ONCE_TEST_FILE";
const NAME: &str = "PAID_ONCE_TEST_NAME";
const COUNT: &str = "PAID_ONCE_TEST_COUNT";
const LEASE: Duration = Duration::from_mins(10);

/// The file that the parent gave. A process without a parent has one of its own, in a folder that goes with
/// it; a child that is killed must not leave one.
pub(crate) fn given_or_own_file() -> (Option<tempfile::TempDir>, PathBuf) {
    if let Some(given) = std::env::var_os(FILE) {
        return (None, given.into());
    }
    let own = tempfile::tempdir().unwrap();
    let path = own.path().join("own.db");
    (Some(own), path)
}

fn payment(name: &str, index: u32) -> Payment {
    let order = OrderKey::new("100001", format!("{name}{index}")).unwrap();
    Payment::paid(order, Money::new(3_456, Currency::TRY))
}

async fn open(path: &Path) -> SqliteLedger {
    let ledger = SqliteLedger::connect(path).await.unwrap();
    sqlx::query("CREATE TABLE IF NOT EXISTS receipts (order_id TEXT NOT NULL) STRICT")
        .execute(ledger.pool())
        .await
        .unwrap();
    ledger
}

/// Claims, writes a receipt and settles in one transaction, and says aloud how far it came.
async fn handle(ledger: &SqliteLedger, payment: &Payment) {
    let order_id = payment.order.order_id();
    let claim = ledger
        .claim(payment, Claimant::unique(), LEASE)
        .await
        .unwrap();
    let Claim::Granted(lease) = claim else {
        panic!("{order_id} is granted, not {claim:?}");
    };
    say("claimed", order_id);
    let mut transaction = ledger.begin().await.unwrap();
    sqlx::query("INSERT INTO receipts (order_id) VALUES (?)")
        .bind(order_id.to_owned())
        .execute(&mut *transaction)
        .await
        .unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    transaction.commit().await.unwrap();
    say("settled", order_id);
}

/// Past the capture of test output: the parent reads it.
fn say(what: &str, order_id: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "\n{what} {order_id}").unwrap();
    output.flush().unwrap();
}

/// The other process. On its own it handles three orders in a file of its own.
#[tokio::test]
async fn worker() {
    let (_directory, path) = given_or_own_file();
    let name = std::env::var(NAME).unwrap_or_else(|_| "OWN".to_owned());
    let count = std::env::var(COUNT).map_or(3, |count| count.parse().unwrap());
    if std::env::var_os(FILE).is_some() {
        // All workers start together: their parent closes the pipe when all are ready.
        say("ready", &name);
        std::io::stdin().lines().for_each(drop);
    }
    let ledger = open(&path).await;
    for index in 0..count {
        handle(&ledger, &payment(&name, index)).await;
    }
}

/// The other process with sixteen deliveries at a time, whose writes share commits. On its own it
/// handles 48 payments in a file of its own.
#[tokio::test]
async fn crowd() {
    let (_directory, path) = given_or_own_file();
    let name = std::env::var(NAME).unwrap_or_else(|_| "OWN".to_owned());
    let count: u32 = std::env::var(COUNT).map_or(3, |count| count.parse().unwrap());
    let ledger = open(&path).await;
    let mut deliveries = tokio::task::JoinSet::new();
    for member in 0..16 {
        let (ledger, name) = (ledger.clone(), format!("{name}M{member}X"));
        deliveries.spawn(async move {
            for index in 0..count {
                handle_plainly(&ledger, &payment(&name, index)).await;
            }
        });
    }
    while let Some(ended) = deliveries.join_next().await {
        ended.unwrap();
    }
}

/// Claims and settles, each in a commit that others may share.
async fn handle_plainly(ledger: &SqliteLedger, payment: &Payment) {
    let order_id = payment.order.order_id();
    let claim = ledger
        .claim(payment, Claimant::unique(), LEASE)
        .await
        .unwrap();
    let Claim::Granted(lease) = claim else {
        panic!("{order_id} is granted, not {claim:?}");
    };
    say("claimed", order_id);
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    say("settled", order_id);
}

fn start(path: &Path, role: &str, name: &str, count: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("processes::{role}"), "--nocapture"])
        .env(FILE, path)
        .env(NAME, name)
        .env(COUNT, count.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Starts workers that open the file at the same moment and handle `count` orders each.
pub(crate) fn work_together(path: &Path, names: &[&str], count: u32) {
    let children: Vec<_> = names
        .iter()
        .map(|name| start(path, "worker", name, count))
        .collect();
    let mut running = Vec::new();
    for mut child in children {
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = output
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with("ready "));
        assert!(ready.is_some());
        running.push((child, output));
    }
    let go: Vec<_> = running
        .iter_mut()
        .map(|(child, _)| child.stdin.take())
        .collect();
    drop(go);
    for (mut child, output) in running {
        let said: Vec<_> = output.map_while(Result::ok).collect();
        assert!(child.wait().unwrap().success(), "{said:#?}");
    }
}

#[tokio::test]
async fn processes_that_open_a_new_file_together_all_succeed() {
    for round in 0..5 {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("orders.db");
        let names = ["A", "B", "C", "D"];
        work_together(&path, &names, 3);
        let ledger = open(&path).await;
        for name in names {
            for index in 0..3 {
                let claim = ledger
                    .claim(&payment(name, index), Claimant::unique(), LEASE)
                    .await;
                assert_eq!(claim.unwrap(), Claim::Duplicate, "round {round}");
            }
        }
        let versions: i64 = sqlx::query_scalar("SELECT count(*) FROM paid_once_schema")
            .fetch_one(ledger.pool())
            .await
            .unwrap();
        assert_eq!(versions, 4, "round {round}");
    }
}

/// What a killed process said, up to its last whole line.
struct Said {
    claimed: BTreeSet<String>,
    settled: BTreeSet<String>,
}

/// Runs a worker, kills it (SIGKILL) right after its line number `lines`, and gives what it said.
fn killed_after(path: &Path, role: &str, name: &str, lines: usize) -> Said {
    let mut child = start(path, role, name, u32::MAX);
    drop(child.stdin.take());
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut said = Said {
        claimed: BTreeSet::new(),
        settled: BTreeSet::new(),
    };
    for line in output.lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("claimed", order_id)) => said.claimed.insert(order_id.to_owned()),
            Some(("settled", order_id)) => said.settled.insert(order_id.to_owned()),
            _ => continue,
        };
        if said.claimed.len() + said.settled.len() == lines {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(said.claimed.len() + said.settled.len() >= lines);
    said
}

#[tokio::test]
async fn a_killed_process_keeps_what_it_answered_and_never_half_of_a_payment() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    for (round, lines) in [1, 2, 3, 4, 7, 10, 15, 20, 31, 40].into_iter().enumerate() {
        let name = format!("KILL{round}X");
        let said = killed_after(&path, "worker", &name, lines);
        let ledger = open(&path).await;
        let mut free = 0;
        for index in 0.. {
            let payment = payment(&name, index);
            let order_id = payment.order.order_id().to_owned();
            let claim = ledger
                .claim(&payment, Claimant::unique(), LEASE)
                .await
                .unwrap();
            let receipts: i64 =
                sqlx::query_scalar("SELECT count(*) FROM receipts WHERE order_id = ?")
                    .bind(order_id.clone())
                    .fetch_one(ledger.pool())
                    .await
                    .unwrap();
            match claim {
                Claim::Duplicate => assert_eq!(receipts, 1, "{order_id} is paid with a receipt"),
                Claim::InProgress { .. } | Claim::Granted(_) => {
                    assert!(!said.settled.contains(&order_id), "{order_id} was settled");
                    assert_eq!(receipts, 0, "{order_id} is unpaid without a receipt");
                    free += u32::from(matches!(claim, Claim::Granted(_)));
                    let was_claimed = said.claimed.contains(&order_id);
                    assert!(!was_claimed || matches!(claim, Claim::InProgress { .. }));
                }
                other => panic!("{order_id} is {other:?}"),
            }
            if free == 2 {
                break;
            }
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_process_killed_among_shared_commits_keeps_what_it_answered() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    for (round, lines) in [1, 16, 17, 40, 64, 100, 150, 333].into_iter().enumerate() {
        let said = killed_after(&path, "crowd", &format!("CROWD{round}"), lines);
        let ledger = open(&path).await;
        for order_id in &said.claimed {
            let order = OrderKey::new("100001", order_id).unwrap();
            let payment = Payment::paid(order, Money::new(3_456, Currency::TRY));
            let claim = ledger.claim(&payment, Claimant::unique(), LEASE).await;
            match claim.unwrap() {
                Claim::Duplicate => {}
                Claim::InProgress { .. } => {
                    assert!(!said.settled.contains(order_id), "{order_id} was settled");
                }
                other => panic!("{order_id} was claimed and is {other:?}"),
            }
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn processes_whose_writes_share_commits_share_a_file_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("orders.db");
    let names = ["A", "B", "C"];
    let mut children = names.map(|name| start(&path, "crowd", name, 5));
    for child in &mut children {
        // Read to its end: a full pipe would hold the child up.
        let said = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
        assert!(child.wait().unwrap().success(), "{said}");
    }
    let ledger = open(&path).await;
    for name in names {
        for (member, index) in (0..16).flat_map(|member| (0..5).map(move |index| (member, index))) {
            let payment = payment(&format!("{name}M{member}X"), index);
            let claim = ledger.claim(&payment, Claimant::unique(), LEASE).await;
            assert_eq!(claim.unwrap(), Claim::Duplicate);
        }
    }
}
