//! Refunds: asked for first, sent once, looked up when the answer is lost.

use crate::common::{Answer, Program, Server};

const REFUND: [&str; 6] = ["refund", "A1", "--amount", "11.97", "--reference", "R1"];

fn status(returns: &str) -> Answer {
    let text = format!(
        r#"{{"status":"success","payment_amount":"34.56","payment_total":"34.56","currency":"TL","returns":[{returns}]}}"#
    );
    Answer::from(text.as_str())
}

const LISTED: &str = r#"{"return_amount":"11.97","reference_no":"R1"}"#;

fn refunds_sent(server: &Server) -> usize {
    let requests = server.requests();
    requests
        .iter()
        .filter(|sent| sent.line.starts_with("POST /odeme/iade "))
        .count()
}

#[test]
fn a_refund_prints_its_result_and_as_json_paytrs_own_answer() {
    let reply = r#"{"status":"success","is_test":"1","merchant_oid":"A1","return_amount":"11.970","reference_no":"R1"}"#;
    for (extra, says) in [(None, "11.97 TRY"), (Some("--json"), reply)] {
        let server = Server::start([status(""), Answer::from(reply)]);
        let run = Program::new(REFUND.into_iter().chain(extra)).env("PAYTR_BASE_URL", server.url());
        run.run().expect_code(0).expect_out(says);
        assert_eq!(refunds_sent(&server), 1);
    }
}

#[test]
fn a_lost_answer_is_found_by_the_status_inquiry() {
    let server = Server::start([status(""), Answer::Nothing, status(LISTED)]);
    let run = Program::new(REFUND)
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(0);
    run.expect_out("the answer was lost")
        .expect_out("11.97 TRY");
    assert_eq!(refunds_sent(&server), 1);
}

#[test]
fn what_the_status_does_not_settle_is_unknown_and_says_how_to_find_out() {
    for after in [
        status(""),
        Answer::from(r#"{"status":"error","err_no":"001","err_msg":"x"}"#),
    ] {
        let server = Server::start([
            status(""),
            Answer::Nothing,
            after.clone(),
            after.clone(),
            after,
        ]);
        let run = Program::new(REFUND)
            .env("PAYTR_BASE_URL", server.url())
            .run()
            .expect_code(5);
        run.expect_err("paytr status A1")
            .expect_err("paytr refund A1 --amount 11.97 --reference R1");
        assert_eq!(refunds_sent(&server), 1);
    }
}

#[test]
fn a_reference_that_is_listed_already_is_not_refunded_again() {
    let server = Server::start([status(LISTED)]);
    let run = Program::new(REFUND)
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(0);
    run.expect_out("nothing was sent");
    assert_eq!(refunds_sent(&server), 0);
}

#[test]
fn more_than_what_is_left_is_refused_before_anything_is_sent() {
    let taken = r#"{"return_amount":"30","reference_no":"R0"}"#;
    let server = Server::start([status(taken)]);
    let run = Program::new(REFUND)
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(1);
    run.expect_err("4.56 TRY");
    assert_eq!(refunds_sent(&server), 0);
}

#[test]
fn a_refused_refund_says_what_the_code_means_and_prints_the_answer_as_json() {
    let reply = r#"{"status":"error","err_no":"007","err_msg":"odeme henuz siteye bildirilmemis"}"#;
    let server = Server::start([status(""), Answer::from(reply)]);
    let run = Program::new(REFUND.into_iter().chain(["--json"]))
        .env("PAYTR_BASE_URL", server.url())
        .run()
        .expect_code(1)
        .expect_err("nothing was refunded")
        .expect_err("Turkish: merchant_oid bulundu")
        .expect_err("what to do: ");
    assert_eq!(run.out.trim_end(), reply);
}

#[test]
fn a_made_up_reference_is_told_before_anything_is_sent() {
    let server = Server::start([status(""), Answer::Nothing]);
    let run = Program::new(["refund", "A1", "--amount", "1"]).env("PAYTR_BASE_URL", server.url());
    let run = run.run().expect_code(5);
    let told = run
        .err
        .lines()
        .next()
        .unwrap()
        .strip_prefix("reference ")
        .unwrap()
        .to_owned();
    let fields = server.requests()[1].fields();
    assert!(
        fields.contains(&("reference_no".to_owned(), told)),
        "{fields:?}"
    );
}

#[test]
fn without_an_answer_to_the_first_question_nothing_is_refunded() {
    Program::new(REFUND)
        .run()
        .expect_code(4)
        .expect_err("nothing was refunded");
}
