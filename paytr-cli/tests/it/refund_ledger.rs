//! `paytr refund` with a shop's ledger in a file.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use paid_once_sqlx::SqliteLedger;
use paytr_core::paid_once::Payment;
use paytr_core::refund_ledger::{RefundLedger as _, RefundState};
use paytr_core::{BoxError, Currency, Expected, Gate, Money, NewOrder, OrderKey, OrderLedger as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::common::{Answer, MERCHANT_ID, Outcome, Program, Server};

const REFUND: [&str; 6] = ["refund", "A1", "--amount", "11.97", "--reference", "R1"];
const YES: &str = r#"{"status":"success"}"#;
const REFUSED: &str = r#"{"status":"error","err_no":"010","err_msg":"Net bakiyeniz yetersiz"}"#;
const LISTED: &str = r#"{"return_amount":"11.97","reference_no":"R1"}"#;

fn status(returns: &str) -> Answer {
    let text = format!(
        r#"{{"status":"success","payment_amount":"34.56","payment_total":"34.56","currency":"TL","returns":[{returns}]}}"#
    );
    Answer::from(text.as_str())
}

fn refunds_sent(server: &Server) -> usize {
    let requests = server.requests();
    let sent = |path: &&str| path.starts_with("POST /odeme/iade ");
    requests.iter().map(|one| &*one.line).filter(sent).count()
}

fn key(oid: &str) -> OrderKey {
    OrderKey::new(MERCHANT_ID, oid).unwrap()
}

/// A shop's ledger in a file, in which order `A1` is paid with 34.56 lira and `A2` is open.
struct Shop {
    _folder: TempDir,
    path: PathBuf,
    runtime: Runtime,
}

impl Shop {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let shop = Self {
            path: folder.path().join("shop.db"),
            _folder: folder,
            runtime: Runtime::new().unwrap(),
        };
        shop.runtime.block_on(async {
            let ledger = Arc::new(SqliteLedger::connect(&shop.path).await.unwrap());
            let price = Money::new(3_456, Currency::TRY);
            for oid in ["A1", "A2"] {
                let new = NewOrder::new(key(oid), Expected::AtLeast(price));
                let _new = ledger.open(new).await.unwrap();
            }
            let gate = Gate::builder(ledger.clone(), ledger.clone());
            let gate = gate.build().unwrap();
            let paid = Payment::paid(key("A1"), price);
            let settled = gate
                .receive(paid, |_| async { Ok::<_, BoxError>(()) })
                .await;
            assert!(settled.is_acknowledged());
            ledger.close().await;
        });
        shop
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }

    fn program<'a>(
        &self,
        server: &Server,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Program {
        Program::new(arguments)
            .env("PAYTR_BASE_URL", server.url())
            .env("DATABASE_URL", &self.url())
    }

    fn run<'a>(&self, server: &Server, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
        self.program(server, arguments).run()
    }

    /// Every refund of an order: reference, amount, who, state.
    fn refunds(&self, oid: &str) -> Vec<(String, u64, String, RefundState)> {
        self.runtime.block_on(async {
            let ledger = SqliteLedger::connect(&self.path).await.unwrap();
            let records = ledger.refunds(&key(oid)).await.unwrap();
            ledger.close().await;
            let told = records.into_iter().map(|record| {
                let amount = record.amount.minor_units();
                (record.reference, amount, record.by, record.state)
            });
            told.collect()
        })
    }

    fn state_of_r1(&self) -> RefundState {
        let refunds = self.refunds("A1");
        let [(_, 1_197, _, state)] = &refunds[..] else {
            panic!("{refunds:?}");
        };
        *state
    }
}

#[test]
fn a_refund_is_reserved_sent_once_and_confirmed_and_the_ledger_knows_who() {
    let shop = Shop::open();
    let server = Server::start([YES]);
    let run = shop.run(&server, REFUND.into_iter().chain(["--by", "ayse"]));
    run.expect_code(0).expect_out("11.97 TRY");
    let executed = (
        "R1".to_owned(),
        1_197,
        "ayse".to_owned(),
        RefundState::Executed,
    );
    assert_eq!(shop.refunds("A1"), [executed]);
    assert_eq!((refunds_sent(&server), server.requests().len()), (1, 1));
}

