//! `paytr reconcile` on a shop's ledger in a file.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use paid_once_sqlx::SqliteLedger;
use paytr_core::paid_once::back_office::BackOfficeLedger as _;
use paytr_core::paid_once::{
    Claim, Claimant, HandlerFailure, Opened, OrderRecord, Payment, Review, ReviewFilter,
    ReviewReason,
};
use paytr_core::wire::Date;
use paytr_core::{
    Currency, Expected, Money, NewOrder, OrderKey, OrderLedger as _, OrderState, OrderStore as _,
};
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

    /// Pays and delivers an order with 34.56 lira.
    fn sell(&self, oid: &str) {
        let payment = Payment::paid(key(oid), Money::new(3_456, Currency::TRY));
        self.on_ledger(async |ledger| {
            let lease = Duration::from_mins(1);
            let claim = ledger.claim(&payment, Claimant::unique(), lease).await;
            let Ok(Claim::Granted(lease)) = claim else {
                panic!("{claim:?}");
            };
            let _ = ledger.settle(&lease).await.unwrap();
        });
    }

    fn reviews(&self) -> Vec<Review> {
        let all = ReviewFilter::all();
        self.on_ledger(async |ledger| ledger.reviews(&all, 9).await.unwrap())
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
        "rediss://:CANARY@127.0.0.1:1",
        "redis+sentinel://:CANARY@127.0.0.1:1,127.0.0.1:1/mymaster?sentinel_password=CANARY",
        "redis+cluster://:CANARY@127.0.0.1:1,127.0.0.1:1",
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

/// Before any order of a test here was settled.
const LONG_AGO: &str = "2026-06-24";

fn report(rows: &[(&str, &str, &str)]) -> Answer {
    let rows = rows.iter().map(|(kind, oid, amount)| {
        format!(
            r#"{{"islem_tipi":"{kind}","siparis_no":"{oid}","islem_tutari":"{amount}",
                "odeme_tutari":"{amount}","para_birimi":"TL"}}"#
        )
    });
    let rows: Vec<_> = rows.collect();
    let text = format!(r#"{{"status":"success","list":[{}]}}"#, rows.join(","));
    Answer::from(text.as_str())
}

#[test]
fn a_day_on_which_both_sides_agree_ends_with_code_0() {
    let shop = Shop::with_orders(&["A1"]);
    shop.sell("A1");
    let server = Server::start([report(&[("S", "A1", "34.56")])]);
    let run = shop.reconcile(&server, &["--day", LONG_AGO]).expect_code(0);
    run.expect_out("payments of 1 orders and 0 refunds; no difference");
    let requests = server.requests();
    let [sent] = &requests[..] else {
        panic!("{requests:?}");
    };
    let fields = sent.fields();
    let start = ("start_date".to_owned(), format!("{LONG_AGO} 00:00:00"));
    assert!(fields.contains(&start), "{fields:?}");
}

#[test]
fn differences_are_shown_with_code_1_and_only_record_writes_them_down() {
    let shop = Shop::with_orders(&["A1", "A2"]);
    shop.sell("A1");
    let rows = report(&[
        ("S", "A1", "30.00"),
        ("I", "A1", "5.00"),
        ("S", "A2", "34.56"),
        ("S", "GONE1", "12.00"),
    ]);
    let server = Server::start((0..4).map(|_| rows.clone()));
    for arguments in [&["--day", LONG_AGO][..], &["--day", LONG_AGO, "--dry-run"]] {
        let run = shop.reconcile(&server, arguments).expect_code(1);
        run.expect_out("another total")
            .expect_out("a refund that is not in the ledger")
            .expect_out("pending in the ledger")
            .expect_out("not in the ledger")
            .expect_out("12.00 TRY")
            .expect_out("differences: 4")
            .expect_err("--record writes 2 of them down");
        assert!(shop.reviews().is_empty());
    }
    let record = ["--day", LONG_AGO, "--record"];
    let run = shop.reconcile(&server, &record).expect_code(1);
    run.expect_out("recorded for review: 2");
    let mut reviews = shop.reviews();
    reviews.sort_by(|one, other| one.order().cmp(other.order()));
    let lira = |units| Money::new(units, Currency::TRY);
    let payments: Vec<_> = reviews.iter().map(|one| one.payment.clone()).collect();
    let expected = [("A2", 3_456), ("GONE1", 1_200)];
    assert_eq!(
        payments,
        expected.map(|(oid, units)| Payment::paid(key(oid), lira(units)))
    );
    assert_eq!(reviews[0].reason, ReviewReason::OnlyInStatement);
    // What is under review is told, and not written again.
    let json = shop.reconcile(&server, &[&record[..], &["--json"]].concat());
    let document = json.expect_code(1).json();
    assert_eq!(document["recorded"], 0);
    assert_eq!(document["day"], LONG_AGO);
    let gone = &document["differences"][3];
    assert_eq!(gone["merchant_oid"], "GONE1");
    assert_eq!(gone["difference"], "missing_here");
    assert_eq!(gone["paytr"]["total"], 1_200);
    assert_eq!(gone["review"], reviews[1].id.get());
    assert_eq!(document["differences"][0]["ledger"]["total"], 3_456);
    assert_eq!(shop.reviews().len(), 2);
}

