//! How reports and returned transfers are read, wherever their rows stand.

use paytr_core::Currency;
use paytr_core::api::{
    Answer, DecodeError, DetailRow, Endpoint, PaymentDetail, PaymentStatement, Refusal, Report,
    ReturnedTransfer, ReturnedTransfers, StatementRow, TransactionKind, TransactionReport,
    TransactionRow,
};
use paytr_core::wire::{CardProgram, Date, DateTime, PaidBy, Percent, SignedMoney};

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn transactions(body: &str) -> Result<Answer<Report<TransactionRow>>, DecodeError> {
    let day = moment("2026-06-24 00:00:00");
    TransactionReport::new(day, day).decode(body.as_bytes())
}

fn statement(body: &str) -> Result<Answer<Report<StatementRow>>, DecodeError> {
    let day = moment("2026-06-24 00:00:00").date();
    PaymentStatement::new(day, day).decode(body.as_bytes())
}

fn detail(body: &str) -> Result<Answer<Report<DetailRow>>, DecodeError> {
    PaymentDetail::new("2026-06-24".parse().unwrap()).decode(body.as_bytes())
}

fn returned(body: &str) -> Result<Answer<Report<ReturnedTransfer>>, DecodeError> {
    let day = moment("2026-06-24 00:00:00");
    ReturnedTransfers::new(day, day).decode(body.as_bytes())
}

fn read<R: std::fmt::Debug>(answer: Result<Answer<Report<R>>, DecodeError>) -> Report<R> {
    match answer {
        Ok(Answer::Success(report)) => report,
        other => panic!("{other:?}"),
    }
}

fn rows<R: std::fmt::Debug>(answer: Result<Answer<Report<R>>, DecodeError>) -> Vec<R> {
    read(answer).into_rows().unwrap()
}

fn lira(minor_units: i64) -> SignedMoney {
    SignedMoney::new(minor_units, Currency::TRY)
}