#[test]
fn refunds_never_add_up_to_more_than_what_was_paid() {
    let shop = Shop::open();
    let server = Server::start([YES, REFUSED, YES]);
    shop.run(&server, ["refund", "A1", "--amount", "30"])
        .expect_code(0);
    let too_much = ["refund", "A1", "--amount", "4.57"];
    shop.run(&server, too_much)
        .expect_code(1)
        .expect_err("4.56 TRY");
    assert_eq!(server.requests().len(), 1, "nothing was asked or sent");
    // What PayTR refuses is free again.
    let rest = ["refund", "A1", "--amount", "4.56"];
    let refused = shop.run(&server, rest).expect_code(1);
    refused.expect_err("nothing was refunded");
    shop.run(&server, rest).expect_code(0);
    shop.run(&server, rest)
        .expect_code(1)
        .expect_err("0.00 TRY");
    assert_eq!(refunds_sent(&server), 3);
}

#[test]
fn an_order_that_the_ledger_does_not_know_is_refunded_when_somebody_says_what_was_paid() {
    let shop = Shop::open();
    let server = Server::start([YES]);
    let refund = ["refund", "B1", "--amount", "10"];
    let unknown = shop.run(&server, refund).expect_code(2);
    unknown
        .expect_err("paytr refund B1 --amount 10.00 --paid AMOUNT")
        .expect_err("nothing was sent");
    let paid = refund.into_iter().chain(["--paid", "15"]);
    shop.run(&server, paid.clone()).expect_code(0);
    shop.run(&server, paid)
        .expect_code(1)
        .expect_err("5.00 TRY");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn an_order_that_is_not_paid_is_not_refunded_whatever_somebody_says() {
    let shop = Shop::open();
    let server = Server::start([YES]);
    let refund = ["refund", "A2", "--amount", "10", "--paid", "34.56"];
    let run = shop.run(&server, refund).expect_code(1);
    run.expect_err("paytr reconcile A2");
    assert!(server.requests().is_empty());
}

#[test]
fn a_lost_answer_stays_reserved_and_is_decided_later() {
    let shop = Shop::open();
    let nothing = status("");
    let server = Server::start([
        Answer::Nothing,
        nothing.clone(),
        nothing.clone(),
        nothing.clone(),
        nothing,
        status(LISTED),
    ]);
    let lost = shop.run(&server, REFUND).expect_code(5);
    lost.expect_err("paytr refund --undecided");
    assert_eq!(shop.state_of_r1(), RefundState::Reserved);
    let again = shop.run(&server, REFUND).expect_code(1);
    again.expect_err("paytr refund --undecided");

    let undecided = ["refund", "--undecided", "--older-than", "0"];
    let open = shop.run(&server, undecided).expect_code(5);
    open.expect_out("PayTR does not list it")
        .expect_err("paytr refund A1 --reference R1 --cancel");
    assert_eq!(shop.state_of_r1(), RefundState::Reserved);
    let decided = shop.run(&server, undecided.into_iter().chain(["--json"]));
    let rows = decided.expect_code(0).json();
    assert_eq!(rows[0]["merchant_oid"], "A1");
    assert_eq!(rows[0]["reference_no"], "R1");
    assert_eq!(rows[0]["amount"], 1_197);
    assert_eq!(rows[0]["result"], "executed");
    assert_eq!(shop.state_of_r1(), RefundState::Executed);
    let none = shop.run(&server, undecided).expect_code(0);
    none.expect_out("no refund is undecided");
    assert_eq!(refunds_sent(&server), 1);
}

#[test]
fn a_program_that_is_killed_in_a_refund_leaves_it_to_be_decided() {
    let shop = Shop::open();
    let server = Server::start([
        Answer::Silence,
        status(""),
        status(r#"{"return_amount":"12","reference_no":"R1"}"#),
        Answer::from("<html>"),
        status(LISTED),
    ]);
    let mut program = shop.program(&server, REFUND);
    let mut child = program.command().spawn().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while refunds_sent(&server) == 0 {
        assert!(Instant::now() < deadline, "it was never sent");
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let undecided = ["refund", "--undecided", "--older-than", "0"];
    for (code, says) in [
        (5, "PayTR does not list it"),
        (5, "PayTR lists 12.00 TRY"),
        (4, "no answer"),
    ] {
        shop.run(&server, undecided)
            .expect_code(code)
            .expect_out(says);
        assert_eq!(shop.state_of_r1(), RefundState::Reserved);
    }
    shop.run(&server, undecided)
        .expect_code(0)
        .expect_out("executed");
    assert_eq!(shop.state_of_r1(), RefundState::Executed);
    assert_eq!(refunds_sent(&server), 1);
}

#[test]
fn a_refund_that_may_be_on_its_way_is_not_cancelled_and_an_executed_one_never() {
    let shop = Shop::open();
    let nothing = status("");
    let server = Server::start([
        Answer::Nothing,
        nothing.clone(),
        nothing.clone(),
        nothing.clone(),
        nothing,
        status(LISTED),
    ]);
    shop.run(&server, REFUND).expect_code(5);
    let cancel = ["refund", "A1", "--reference", "R1", "--cancel"];
    let early = shop.run(&server, cancel).expect_code(5);
    early.expect_out("it may be on its way");
    assert_eq!(shop.state_of_r1(), RefundState::Reserved);
    shop.run(&server, cancel)
        .expect_code(0)
        .expect_out("executed");
    assert_eq!(shop.state_of_r1(), RefundState::Executed);
    let unknown = ["refund", "A1", "--reference", "R9", "--cancel"];
    let unknown = shop.run(&server, unknown).expect_code(2);
    unknown.expect_err("no refund R9 of order A1");
    assert_eq!(refunds_sent(&server), 1);
}

#[test]
fn only_refunds_older_than_that_are_asked_about() {
    let shop = Shop::open();
    let server = Server::start([Answer::Nothing, Answer::from("<html>")]);
    shop.run(&server, REFUND).expect_code(5);
    let asked = server.requests().len();
    let run = shop.run(&server, ["refund", "--undecided"]).expect_code(0);
    run.expect_out("no refund is undecided");
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn without_a_ledger_or_with_one_that_cannot_be_opened_nothing_is_sent() {
    let server = Server::start([YES]);
    for arguments in [
        &["refund", "A1", "--amount", "1", "--paid", "1"][..],
        &["refund", "A1", "--amount", "1", "--by", "ayse"],
        &["refund", "--undecided"],
        &["refund", "A1", "--reference", "R1", "--cancel"],
    ] {
        let program = Program::new(arguments).env("PAYTR_BASE_URL", server.url());
        program.run().expect_code(3).expect_err("DATABASE_URL");
    }
    for wrong in ["postgres://u:CANARY@127.0.0.1:1/x", "sqlite:gone.db"] {
        let program = Program::new(REFUND).env("PAYTR_BASE_URL", server.url());
        let run = program.env("DATABASE_URL", wrong).run().expect_code(3);
        assert!(!run.err.contains("CANARY"), "{}", run.err);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_dry_run_and_a_refund_that_cannot_be_sent_leave_the_ledger_alone() {
    let shop = Shop::open();
    let server = Server::start([YES]);
    let dry = shop.run(&server, REFUND.into_iter().chain(["--dry-run"]));
    dry.expect_code(0).expect_out("return_amount");
    shop.run(&server, ["refund", "A1", "--amount", "0"])
        .expect_code(2);
    assert_eq!(shop.refunds("A1"), []);
    assert!(server.requests().is_empty());
}
