//! Capture, cancel and refund.

use paytrek::DecodeError;
use paytrek::api::{Cancel, Capture, Method, Refund, Sale};

use super::{assert_sends, decode, hundredths};
use crate::common::golden::{
    CANCEL_ANSWER, CAPTURE_AND_CANCEL_REQUEST, CAPTURE_ANSWER, PAID_TOKEN, REFUND_ANSWER,
    REFUND_REQUEST, paid_sale_with, with,
};
use crate::common::{lira, token};

const REFUND_TOKEN: &str = "b39887704acb480e81ab8611ae256719";
const ANSWERED_TOKEN: &str = "a16a810b503c4a91bb5c3d883617530a";

#[test]
fn p14_capture_and_cancel() {
    let capture = Capture::new(token(REFUND_TOKEN)).comments("testing");
    let cancel = Cancel::new(token(REFUND_TOKEN)).comments("testing");
    let body = Some(CAPTURE_AND_CANCEL_REQUEST);
    assert_sends(&capture, Method::Post, "/api/v2/capture/", body);
    assert_sends(&cancel, Method::Post, "/api/v2/cancel/", body);
    assert_eq!(CAPTURE_AND_CANCEL_REQUEST.len(), 70);

    // As printed, the answers are about another sale.
    let other = DecodeError::Other { name: "sale_token" };
    assert_eq!(decode(&capture, 200, CAPTURE_ANSWER), Err(other));
    assert_eq!(decode(&cancel, 200, CANCEL_ANSWER), Err(other));

    let captured = with(CAPTURE_ANSWER, ANSWERED_TOKEN, REFUND_TOKEN);
    let captured = decode(&capture, 200, &captured).unwrap();
    assert_eq!(
        hundredths(&[captured.amount, captured.sale_amount]),
        [2_472, 2_472]
    );
    assert_eq!(captured.sale_id, Some(97_510));
    let cancelled = with(CANCEL_ANSWER, ANSWERED_TOKEN, REFUND_TOKEN);
    let cancelled = decode(&cancel, 200, &cancelled).unwrap();
    assert_eq!(
        hundredths(&[cancelled.amount, cancelled.sale_amount]),
        [2_400, 2_472]
    );
}

/// The sale of 50.00 that the refund examples are about.
fn sale_to_refund() -> Sale {
    let body = with(
        &paid_sale_with("amount", "\"50.00\""),
        PAID_TOKEN,
        REFUND_TOKEN,
    );
    Sale::decode(body.as_bytes()).unwrap()
}

#[test]
fn p15_a_partial_refund() {
    let refund = Refund::part(&sale_to_refund(), lira(970)).comments("testing");
    assert_sends(
        &refund,
        Method::Post,
        "/api/v2/refund/",
        Some(REFUND_REQUEST),
    );
    assert_eq!(REFUND_REQUEST.len(), 84);
    let refunded = decode(&refund, 200, REFUND_ANSWER).unwrap();
    let amounts = [
        refunded.amount,
        refunded.total_refunded_amount,
        refunded.sale_amount,
    ];
    assert_eq!(hundredths(&amounts), [970, 970, 5_000]);
    assert_eq!(refunded.sale_id, Some(89_890));
}

#[test]
fn p16_a_full_refund_has_no_amount_at_all() {
    let body = r#"{"sale_token":"b39887704acb480e81ab8611ae256719"}"#;
    assert_eq!(body.len(), 49);
    let refund = Refund::full(&sale_to_refund());
    assert_sends(&refund, Method::Post, "/api/v2/refund/", Some(body));
}