/// The refusal in an answer.
fn refusal<R: std::fmt::Debug>(answer: Result<Answer<R>, DecodeError>) -> Refusal {
    match answer {
        Ok(Answer::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_recorded_transaction_is_read() {
    let rows = rows(transactions(
        r#"{"status":"success","list":[
            {"islem_tipi":"S","net_tutar":90,"kesinti_tutari":5,"kesinti_orani":2,
             "islem_tutari":"100.00","odeme_tutari":"100.00","islem_tarihi":"24.06.2026",
             "para_birimi":"TL","taksit":"0","kart_marka":"WORLD","kart_no":"979203***0796",
             "siparis_no":"T1","odeme_tipi":"KART"},
            {"islem_tipi":"I","net_tutar":"-10,8","islem_tutari":"10.80","para_birimi":"EUR",
             "taksit":3,"kart_marka":"","siparis_no":"T2","odeme_tipi":"EFT","yeni":true}]}"#,
    ));
    let [sale, refund] = <[_; 2]>::try_from(rows).unwrap();
    assert_eq!(sale.kind, Some(TransactionKind::Sale));
    assert_eq!(
        (sale.net_amount, sale.deduction),
        (Some(lira(9_000)), Some(lira(500)))
    );
    assert_eq!(
        (sale.amount, sale.paid),
        (Some(lira(10_000)), Some(lira(10_000)))
    );
    assert_eq!(
        sale.deduction_rate,
        Some(Percent::from_millionths(2_000_000))
    );
    assert_eq!(
        sale.date
            .as_ref()
            .and_then(paytr_core::wire::ReplyDate::date),
        day("2026-06-24")
    );
    assert_eq!(sale.installments, Some(1));
    assert_eq!(sale.card_program, Some(CardProgram::World));
    assert_eq!(sale.masked_pan.as_deref(), Some("979203***0796"));
    assert_eq!(sale.order.as_deref(), Some("T1"));
    assert_eq!(sale.paid_by, Some(PaidBy::Card));
    assert_eq!(refund.kind, Some(TransactionKind::Refund));
    let minus = SignedMoney::new(-1_080, Currency::EUR);
    assert_eq!((refund.net_amount, refund.paid), (Some(minus), None));
    assert_eq!(
        (refund.installments, refund.card_program.clone()),
        (Some(3), None)
    );
    assert_eq!(refund.paid_by, Some(PaidBy::BankTransfer));
    assert_eq!(refund.raw().text("yeni").as_deref(), Some("true"));
}

#[test]
fn failed_means_no_rows_in_every_report() {
    for body in [
        r#"{"status":"failed"}"#,
        r#"{"status":"failed","err_msg":"kayit bulunamadi"}"#,
        r#"{"Status":"failed","list":null}"#,
        r#"{"status":"success","list":[]}"#,
        r#"{"status":"success"}"#,
    ] {
        assert!(rows(transactions(body)).is_empty(), "{body}");
        assert!(rows(statement(body)).is_empty(), "{body}");
        assert!(rows(detail(body)).is_empty(), "{body}");
        assert!(rows(returned(body)).is_empty(), "{body}");
    }
}

#[test]
fn an_error_is_a_refusal_of_its_own_service() {
    let error = r#"{"status":"error","err_no":"004","err_msg":"paytr_token gecersiz"}"#;
    for (refusal, name, published) in [
        (refusal(transactions(error)), "transaction-report", false),
        (refusal(statement(error)), "payment-statement", false),
        (refusal(detail(error)), "payment-detail", false),
        (refusal(returned(error)), "returned-transfers", true),
    ] {
        assert_eq!(refusal.scope, name);
        assert_eq!(refusal.code.as_deref(), Some("004"));
        // Only the transfer services publish a table.
        assert_eq!(refusal.meaning().is_some(), published, "{name}");
    }
}

#[test]
fn rows_are_found_wherever_paytr_puts_them() {
    let row = r#"{"date_paid":"2026-06-24","currency":"USD","sales":"10,8","return":"0.00",
                  "net":9.5,"merchant_iban":"TR330006100519786457841326"}"#;
    for body in [
        format!(r#"{{"status":"success","list":[{row}]}}"#),
        format!(r#"{{"status":"success","data":{{"2026":[{row}]}}}}"#),
        format!(r#"{{"status":"success","TL":[{row}]}}"#),
        format!(r#"{{"status":"success","0":{row}}}"#),
        row.replacen('{', r#"{"status":"success","#, 1),
        format!(
            r#"{{"status":"success","data":[{row}],
                 "future_payments":[{{"date_paid":"2026-06-25","net_amounts":1}}]}}"#
        ),
    ] {
        let [row] = <[_; 1]>::try_from(rows(statement(&body))).unwrap();
        let dollars = |minor_units| Some(SignedMoney::new(minor_units, Currency::USD));
        assert_eq!(
            (row.sales, row.refunds),
            (dollars(1_080), dollars(0)),
            "{body}"
        );
        assert_eq!(row.net, dollars(950));
        assert_eq!(
            row.date
                .as_ref()
                .and_then(paytr_core::wire::ReplyDate::date),
            day("2026-06-24")
        );
        assert_eq!(row.iban.as_deref(), Some("TR330006100519786457841326"));
    }
}

#[test]
fn rows_of_an_unknown_shape_are_none_and_not_an_empty_report() {
    let body = r#"{"status":"success","veriler":[{"tutar":"1.00"}]}"#;
    for report in [
        read(transactions(body)).rows().is_none(),
        read(statement(body)).rows().is_none(),
        read(detail(body)).rows().is_none(),
        read(returned(body)).rows().is_none(),
    ] {
        assert!(report);
    }
    let raw = read(statement(body)).raw().to_string();
    assert_eq!(raw, r#"{"status":"success","veriler":[{"tutar":"1.00"}]}"#);
}

#[test]
fn both_kinds_of_payment_detail_are_read() {
    let body = r#"{"status":"success","list":[
        {"merchant_oid":"A1","merchant_iban":"TR33","merchant_name":"X LTD","payment":"9.50",
         "currency":"TL"},
        {"merchant_oid":"A2","amount":"8,25","transfer":"TR44, Ayşe Yılmaz, Oğulları","currency":"TL"},
        {"merchant_oid":"A3"}]}"#;
    let rows = rows(detail(body));
    let read: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.order.as_deref(),
                row.amount,
                row.iban.as_deref(),
                row.name.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            (Some("A1"), Some(lira(950)), Some("TR33"), Some("X LTD")),
            (
                Some("A2"),
                Some(lira(825)),
                Some("TR44"),
                Some("Ayşe Yılmaz, Oğulları")
            ),
            (Some("A3"), None, None, None),
        ]
    );
}

