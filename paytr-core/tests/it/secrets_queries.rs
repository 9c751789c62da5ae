//! A canary in every secret and every piece of personal data of BIN, rates, refunds and reports.

use std::error::Error;
use std::fmt::Debug;
use std::time::Duration;

use paytr_core::api::{
    Answer, BinLookup, Endpoint, InstallmentRates, PaymentDetail, PaymentStatement, ReferenceNo,
    Refund, ReturnedTransfers, StatusInquiry, TransactionReport,
};
use paytr_core::client::{RefundDecision, RefundError, ReservedBy};
use paytr_core::wire::DateTime;
use paytr_core::{Credentials, MemoryStore, PaytrClient};

use crate::common::oid;
use crate::common::server::{Server, ok, reply};
use crate::common::shop::lira;
use captured_log::CapturedLog;

const KEY: &str = "KanaryaAnahtar01";
const SALT: &str = "KanaryaTuzluk002";
const CARD: &str = "979203***0796";
const IBAN: &str = "TR330006100519786457841326";
const NAME: &str = "Kanarya Kuş";
const TEXT: &str = "kanaryacevabi";
const CANARIES: [&str; 6] = [KEY, SALT, CARD, IBAN, NAME, TEXT];

fn credentials() -> Credentials {
    Credentials::new("123456", KEY, SALT).unwrap()
}

fn moment() -> DateTime {
    "2026-06-24 00:00:00".parse().unwrap()
}

fn refund() -> Refund {
    Refund::new(oid("SIPARIS0001"), lira(600)).reference(ReferenceNo::new("IADE0001").unwrap())
}

fn assert_silent(what: &str, shown: &str) {
    assert!(!shown.is_empty(), "{what}");
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{what} shows {canary}: {shown}");
    }
    let token = refund().form(&credentials()).unwrap();
    let token = token.get("paytr_token").unwrap().to_owned();
    assert!(!shown.contains(&token), "{what} shows a token: {shown}");
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// An error and all its causes.
fn shown_error(error: &dyn Error) -> String {
    let cause = error.source().map(shown_error).unwrap_or_default();
    format!("{error}\n{error:?}\n{error:#?}\n{cause}")
}

/// What the request and its form show, and what the reply shows. The canaries must be in the reply.
fn check<R: Endpoint<Reply: Debug> + Debug>(request: &R, body: &str) {
    assert!(
        CANARIES.iter().any(|canary| body.contains(canary)),
        "{body}"
    );
    assert_silent(R::PATH, &shown(request));
    assert_silent(R::PATH, &shown(&request.form(&credentials()).unwrap()));
    let Ok(Answer::Success(reply)) = request.decode(body.as_bytes()) else {
        panic!("{} {body}", R::PATH);
    };
    assert_silent(R::PATH, &shown(&reply));
}

#[test]
fn no_reply_shows_a_card_an_account_a_name_or_an_unknown_field() {
    let unknown = format!(r#""yeni":"{TEXT}""#);
    check(
        &BinLookup::new("435508").unwrap(),
        &format!(r#"{{"status":"success","bank":"Akbank",{unknown}}}"#),
    );
    check(
        &InstallmentRates::new("r1").unwrap(),
        &format!(r#"{{"status":"success","oranlar":{{"world":{{{unknown}}}}},{unknown}}}"#),
    );
    check(
        &refund(),
        &format!(r#"{{"status":"success","is_test":"1",{unknown}}}"#),
    );
    check(
        &StatusInquiry { order: oid("A1") },
        &format!(
            r#"{{"status":"success","payment_amount":"1","payment_total":"1","masked_pan":"{CARD}",
                "auth_code":"{TEXT}","submerchant_payments":[{{"iban":"{IBAN}"}}],
                "returns":[{{"return_amount":"1","return_auth_code":"{TEXT}",{unknown}}}]}}"#
        ),
    );
    check(
        &TransactionReport::new(moment(), moment()),
        &format!(
            r#"{{"status":"success","list":[{{"siparis_no":"A","kart_no":"{CARD}",{unknown}}}]}}"#
        ),
    );
    check(
        &PaymentStatement::new(moment().date(), moment().date()),
        &format!(
            r#"{{"status":"success","list":[{{"date_paid":"2026-06-24","merchant_iban":"{IBAN}"}}]}}"#
        ),
    );
    check(
        &PaymentDetail::new(moment().date()),
        &format!(
            r#"{{"status":"success","list":[
                {{"merchant_oid":"A","merchant_iban":"{IBAN}","merchant_name":"{NAME}"}},
                {{"merchant_oid":"B","transfer":"{IBAN}, {NAME}"}}]}}"#
        ),
    );
    check(
        &ReturnedTransfers::new(moment(), moment()),
        &format!(
            r#"{{"status":"success","list":[
                {{"ref_no":"1","transfer_iban":"{IBAN}","transfer_name":"{NAME}"}}]}}"#
        ),
    );
}