#[test]
fn an_order_that_paytr_does_not_list_is_looked_up_before_it_is_called_missing() {
    let shop = Shop::with_orders(&["A1"]);
    shop.sell("A1");
    let life = shop.on_ledger(async |ledger| ledger.life(&key("A1")).await.unwrap().unwrap());
    let since = life.paid_at.unwrap().duration_since(SystemTime::UNIX_EPOCH);
    let days = (since.unwrap().as_secs() + 3 * 3_600) / 86_400;
    let epoch = Date::new(1970, 1, 1).unwrap();
    let day = epoch.plus_days(i32::try_from(days).unwrap()).unwrap();
    let nothing = || Answer::from(r#"{"status":"failed"}"#);
    let server = Server::start([nothing(), nothing(), Answer::from(NOT_PAID)]);
    let run = shop.reconcile(&server, &["--day", &day.to_string()]);
    run.expect_code(1)
        .expect_out("not in PayTR's report")
        .expect_out("34.56 TRY");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_day_that_is_not_over_is_compared_with_a_warning() {
    let shop = Shop::with_orders(&[]);
    let nothing = Answer::from(r#"{"status":"failed"}"#);
    let server = Server::start([nothing.clone(), nothing]);
    let run = shop.reconcile(&server, &["--day", "9998-12-31"]);
    run.expect_code(0).expect_err("is not over in Turkey");
    let run = shop.reconcile(&server, &["--day", LONG_AGO]).expect_code(0);
    assert_eq!(run.err, "");
}

#[test]
fn payments_of_links_are_found_by_the_links_that_are_named() {
    let shop = Shop::with_orders(&[]);
    shop.on_ledger(async |ledger| {
        let order = OrderKey::new(format!("{MERCHANT_ID}:link:LINK1"), "PAYTR1").unwrap();
        let payment = Payment::paid(order, Money::new(3_456, Currency::TRY));
        let lease = Duration::from_mins(1);
        let claim = ledger.claim(&payment, Claimant::unique(), lease).await;
        let Ok(Claim::Granted(lease)) = claim else {
            panic!("{claim:?}");
        };
        let _ = ledger.settle(&lease).await.unwrap();
    });
    let rows = report(&[("S", "PAYTR1", "34.56")]);
    let server = Server::start([rows.clone(), rows]);
    shop.reconcile(&server, &["--day", LONG_AGO]).expect_code(1);
    let named = ["--day", LONG_AGO, "--link", "LINK0", "--link", "LINK1"];
    shop.reconcile(&server, &named).expect_code(0);
}

#[test]
fn a_report_that_is_refused_lost_or_unreadable_is_told_by_the_exit_code() {
    let shop = Shop::with_orders(&[]);
    let row_without_an_order = r#"{"status":"success","list":[{"islem_tipi":"S"}]}"#;
    for (answer, code) in [
        (r#"{"status":"error","err_no":"003","err_msg":"x"}"#, 1),
        ("<html>", 6),
        (r#"{"status":"success","rows":[{"order":"A1"}]}"#, 6),
        (row_without_an_order, 6),
    ] {
        let server = Server::start([Answer::from(answer)]);
        shop.reconcile(&server, &["--day", LONG_AGO])
            .expect_code(code);
    }
    let lost = Server::start([Answer::Nothing]);
    shop.reconcile(&lost, &["--day", LONG_AGO]).expect_code(4);
}

#[test]
fn arguments_that_belong_to_the_other_way_are_refused() {
    let shop = Shop::with_orders(&[]);
    let server = Server::start([Answer::Nothing]);
    for arguments in [
        &["A1", "--day", LONG_AGO][..],
        &["--day", LONG_AGO, "--notify", "http://127.0.0.1:1/"],
        &["--day", LONG_AGO, "--record", "--dry-run"],
        &["--record"],
        &["--link", "LINK1"],
        &["--day", "2026-02-30"],
        &["--day", LONG_AGO, "--link", "L-1"],
    ] {
        shop.reconcile(&server, arguments).expect_code(2);
    }
    assert!(server.requests().is_empty());
}