#[test]
fn a_returned_transfer_is_read() {
    let [row] = <[_; 1]>::try_from(rows(returned(
        r#"{"status":"success","transfers":[{"ref_no":1000001,"date_detected":"2026-06-24",
            "date_reimbursed":"","transfer_name":"Ayşe Yılmaz","transfer_iban":"TR33",
            "transfer_amount":"35.18","transfer_currency":"TL","transfer_date":"2026-06-20"}]}"#,
    )))
    .unwrap();
    assert_eq!(row.reference.as_deref(), Some("1000001"));
    assert_eq!(row.detected.unwrap().as_str(), "2026-06-24");
    assert_eq!((row.reimbursed, row.amount), (None, Some(lira(3_518))));
    assert_eq!(row.sent.unwrap().as_str(), "2026-06-20");
    assert_eq!(
        (row.name.as_deref(), row.iban.as_deref()),
        (Some("Ayşe Yılmaz"), Some("TR33"))
    );
}

#[test]
fn an_amount_or_a_currency_that_cannot_be_read_is_an_error() {
    for row in [
        r#"{"siparis_no":"A","islem_tutari":"çok"}"#,
        r#"{"siparis_no":"A","net_tutar":"1.234,50"}"#,
        r#"{"siparis_no":"A","para_birimi":"USDD"}"#,
    ] {
        for body in [
            format!(r#"{{"status":"success","list":[{row}]}}"#),
            format!(r#"{{"status":"success","list":[{{"siparis_no":"B"}},{row}]}}"#),
        ] {
            assert!(transactions(&body).is_err(), "{body}");
        }
    }
    for body in ["", "<html>", "[]", "{}", r#"{"status":"success","list":[{"#] {
        assert!(transactions(body).is_err(), "{body}");
        assert!(returned(body).is_err(), "{body}");
    }
    let odd = r#"{"status":"success","list":[{"siparis_no":"A"},7]}"#;
    assert_eq!(
        transactions(odd).unwrap_err(),
        DecodeError::Value { name: "row" }
    );
}

#[test]
fn windows_cover_a_range_without_a_gap_or_an_overlap() {
    let (from, to) = (moment("2026-01-01 10:00:00"), moment("2026-03-05 09:30:00"));
    let reports: Vec<_> = TransactionReport::windows(from, to).collect();
    assert_eq!(reports.len(), 21);
    assert_eq!((reports[0].from, reports[20].to), (from, to));
    for pair in reports.windows(2) {
        assert_eq!(pair[0].to.plus_seconds(1), Some(pair[1].from));
        assert!(pair[0].form(&crate::common::credentials()).is_ok());
    }
    let statements: Vec<_> = PaymentStatement::windows(from.date(), to.date()).collect();
    let days: Vec<_> = statements
        .iter()
        .map(|statement| format!("{}..{}", statement.from, statement.to))
        .collect();
    assert_eq!(
        days,
        [
            "2026-01-01..2026-01-31",
            "2026-02-01..2026-03-03",
            "2026-03-04..2026-03-05"
        ]
    );
    assert_eq!(ReturnedTransfers::windows(from, to).count(), 3);
    assert_eq!(ReturnedTransfers::windows(from, from).count(), 1);
    assert_eq!(TransactionReport::windows(to, from).count(), 0);
    let last = moment("9999-12-31 23:59:59");
    assert_eq!(TransactionReport::windows(last, last).count(), 1);
}
