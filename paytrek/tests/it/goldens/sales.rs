//! Sales, charges and direct charges.

use std::time::{Duration, UNIX_EPOCH};

use paytrek::api::{
    Charge, ChargeAnswer, DirectCharge, Method, NextStep, ReadSale, Sale, SaveCard,
};
use paytrek::status::{FraudDecision, TransactionKind};
use paytrek::{Decimal, DecodeError, ErrorClass, Host, SaleStatus};

use super::{assert_sends, decode};
use crate::common::golden::{
    CHARGE_ANSWER, CHARGE_REQUEST, CREATED_TOKEN, DIRECT_CHARGE_REQUEST, PAID_SALE, PAID_TOKEN,
    SALE_ANSWER, SALE_REQUEST, paid_sale_with, with,
};
use crate::common::{card, golden_sale, lira, token};

#[test]
fn p2_a_sale_is_created_by_these_bytes() {
    assert_sends(
        &golden_sale(),
        Method::Post,
        "/api/v2/sale/",
        Some(SALE_REQUEST),
    );
    assert_eq!(SALE_REQUEST.len(), 537);
}

#[test]
fn p3_a_created_sale_is_read() {
    let sale = decode(&golden_sale(), 201, SALE_ANSWER).unwrap();
    assert_eq!(sale.sale_token, token(CREATED_TOKEN));
    assert_eq!(sale.order_id, "1467034250");
    assert_eq!(
        (sale.amount, sale.refunded_amount),
        (lira(2_400), Some(lira(0)))
    );
    assert_eq!(sale.status, SaleStatus::Created);
    assert!(sale.transactions.is_empty());
    let life = sale
        .expires_at
        .unwrap()
        .duration_since(sale.created_at.unwrap());
    // The two stamps were taken half a millisecond apart.
    let hour = Duration::from_hours(1);
    assert!(hour.abs_diff(life.unwrap()) < Duration::from_millis(1));
    let asked_at = UNIX_EPOCH + Duration::from_secs(1_521_014_319);
    assert_eq!(sale.sys_time, Some(asked_at));
    let data: std::collections::BTreeMap<String, String> = sale.sale_data.unwrap().read().unwrap();
    assert_eq!(data["merchant_name"], "Ted");
    assert_eq!(
        Host::sandbox().hosted_page(&sale.sale_token),
        "https://sandbox.paytrek.com/?token=c626f49193114e24ad0980752b749318"
    );
}

#[test]
fn p4_a_sale_is_read_by_its_token() {
    let request = ReadSale {
        sale_token: token(CREATED_TOKEN),
    };
    let path = "/api/v2/sale/c626f49193114e24ad0980752b749318/";
    assert_sends(&request, Method::Get, path, None);
    let later = with(SALE_ANSWER, "1521014319", "1521014392");
    let sale = decode(&request, 200, &later).unwrap();
    let asked_at = UNIX_EPOCH + Duration::from_secs(1_521_014_392);
    assert_eq!(sale.sys_time, Some(asked_at));
    let other = ReadSale {
        sale_token: token(PAID_TOKEN),
    };
    assert_eq!(
        decode(&other, 200, &later),
        Err(DecodeError::Other { name: "sale_token" })
    );
}

#[test]
fn p5_a_card_is_charged_by_these_bytes() {
    let charge = Charge::new(token(CREATED_TOKEN), card());
    let said = with(CHARGE_REQUEST, "\"}", "\",\"save_card\":false}");
    assert_sends(&charge, Method::Post, "/api/v2/charge/", Some(&said));
    let unsaid = charge.save_card(SaveCard::Unsaid);
    assert_sends(
        &unsaid,
        Method::Post,
        "/api/v2/charge/",
        Some(CHARGE_REQUEST),
    );
    assert_eq!(CHARGE_REQUEST.len(), 142);
}

fn charge_answer(body: &str) -> Result<ChargeAnswer, DecodeError> {
    decode(&Charge::new(token(CREATED_TOKEN), card()), 200, body)
}

#[test]
fn p6_a_charge_answer_decides_nothing() {
    let answer = charge_answer(CHARGE_ANSWER).unwrap();
    assert!(answer.succeeded);
    assert_eq!((&answer.forward_url, &answer.error), (&None, &None));
    assert_eq!(answer.number.as_deref(), Some("450803******4509"));
    assert_eq!(answer.sale_token, token(CREATED_TOKEN));
    assert_eq!(answer.issuer_bank_id.as_deref(), Some("isbank"));
    assert_eq!(answer.next_step(), NextStep::ReadSale);
}

