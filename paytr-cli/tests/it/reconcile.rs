//! `paytr reconcile` on a shop's ledger in a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use paid_once_sqlx::SqliteLedger;
use paytr_core::paid_once::{HandlerFailure, Opened, OrderRecord, ReviewReason};
use paytr_core::{Currency, Expected, Money, NewOrder, OrderKey, OrderLedger as _, OrderState};
use tempfile::TempDir;

use crate::common::{Answer, MERCHANT_ID, Outcome, Program, Server};

const NOT_PAID: &str = r#"{"status":"error","err_no":"004","err_msg":"yok"}"#;

fn paid(total: &str) -> String {
    format!(
        r#"{{"status":"success","payment_amount":"34.56","payment_total":"{total}","currency":"TL"}}"#
    )
}

/// A shop's ledger in a file.
struct Shop {
    _folder: TempDir,
    path: PathBuf,
    runtime: tokio::runtime::Runtime,
}

fn key(oid: &str) -> OrderKey {
    OrderKey::new(MERCHANT_ID, oid).unwrap()
}

impl Shop {
    /// With an order of 34.56 lira for each id, all due.
    fn with_orders(oids: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let shop = Self {
            path: folder.path().join("shop.db"),
            _folder: folder,
            runtime: tokio::runtime::Runtime::new().unwrap(),
        };
        let price = Expected::AtLeast(Money::new(3_456, Currency::TRY));
        shop.on_ledger(async |ledger: &SqliteLedger| {
            for oid in oids {
                let new = NewOrder::new(key(oid), price).with_inquire_after(Duration::ZERO);
                assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
            }
        });
        shop
    }

    fn on_ledger<T>(&self, does: impl AsyncFnOnce(&SqliteLedger) -> T) -> T {
        self.runtime.block_on(async {
            let ledger = SqliteLedger::connect(&self.path).await.unwrap();
            let done = does(&ledger).await;
            ledger.close().await;
            done
        })
    }

    fn record(&self, oid: &str) -> OrderRecord {
        self.on_ledger(async |ledger| ledger.get(&key(oid)).await.unwrap().unwrap())
    }

    fn due(&self) -> Vec<String> {
        let due = self.on_ledger(async |ledger| ledger.due(MERCHANT_ID, 100).await.unwrap());
        let orders = due.into_iter().map(|due| due.record.order);
        orders.map(|order| order.order_id().to_owned()).collect()
    }

    fn reconcile(&self, server: &Server, arguments: &[&str]) -> Outcome {
        reconcile(
            &format!("sqlite:{}", self.path.display()),
            server,
            arguments,
        )
    }
}

fn reconcile(database: &str, server: &Server, arguments: &[&str]) -> Outcome {
    Program::new(["reconcile"].iter().chain(arguments).copied())
        .env("PAYTR_BASE_URL", server.url())
        .env("DATABASE_URL", database)
        .run()
}

#[test]
fn a_dry_run_says_what_would_be_done_and_changes_nothing() {
    let shop = Shop::with_orders(&["A1", "A2", "A3"]);
    let answers = [paid("34.56"), NOT_PAID.to_owned(), paid("9.99")];
    let server = Server::start(answers.map(|answer| Answer::from(answer.as_str())));
    // One after the other: which order gets which answer must be sure.
    for (oid, says) in [
        ("A1", "would be handed to the shop"),
        ("A2", "not paid"),
        ("A3", "would go to review"),
    ] {
        let run = shop.reconcile(&server, &[oid, "--dry-run"]);
        run.expect_code(0).expect_out(says);
        assert_eq!(shop.record(oid).state, OrderState::Pending);
    }
    assert_eq!(shop.due(), ["A1", "A2", "A3"]);
    assert!(shop.on_ledger(async |ledger| {
        ledger
            .reviews(&ReviewFilter::all(), 9)
            .await
            .unwrap()
            .is_empty()
    }));
}

#[test]
fn what_is_paid_is_undelivered_in_the_ledger_and_due_at_once_for_the_shop() {
    let shop = Shop::with_orders(&["A1"]);
    let server = Server::start([Answer::from(paid("35.00").as_str())]);
    let run = shop.reconcile(&server, &[]);
    run.expect_code(0)
        .expect_out("35.00 TRY")
        .expect_out("undelivered");
    let OrderState::Undelivered(undelivered) = shop.record("A1").state else {
        panic!("{:?}", shop.record("A1"));
    };
    assert_eq!(undelivered.total, Money::new(3_500, Currency::TRY));
    assert_eq!(undelivered.last_failure, Some(HandlerFailure::Error));
    assert_eq!(shop.due(), ["A1"]);
}