fn client(server: &Server) -> PaytrClient {
    PaytrClient::builder(credentials())
        .base_url(server.base_url().clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn refunds_their_errors_and_the_log_show_nothing() {
    let log = CapturedLog::start();
    let status = format!(
        r#"{{"status":"success","payment_amount":"10","payment_total":"10","masked_pan":"{CARD}",
            "returns":[{{"return_amount":"6","reference_no":"IADE0001","x":"{TEXT}"}}]}}"#
    );
    let lost = reply("502 Bad Gateway", TEXT);
    let server = Server::scripted(vec![lost.clone(), ok(&status)]).await;
    let refunded = client(&server).refund(&refund()).await.unwrap();
    assert_silent("Refunded", &shown(&refunded));

    let page = ok(&format!("<html>{TEXT}</html>"));
    let server = Server::scripted(vec![page.clone(), page]).await;
    let error = client(&server).refund(&refund()).await.unwrap_err();
    let RefundError::Unknown(unknown) = &error else {
        panic!("{error:?}");
    };
    assert_silent("the read-back", &shown_error(unknown.seen().unwrap_err()));
    assert_silent("RefundError", &shown_error(&error));

    let ledger = MemoryStore::new();
    let paid = ReservedBy::new("").with_paid(lira(600));
    let server = Server::always(ok(&format!(r#"{{"status":"success","x":"{TEXT}"}}"#))).await;
    let refund_reserved = async |refund: Refund| {
        let client = client(&server);
        client.refund_reserved_as(&ledger, &refund, &paid).await
    };
    assert_silent("Refunded", &shown(&refund_reserved(refund()).await));
    let error = refund_reserved(refund()).await.unwrap_err();
    assert_silent("RefundError", &shown_error(&error));

    let (lost, page) = (reply("502", TEXT), ok(&format!("<html>{TEXT}</html>")));
    let server = Server::scripted(vec![lost, page]).await;
    let client = client(&server);
    let ledger = MemoryStore::new();
    let error = client.refund_reserved_as(&ledger, &refund(), &paid).await;
    assert_silent("RefundError", &shown_error(&error.unwrap_err()));
    let decided = client.decide_refunds(&ledger, Duration::ZERO, 9).await;
    let decided = decided.unwrap();
    assert_silent("RefundDecision", &shown(&decided));
    assert!(matches!(
        &decided[..],
        [(_, RefundDecision::Unavailable(_))]
    ));
    assert_silent("the log", &format!("log: {}", log.text()));
}

#[test]
fn errors_about_values_do_not_show_them() {
    for shown in [
        shown_error(&BinLookup::new(KEY).unwrap_err()),
        shown_error(&InstallmentRates::new(NAME).unwrap_err()),
        shown_error(&ReferenceNo::new(NAME).unwrap_err()),
        shown_error(&TEXT.parse::<DateTime>().unwrap_err()),
        shown_error(&paytr_core::amount::money_from_major(TEXT, lira(1).currency()).unwrap_err()),
    ] {
        assert_silent("an error", &shown);
    }
}
