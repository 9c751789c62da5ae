//! BIN, rates, reports and returned transfers: what is posted, byte for byte, and how often.

use std::future::Future;

use paytr_core::api::{
    BinLookup, Endpoint, InstallmentRates, InvalidRequest, PaymentDetail, PaymentStatement,
    ReturnedTransfers, TransactionReport,
};
use paytr_core::wire::{Date, DateTime};
use paytr_core::{PaytrClient, PaytrError};

use crate::common::credentials;
use crate::common::server::{Server, assert_posted, lost_replies, ok, reply};

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

const NOTHING: &str = r#"{"status":"failed"}"#;

#[tokio::test]
async fn a_bin_lookup_is_posted_byte_for_byte() {
    let server = Server::always(ok(NOTHING)).await;
    let lookup = BinLookup::new("43550843").unwrap();
    assert_eq!(lookup.digits(), "43550843");
    assert_eq!(server.client().bin(&lookup).await.unwrap().detail(), None);
    assert_posted(
        &server,
        "/odeme/api/bin-detail",
        "merchant_id=123456&bin_number=43550843\
         &paytr_token=RsNcuguU7FhoRHZNenF5LNzl2ZkvDLcjVYB78NGsDmI%3D",
    );
}

#[tokio::test]
async fn instalment_rates_are_asked_for_byte_for_byte() {
    let server = Server::always(ok(r#"{"status":"success","oranlar":[]}"#)).await;
    let mut request = InstallmentRates::new("r1").unwrap();
    request.single_payment = true;
    request.foreign_cards = true;
    server.client().installment_rates(&request).await.unwrap();
    assert_posted(
        &server,
        "/odeme/taksit-oranlari",
        "merchant_id=123456&request_id=r1&single_ratio=1&abroad_ratio=1\
         &paytr_token=QMimAzdLJJDBotZWVucdh2ztx0gvUtZxqyrFu7%2BcOOM%3D",
    );
}

#[tokio::test]
async fn a_transaction_report_is_posted_byte_for_byte() {
    let server = Server::always(ok(NOTHING)).await;
    let (from, to) = ("2026-12-31 00:00:00", "2026-12-31 23:59:59");
    let mut request = TransactionReport::new(moment(from), moment(to));
    request.dummy = true;
    let report = server.client().transactions(&request).await.unwrap();
    assert_eq!(report.rows().map(<[_]>::len), Some(0));
    assert_posted(
        &server,
        "/rapor/islem-dokumu",
        "merchant_id=123456&start_date=2026-12-31+00%3A00%3A00&end_date=2026-12-31+23%3A59%3A59\
         &dummy=1&paytr_token=5qypxuxiciLKrSvNHi09CjOklOWJYmVoAwnpOiz%2B1Vo%3D",
    );
}

#[tokio::test]
async fn a_payment_statement_is_posted_byte_for_byte() {
    let server = Server::always(ok(NOTHING)).await;
    let request = PaymentStatement::new(day("2026-01-01"), day("31.01.2026"));
    server.client().payment_statement(&request).await.unwrap();
    assert_posted(
        &server,
        "/rapor/odeme-dokumu",
        "merchant_id=123456&start_date=2026-01-01&end_date=2026-01-31\
         &paytr_token=YmsrnCcfQlN3ww5dwsR%2BmJElAzh%2FpUhQx2HsCKdEB9o%3D",
    );
}

#[tokio::test]
async fn a_payment_detail_is_posted_byte_for_byte() {
    let server = Server::always(ok(NOTHING)).await;
    let request = PaymentDetail::new(day("2026-01-05"));
    server.client().payment_detail(&request).await.unwrap();
    assert_posted(
        &server,
        "/rapor/odeme-detayi",
        "merchant_id=123456&date=2026-01-05\
         &paytr_token=hJ3nBuryhzJ1nWf2K4cAK0vhK%2BFpr0dN40uSiHggL%2BQ%3D",
    );
}

#[tokio::test]
async fn returned_transfers_are_asked_for_byte_for_byte() {
    let server = Server::always(ok(NOTHING)).await;
    let (from, to) = ("2026-01-01 00:00:00", "2026-01-31 23:59:59");
    let request = ReturnedTransfers::new(moment(from), moment(to));
    server.client().returned_transfers(&request).await.unwrap();
    assert_posted(
        &server,
        "/odeme/geri-donen-transfer",
        "merchant_id=123456&start_date=2026-01-01+00%3A00%3A00&end_date=2026-01-31+23%3A59%3A59\
         &paytr_token=SKr73Y4xd8Wyj1PCjBxOem56dQYst0zuF5DM81dFn6g%3D",
    );
}

/// Sends a request to a server that always fails and counts the tries.
async fn tries<R>(request: R)
where
    R: Endpoint<Reply: std::fmt::Debug> + Sync,
{
    let mut answers = lost_replies();
    // The slow ones are shown for the status inquiry already.
    answers.retain(|(name, _)| ["503", "reset at once"].contains(name));
    for (name, failure) in answers {
        let server = Server::always(failure).await;
        let error = server.client().send(&request).await.unwrap_err();
        assert!(matches!(error, PaytrError::Indeterminate(_)), "{error:?}");
        assert_eq!(server.posts_to(R::PATH), 3, "{} {name}", R::PATH);
    }
    let server = Server::always(reply("200 OK", "<html>Bakım</html>")).await;
    let error = server.client().send(&request).await.unwrap_err();
    assert!(matches!(error, PaytrError::Undecodable { .. }), "{error:?}");
    assert_eq!(server.posts_to(R::PATH), 1, "{}", R::PATH);
}

#[tokio::test]
async fn every_query_is_repeated_twice_at_most_when_no_answer_comes() {
    let (from, to) = (moment("2026-01-01 00:00:00"), moment("2026-01-02 00:00:00"));
    tokio::join!(
        tries(BinLookup::new("435508").unwrap()),
        tries(InstallmentRates::with_random_id()),
        tries(TransactionReport::new(from, to)),
        tries(PaymentStatement::new(from.date(), to.date())),
        tries(PaymentDetail::new(from.date())),
        tries(ReturnedTransfers::new(from, to)),
    );
}

#[test]
fn only_six_or_eight_digits_are_a_bin() {
    for wrong in [
        "",
        "43550",
        "4355084",
        "435508435",
        "4355084355084358",
        "43550x",
        "٤٣٥٥٠٨",
    ] {
        let error = BinLookup::new(wrong).unwrap_err();
        assert!(error.to_string().starts_with("bin_number: "), "{error}");
    }
    for good in ["435508", "43550843", "000001"] {
        assert!(BinLookup::new(good).is_ok(), "{good}");
    }
}

#[test]
fn a_request_id_is_letters_and_digits_so_that_it_signs_nothing_else() {
    for wrong in ["", "a b", "a-b", "istekŞ1", &"a".repeat(33)] {
        let error = InstallmentRates::new(wrong).unwrap_err();
        assert!(error.to_string().starts_with("request_id: "), "{error}");
    }
    let [first, second] = [1, 2].map(|_| InstallmentRates::with_random_id());
    assert_ne!(first.request_id(), second.request_id());
    assert_eq!(first.request_id().len(), 32);
    let again = InstallmentRates::new(first.request_id()).unwrap();
    assert_eq!(again, first);
}

async fn refused<R, F>(sent: F)
where
    F: Future<Output = Result<R, PaytrError>>,
{
    let Err(PaytrError::Invalid(InvalidRequest::Shape { field, .. })) = sent.await else {
        panic!("it was sent");
    };
    assert_eq!(field, "end_date");
}

#[tokio::test]
async fn a_range_that_is_too_long_or_backwards_is_not_sent() {
    let server = Server::always(ok(NOTHING)).await;
    let client: PaytrClient = server.client();
    let start = moment("2026-01-01 00:00:00");
    for (to, transactions, transfers) in [
        ("2026-01-01 00:00:00", true, true),
        ("2026-01-04 00:00:00", true, true),
        ("2026-01-04 00:00:01", false, true),
        ("2026-02-01 00:00:00", false, true),
        ("2026-02-01 00:00:01", false, false),
        ("2025-12-31 23:59:59", false, false),
    ] {
        let report = TransactionReport::new(start, moment(to));
        let list = ReturnedTransfers::new(start, moment(to));
        assert_eq!(report.form(&credentials()).is_ok(), transactions, "{to}");
        assert_eq!(list.form(&credentials()).is_ok(), transfers, "{to}");
        if !transactions {
            refused(client.transactions(&report)).await;
        }
        if !transfers {
            refused(client.returned_transfers(&list)).await;
        }
    }
    for (to, taken) in [
        ("2026-01-01", true),
        ("2026-02-01", true),
        ("2026-02-02", false),
    ] {
        let statement = PaymentStatement::new(start.date(), day(to));
        assert_eq!(statement.form(&credentials()).is_ok(), taken, "{to}");
    }
    refused(client.payment_statement(&PaymentStatement::new(day("2026-01-02"), day("2026-01-01"))))
        .await;
    assert!(server.requests().is_empty());
}
