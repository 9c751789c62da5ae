//! What is left of an order: the sum of refunds is checked before anything is sent.

use paytr_core::api::{ReferenceNo, Refund};
use paytr_core::client::{RefundError, RefundProof};
use paytr_core::{Currency, Money, PaytrError};

use crate::common::oid;
use crate::common::server::{Answer, Server, ok, reply};
use crate::common::shop::lira;

const REFUND: &str = "/odeme/iade";
const YES: &str = r#"{"status":"success"}"#;

fn refund(reference: &str, minor_units: u64) -> Refund {
    let reference = ReferenceNo::new(reference).unwrap();
    Refund::new(oid("SIPARIS0001"), lira(minor_units)).reference(reference)
}

fn status(amount: &str, total: &str, returns: &str) -> Answer {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"{amount}","payment_total":"{total}",
            "currency":"TL","returns":{returns}}}"#
    ))
}

const FOUR_GIVEN_BACK: &str = r#"[{"return_amount":"1.50","reference_no":"R1"},
                                 {"return_amount":"2,5"}]"#;

#[tokio::test]
async fn what_is_left_is_refunded_and_one_kurus_more_is_not_sent() {
    for (minor_units, left) in [(600, None), (601, Some(600)), (10_000, Some(600))] {
        let server =
            Server::scripted(vec![status("10.00", "10.00", FOUR_GIVEN_BACK), ok(YES)]).await;
        let outcome = server
            .client()
            .refund_checked(&refund("R2", minor_units))
            .await;
        match (outcome, left) {
            (Ok(refunded), None) => assert_eq!(refunded.proof(), RefundProof::Reply),
            (Err(RefundError::Exceeds { left, .. }), Some(expected)) => {
                assert_eq!(left, lira(expected));
            }
            (outcome, _) => panic!("{minor_units}: {outcome:?}"),
        }
        let posts = usize::from(left.is_none());
        assert_eq!(server.posts_to(REFUND), posts, "{minor_units}");
    }
}

#[tokio::test]
async fn what_is_refundable_is_never_more_than_the_order_amount_and_never_below_zero() {
    for (amount, total, returns, refundable) in [
        ("10.00", "10.00", "[]", 1_000),
        ("10.00", "10.89", "[]", 1_000),
        ("10.00", "10.89", r#"[{"return_amount":"5.00"}]"#, 589),
        ("10.00", "10.89", r#"[{"return_amount":"10.89"}]"#, 0),
        ("10.00", "10.00", r#"[{"return_amount":"12.00"}]"#, 0),
    ] {
        let server = Server::always(status(amount, total, returns)).await;
        let status = server.client().status(&oid("SIPARIS0001")).await.unwrap();
        assert_eq!(status.refundable(), lira(refundable), "{total} {returns}");
    }
}

#[tokio::test]
async fn a_missing_amount_in_the_list_is_an_error_and_nothing_is_sent() {
    for returns in [r#"[{"reference_no":"R1"}]"#, r#"[{"return_amount":""}]"#] {
        let server = Server::always(status("10.00", "10.00", returns)).await;
        let error = server.client().refund_checked(&refund("R2", 1)).await;
        let error = error.unwrap_err();
        assert!(
            matches!(
                error,
                RefundError::NotRefunded(PaytrError::Undecodable { .. })
            ),
            "{error:?}"
        );
        assert_eq!(server.posts_to(REFUND), 0);
    }
}

#[tokio::test]
async fn no_status_means_no_refund() {
    for answer in [
        reply("503 Service Unavailable", ""),
        ok(r#"{"status":"error","err_no":"004","err_msg":"yok"}"#),
    ] {
        let server = Server::always(answer).await;
        let error = server.client().refund_checked(&refund("R2", 1)).await;
        let error = error.unwrap_err();
        assert!(matches!(error, RefundError::NotRefunded(_)), "{error:?}");
        assert_eq!(server.posts_to(REFUND), 0);
    }
}

#[tokio::test]
async fn a_refund_in_another_currency_is_not_sent() {
    let server = Server::always(status("10.00", "10.00", "[]")).await;
    let mut euros = refund("R2", 1);
    euros.amount = Money::new(1, Currency::EUR);
    let error = server.client().refund_checked(&euros).await.unwrap_err();
    assert!(
        matches!(error, RefundError::NotRefunded(PaytrError::Invalid(_))),
        "{error:?}"
    );
    assert_eq!(server.posts_to(REFUND), 0);
}

#[tokio::test]
async fn the_same_reference_again_is_answered_and_not_sent() {
    let server = Server::always(status("10.00", "10.00", FOUR_GIVEN_BACK)).await;
    let again = server.client().refund_checked(&refund("R1", 150)).await;
    let again = again.unwrap();
    assert_eq!(
        (again.proof(), again.amount()),
        (RefundProof::AlreadyListed, lira(150))
    );
    let other = server.client().refund_checked(&refund("R1", 151)).await;
    let other = other.unwrap_err();
    assert!(matches!(other, RefundError::ReferenceUsed), "{other:?}");
    assert_eq!(server.posts_to(REFUND), 0);
}

#[tokio::test]
async fn a_refund_of_nothing_is_invalid_before_anything_is_asked() {
    let server = Server::always(status("10.00", "10.00", "[]")).await;
    let outcome = server.client().refund_checked(&refund("R2", 0)).await;
    assert!(
        matches!(
            outcome,
            Err(RefundError::NotRefunded(PaytrError::Invalid(_)))
        ),
        "{outcome:?}"
    );
    assert_eq!(server.requests(), Vec::<Vec<u8>>::new());
}