#[test]
fn every_due_order_is_asked_about_and_shown_as_json() {
    let oids: Vec<String> = (0..30).map(|n| format!("A{n}")).collect();
    let oids: Vec<&str> = oids.iter().map(String::as_str).collect();
    let shop = Shop::with_orders(&oids);
    let server = Server::start((0..30).map(|_| Answer::from(NOT_PAID)));
    let run = shop.reconcile(&server, &["--json"]).expect_code(0);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&run.out).unwrap();
    assert_eq!(rows.len(), 30);
    for row in &rows {
        assert_eq!(row["paytr"], "not paid");
        assert_eq!(row["state"], "pending");
    }
    assert_eq!(server.requests().len(), 30);
    assert_eq!(shop.due(), Vec::<String>::new(), "they are put off");
    let run = shop.reconcile(&server, &[]).expect_code(0);
    run.expect_out("no order is due");
}

#[test]
fn a_payment_unlike_the_records_goes_to_review() {
    let shop = Shop::with_orders(&["A1"]);
    let server = Server::start([Answer::from(paid("0.01").as_str())]);
    let run = shop.reconcile(&server, &["A1"]);
    run.expect_code(0).expect_out("in review");
    assert_eq!(shop.record("A1").state, OrderState::Review);
    let reviews =
        shop.on_ledger(async |ledger| ledger.reviews(&ReviewFilter::all(), 9).await.unwrap());
    let reasons: Vec<_> = reviews.iter().map(|review| review.reason).collect();
    assert_eq!(reasons, [ReviewReason::AmountMismatch]);
}

#[test]
fn no_answer_is_told_by_the_exit_code_and_the_order_stays_open() {
    let shop = Shop::with_orders(&["A1"]);
    let server = Server::start([Answer::from("<html>")]);
    for arguments in [&["A1"][..], &["A1", "--dry-run"], &[]] {
        let run = shop.reconcile(&server, arguments);
        run.expect_code(4).expect_out("no answer");
        assert_eq!(shop.record("A1").state, OrderState::Pending);
    }
}

#[test]
fn the_shop_can_be_told_at_once_by_a_signed_notification() {
    let shop = Shop::with_orders(&["A1"]);
    let paytr = Server::start([Answer::from(paid("34.56").as_str())]);
    let address = Server::start([Answer::from("OK")]);
    let url = format!("{}/paytr/callback", address.url());
    let run = shop.reconcile(&paytr, &["A1", "--notify", &url]);
    run.expect_code(0).expect_out("acknowledged");
    let requests = address.requests();
    let sent = requests.first().unwrap();
    assert!(
        sent.line.starts_with("POST /paytr/callback "),
        "{}",
        sent.line
    );
    let body = &sent.body;
    assert!(
        body.contains("merchant_oid=A1&status=success&total_amount=3456"),
        "{body}"
    );
}

#[test]
fn an_unknown_order_a_missing_ledger_and_a_wrong_address_are_told_and_nothing_is_asked() {
    let shop = Shop::with_orders(&[]);
    let server = Server::start([Answer::from(NOT_PAID)]);
    let run = shop.reconcile(&server, &["A9"]);
    run.expect_code(2).expect_err("no order A9");
    let gone = shop.path.with_file_name("gone.db");
    let run = reconcile(&format!("sqlite:{}", gone.display()), &server, &[]);
    run.expect_code(3).expect_err("there is no file");
    assert!(!Path::new(&gone).exists());
    for wrong in [
        "mysql://localhost",
        "postgres://u:CANARY@127.0.0.1:1/x",
        "redis://:CANARY@127.0.0.1:1",
    ] {
        let run = reconcile(wrong, &server, &[]).expect_code(3);
        assert!(!run.err.contains("CANARY"), "{}", run.err);
    }
    let run = Program::new(["reconcile"])
        .env("PAYTR_BASE_URL", server.url())
        .run();
    run.expect_code(3).expect_err("DATABASE_URL");
    assert_eq!(server.requests().len(), 0);
}
