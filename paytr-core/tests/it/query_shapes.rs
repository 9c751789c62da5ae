//! Every documented or recorded shape of a reply, over HTTP, for every query and the refund.

use std::fmt::Debug;

use paytr_core::api::{
    BinLookup, DecodeError, Endpoint, InstallmentRates, PaymentDetail, PaymentStatement,
    ReferenceNo, Refund, ReturnedTransfers, StatusInquiry, TransactionReport,
};
use paytr_core::wire::DateTime;
use paytr_core::{Money, PaytrError};

use crate::common::oid;
use crate::common::server::{Server, ok, reply};
use crate::common::shop::lira;

const NOT_JSON: DecodeError = DecodeError::NotJson;
const ERROR: &str = r#"{"status":"error","err_no":"001","err_msg":"Gecersiz istek"}"#;

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// Sends a request once to a server with this reply.
async fn exchange<R: Endpoint + Sync>(request: &R, body: &str) -> Result<R::Reply, PaytrError> {
    let server = Server::always(ok(body)).await;
    let outcome = server.client().send(request).await;
    assert_eq!(server.posts_to(R::PATH), 1, "{} {body}", R::PATH);
    outcome
}

/// What every endpoint makes of replies, given one that says yes.
async fn check<R>(request: R, success: &str)
where
    R: Endpoint<Reply: Debug> + Sync,
{
    for body in [
        success.to_owned(),
        format!("\u{feff}{success}"),
        format!("\r\n{success}\n"),
        success.replacen("\"status\"", "\"Status\"", 1),
        success.replacen('{', r#"{"yeni":"alan","sayi":7,"bos":null,"#, 1),
    ] {
        let outcome = exchange(&request, &body).await;
        assert!(outcome.is_ok(), "{} {body} {outcome:?}", R::PATH);
    }
    for body in [
        "",
        " ",
        "<html><title>Bakım</title></html>",
        "OK",
        "\u{feff}",
    ] {
        assert_undecodable(exchange(&request, body).await, NOT_JSON);
    }
    let cut = (1..success.len()).filter(|at| success.is_char_boundary(*at));
    for at in cut.step_by(7) {
        assert_undecodable(exchange(&request, &success[..at]).await, NOT_JSON);
    }
    for body in ["[]", "7", "\"success\"", "null"] {
        assert_undecodable(exchange(&request, body).await, DecodeError::NotAnObject);
    }
    let error = exchange(&request, "{}").await;
    assert_undecodable(error, DecodeError::Missing { name: "status" });
    for (body, code) in [
        (ERROR, Some("001")),
        (&ERROR.replace("\"001\"", "1"), Some("1")),
        (&ERROR.replace("\"err_no\":\"001\",", ""), None),
        (&format!("\u{feff}{ERROR}"), Some("001")),
    ] {
        let Err(PaytrError::Refused(refusal)) = exchange(&request, body).await else {
            panic!("{} {body}", R::PATH);
        };
        assert_eq!(refusal.code.as_deref(), code, "{body}");
        assert_eq!(refusal.message, "Gecersiz istek");
        assert_eq!(refusal.raw().text("status").as_deref(), Some("error"));
    }
    let server = Server::always(reply("400 Bad Request", ERROR)).await;
    let error = server.client().send(&request).await.unwrap_err();
    assert!(matches!(error, PaytrError::Refused(_)), "{error:?}");
}

fn assert_undecodable<R: Debug>(outcome: Result<R, PaytrError>, expected: DecodeError) {
    match outcome {
        Err(PaytrError::Undecodable { cause, .. }) => assert_eq!(cause, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bin_lookup() {
    let request = BinLookup::new("435508").unwrap();
    let yes = r#"{"status":"success","cardType":"credit","businessCard":"n","bank":"Akbank","brand":"axess","schema":"VISA","bankCode":46,"allow_non3d":"Y"}"#;
    check(request, yes).await;
}

#[tokio::test]
async fn a_bin_lookup_of_unknown_digits() {
    check(BinLookup::new("435508").unwrap(), r#"{"status":"failed"}"#).await;
}

#[tokio::test]
async fn instalment_rates() {
    let request = InstallmentRates::new("r1").unwrap();
    let yes = r#"{"status":"success","request_id":"r1","max_inst_non_bus":"12","oranlar":{"world":{"taksit_2":7.28,"taksit_3":9.32}}}"#;
    check(request, yes).await;
}

#[tokio::test]
async fn a_refund() {
    let reference = ReferenceNo::new("IADE0001").unwrap();
    let request = Refund::new(oid("T1"), lira(600)).reference(reference);
    let yes = r#"{"status":"success","is_test":"1","merchant_oid":"T1","return_amount":"6.00","reference_no":null}"#;
    check(request, yes).await;
}

#[tokio::test]
async fn a_status_inquiry() {
    let yes = r#"{"status":"success","payment_amount":"10.01","payment_total":"10,01","payment_date":"23.06.2026","currency":"TL","taksit":"0","kart_marka":"","masked_pan":null,"odeme_tipi":"KART","test_mode":"1","net_tutar":"0.00","kesinti_tutari":"0.00","returns":[]}"#;
    check(StatusInquiry { order: oid("T1") }, yes).await;
}

#[tokio::test]
async fn a_transaction_report() {
    let request =
        TransactionReport::new(moment("2026-06-24 00:00:00"), moment("2026-06-24 23:59:59"));
    let yes = r#"{"status":"success","list":[{"islem_tipi":"S","net_tutar":90,"kesinti_tutari":5,"kesinti_orani":2,"islem_tutari":"100.00","odeme_tutari":"100,00","islem_tarihi":"24.06.2026","para_birimi":"TL","taksit":"0","kart_marka":"WORLD","kart_no":"979203***0796","siparis_no":"T1","odeme_tipi":"KART"}]}"#;
    check(request.clone(), yes).await;
    check(request, r#"{"status":"failed"}"#).await;
}

#[tokio::test]
async fn a_payment_statement() {
    let day = moment("2026-06-24 00:00:00").date();
    let request = PaymentStatement::new(day, day);
    let yes = r#"{"status":"success","data":[{"date_paid":"2026-06-24","currency":"TL","sales":"10,8","return":"0.00","net":"10.40","merchant_iban":"TR33"}],"future_payments":{"x":[1]}}"#;
    check(request.clone(), yes).await;
    check(request, r#"{"status":"failed"}"#).await;
}

#[tokio::test]
async fn a_payment_detail() {
    let request = PaymentDetail::new(moment("2026-06-24 00:00:00").date());
    let yes = r#"{"status":"success","data":[{"merchant_oid":"A1","amount":"8,25","transfer":"TR44, AYSE YILMAZ","currency":"TL"}]}"#;
    check(request.clone(), yes).await;
    check(request, r#"{"status":"failed"}"#).await;
}

#[tokio::test]
async fn returned_transfers() {
    let day = moment("2026-06-24 00:00:00");
    let request = ReturnedTransfers::new(day, day);
    let yes = r#"{"status":"success","data":[{"ref_no":"1","date_detected":"2026-06-24","date_reimbursed":"2026-06-25","transfer_name":"AYSE YILMAZ","transfer_iban":"TR33","transfer_amount":"35.18","transfer_currency":"TL","transfer_date":"2026-06-20"}]}"#;
    check(request.clone(), yes).await;
    check(request, r#"{"status":"failed"}"#).await;
}

/// The recorded status and one with every documented field.
#[tokio::test]
async fn every_field_of_a_status_is_read() {
    let body = r#"{"status":"success","payment_amount":"10,8","payment_total":11.5,
        "net_tutar":"-0,24","kesinti_tutari":"0.60","kesinti_orani":"2.49",
        "payment_date":"2026-06-23 12:00:00","auth_code":123456,"auth_date":"23.06.2026 12:00:01",
        "currency":"USD","taksit":"3","kart_marka":"Bonus","masked_pan":"455359AAA6747",
        "odeme_tipi":"EFT","test_mode":0,
        "returns":[{"return_amount":"1,5","return_date":"2026-06-24 10:00:00","return_type":"P",
                    "date_completed":"2026-06-25 10:00:00","return_auth_code":"A","return_ref_num":9,
                    "reference_no":"R1","return_source":"api"}],
        "submerchant_payments":[{"x":1}]}"#;
    let order = oid("T1");
    let status = exchange(&StatusInquiry { order }, body).await.unwrap();
    let dollars = |minor_units| Money::new(minor_units, paytr_core::Currency::USD);
    assert_eq!(
        (status.payment_amount, status.payment_total),
        (dollars(1_080), dollars(1_150))
    );
    assert_eq!(status.net_amount.unwrap().minor_units(), -24);
    assert_eq!(status.deduction.unwrap().minor_units(), 60);
    assert_eq!(status.deduction_rate.unwrap().to_string(), "2.49");
    let time = |date: &Option<paytr_core::wire::ReplyDate>| {
        date.as_ref()
            .and_then(paytr_core::wire::ReplyDate::date_time)
    };
    assert_eq!(
        time(&status.payment_date),
        Some(moment("2026-06-23 12:00:00"))
    );
    assert_eq!(time(&status.auth_date), Some(moment("2026-06-23 12:00:01")));
    assert_eq!(status.auth_code.as_deref(), Some("123456"));
    assert_eq!(
        (status.installments, status.test_mode),
        (Some(3), Some(false))
    );
    assert_eq!(
        status.card_program,
        Some(paytr_core::wire::CardProgram::Bonus)
    );
    assert_eq!(status.paid_by, Some(paytr_core::wire::PaidBy::BankTransfer));
    assert_eq!(
        status.submerchant_payments.as_ref().unwrap().to_string(),
        r#"[{"x":1}]"#
    );
    assert_eq!(
        (status.refunded(), status.refundable()),
        (dollars(150), dollars(1_000))
    );
    let [entry] = &status.returns[..] else {
        panic!("one refund");
    };
    assert_eq!(entry.amount, dollars(150));
    assert_eq!(time(&entry.date), Some(moment("2026-06-24 10:00:00")));
    assert_eq!(time(&entry.completed), Some(moment("2026-06-25 10:00:00")));
    assert_eq!(
        (entry.kind.as_deref(), entry.source.as_deref()),
        (Some("P"), Some("api"))
    );
    assert_eq!(entry.auth_code.as_deref(), Some("A"));
    assert_eq!(entry.bank_reference.as_deref(), Some("9"));
    assert_eq!(entry.reference_no.as_deref(), Some("R1"));
    assert_eq!(entry.raw().text("return_ref_num").as_deref(), Some("9"));
}

#[tokio::test]
async fn a_field_that_decides_nothing_does_not_make_a_status_unreadable() {
    let body = r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00",
        "net_tutar":"-","kesinti_tutari":{},"kesinti_orani":"%2","payment_date":"dün",
        "taksit":"peşin","auth_code":[],"masked_pan":7}"#;
    let order = oid("T1");
    let status = exchange(&StatusInquiry { order }, body).await.unwrap();
    assert_eq!(
        (status.net_amount, status.deduction, status.deduction_rate),
        (None, None, None)
    );
    assert_eq!((status.installments, status.auth_code), (None, None));
    assert_eq!(status.payment_date.unwrap().as_str(), "dün");
}