#[test]
fn p7_a_direct_charge_is_made_of_these_bytes() {
    let charge = DirectCharge::new(golden_sale(), card()).save_card(SaveCard::Unsaid);
    let path = "/api/v2/direct_charge/";
    assert_sends(&charge, Method::Post, path, Some(DIRECT_CHARGE_REQUEST));
    assert_eq!(DIRECT_CHARGE_REQUEST.len(), 630);
    let said = with(
        DIRECT_CHARGE_REQUEST,
        "John Doe\"}",
        "John Doe\",\"save_card\":false}",
    );
    let charge = DirectCharge::new(golden_sale(), card());
    assert_sends(&charge, Method::Post, path, Some(&said));
}

#[test]
fn p8_a_direct_charge_answer_is_a_sale_and_a_charge() {
    let answer = decode(&DirectCharge::new(golden_sale(), card()), 200, PAID_SALE).unwrap();
    let sale = &answer.sale;
    assert_eq!(sale.status, SaleStatus::Paid);
    assert_eq!(sale.financial_status.as_deref(), Some("Ready to Send"));
    assert_eq!(sale.amount, lira(2_400));
    assert_eq!(sale.sale_token, token(PAID_TOKEN));
    assert_eq!(sale.secure_option, Some(true));
    let [transaction] = &*sale.transactions else {
        panic!("{:?}", sale.transactions);
    };
    assert_eq!(transaction.kind, Some(TransactionKind::Sale));
    assert_eq!(transaction.succeeded, Some(true));
    assert_eq!(transaction.card_fee, Some(Decimal::ZERO));
    let risk = transaction.fraud_risk.as_ref().unwrap();
    assert_eq!(risk.decision, Some(FraudDecision::Accept));
    assert_eq!(risk.risk_score.as_deref(), Some("16.00"));
    assert!(answer.charge.succeeded && answer.charge.forward_url.is_none());
}

#[test]
fn p22_a_forward_url_is_a_redirect_and_must_be_https() {
    let forward = |succeeded: &str, url: &str| {
        let body = with(CHARGE_ANSWER, "\"succeeded\":true", succeeded);
        charge_answer(&with(
            &body,
            "\"cvc\"",
            &format!("\"forward_url\":{url},\"cvc\""),
        ))
    };
    let bank = "\"https://sandbox.paytrek.com/3d/x\"";
    for succeeded in ["\"succeeded\":false", "\"succeeded\":true"] {
        let answer = forward(succeeded, bank).unwrap();
        let NextStep::SendBuyerTo(url) = answer.next_step() else {
            panic!("{:?}", answer.next_step())
        };
        assert_eq!(url.as_str(), "https://sandbox.paytrek.com/3d/x");
        for nowhere in ["\"\"", "null"] {
            let answer = forward(succeeded, nowhere).unwrap();
            assert_eq!(answer.forward_url, None);
            assert_eq!(answer.next_step(), NextStep::ReadSale);
        }
        for wrong in [
            "\"http://sandbox.paytrek.com/x\"",
            "\"javascript:alert(1)\"",
            "\"//evil.example\"",
            "\"http://127.0.0.1/x\"",
            "\"data:text/html,x\"",
        ] {
            let error = DecodeError::Value {
                name: "forward_url",
            };
            assert_eq!(forward(succeeded, wrong), Err(error), "{wrong}");
        }
    }
}

#[test]
fn p23_a_declined_transaction_has_a_code() {
    for code in ["\"10020\"", "10020"] {
        let transaction = format!(
            r#"[{{"type":"Sale","succeeded":false,"paytrek_error":{{"code":{code},"message":"...","customer_message":"..."}}}}]"#
        );
        let body = paid_sale_with("transactions", &transaction);
        let sale = Sale::decode(body.as_bytes()).unwrap();
        let error = sale.transactions[0].paytrek_error.as_ref().unwrap();
        let code = error.code.as_ref().unwrap();
        assert_eq!(code.as_str(), "10020");
        assert_eq!(code.class(), ErrorClass::Decline);
        assert_eq!(error.customer_message.as_deref(), Some("..."));
    }
}
