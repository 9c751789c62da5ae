//! How the replies of BIN, rates and reports are read.

use paytr_core::api::{
    Answer, BinDetail, BinLookup, BinReply, DecodeError, Endpoint, InstallmentRates,
    InstallmentRatesReply, Refusal,
};
use paytr_core::wire::{CardKind, CardProgram, CardScheme, Percent};

fn bin(body: &str) -> Result<Answer<BinReply>, DecodeError> {
    BinLookup::new("435508").unwrap().decode(body.as_bytes())
}

fn known(body: &str) -> BinDetail {
    match bin(body) {
        Ok(Answer::Success(reply)) => reply.detail().unwrap().clone(),
        other => panic!("{other:?}"),
    }
}

fn rates(body: &str) -> Result<Answer<InstallmentRatesReply>, DecodeError> {
    let request = InstallmentRates::new("r1").unwrap();
    request.decode(body.as_bytes())
}

fn read_rates(body: &str) -> InstallmentRatesReply {
    match rates(body) {
        Ok(Answer::Success(rates)) => rates,
        other => panic!("{other:?}"),
    }
}

fn refusal<R: std::fmt::Debug>(answer: Result<Answer<R>, DecodeError>) -> Refusal {
    match answer {
        Ok(Answer::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_documented_bin_reply_is_read() {
    let detail = known(
        r#"{"status":"success","cardType":"credit","businessCard":"n","bank":"Akbank",
            "brand":"axess","schema":"VISA","bankCode":46,"allow_non3d":"Y"}"#,
    );
    assert_eq!(detail.kind, Some(CardKind::Credit));
    assert_eq!(detail.business, Some(false));
    assert_eq!(detail.bank.as_deref(), Some("Akbank"));
    assert_eq!(detail.program, Some(CardProgram::Axess));
    assert_eq!(detail.scheme, Some(CardScheme::Visa));
    assert_eq!(detail.bank_code.as_deref(), Some("46"));
    assert_eq!(detail.allows_non_3d, Some(true));
}

#[test]
fn a_bank_code_keeps_its_zeros_and_unknown_words_are_kept() {
    let detail = known(
        "\u{feff}{\"status\":\"success\",\"cardType\":\"prepaid\",\"businessCard\":\"?\",\
         \"bank\":null,\"brand\":\"World\",\"schema\":\"UNIONPAY\",\"bankCode\":\"0010\"}",
    );
    assert_eq!(detail.kind, Some(CardKind::Unknown("prepaid".into())));
    assert_eq!((detail.business, detail.bank), (None, None));
    assert_eq!(detail.program, Some(CardProgram::World));
    assert_eq!(detail.scheme.unwrap().code(), "UNIONPAY");
    assert_eq!(detail.bank_code.as_deref(), Some("0010"));
    assert_eq!(detail.allows_non_3d, None);
    let none = known(r#"{"status":"success","brand":"none"}"#);
    assert_eq!(none.program, Some(CardProgram::None));
}

#[test]
fn failed_means_that_the_bin_is_unknown_and_is_no_error() {
    for body in [
        r#"{"status":"failed"}"#,
        r#"{"status":"failed","err_msg":"yok"}"#,
    ] {
        let Ok(Answer::Success(reply)) = bin(body) else {
            panic!("{body}");
        };
        assert_eq!(reply.detail(), None);
        assert_eq!(reply.raw().text("status").as_deref(), Some("failed"));
    }
    let refused = refusal(bin(r#"{"status":"error","err_msg":"token"}"#));
    assert_eq!((refused.scope, &*refused.message), ("bin", "token"));
    assert!(refused.meaning().is_none());
}

#[test]
fn the_recorded_rates_are_read_exactly() {
    let reply = read_rates(
        r#"{"status":"success","request_id":"r1","max_inst_non_bus":"12",
            "oranlar":{"world":{"taksit_2":7.28,"taksit_3":"9,32","taksit_12":"20"},"axess":[]}}"#,
    );
    assert_eq!(reply.request_id.as_deref(), Some("r1"));
    assert_eq!(reply.max_installments, Some(12));
    let rate = |count| reply.rate(&CardProgram::World, count);
    assert_eq!(rate(2), Some(Percent::from_millionths(7_280_000)));
    assert_eq!(rate(3), Some(Percent::from_millionths(9_320_000)));
    assert_eq!(rate(12), Some(Percent::from_millionths(20_000_000)));
    assert_eq!(rate(4), None);
    assert_eq!(reply.rate(&CardProgram::Axess, 2), None);
}

#[test]
fn rates_are_read_under_their_english_name_and_unknown_keys_are_kept() {
    let reply = read_rates(
        r#"{"status":"success","max_inst_non_bus":9,
            "rates":{"yeni":{"taksit_2":1},"tek":1.99,"bonus":{"yurtdisi":3,"taksit_6":null}}}"#,
    );
    assert_eq!(reply.max_installments, Some(9));
    let new = CardProgram::Unknown("yeni".into());
    assert_eq!(
        reply.rate(&new, 2),
        Some(Percent::from_millionths(1_000_000))
    );
    assert_eq!(reply.rates.len(), 2);
    let raw = reply.raw().get("rates").unwrap();
    assert_eq!(raw["tek"], 1.99);
    assert_eq!(raw["bonus"]["yurtdisi"], 3);
}

#[test]
fn rates_that_cannot_be_read_are_an_error_and_never_none() {
    let unreadable = DecodeError::Value { name: "oranlar" };
    for (body, error) in [
        (
            r#"{"status":"success"}"#,
            DecodeError::Missing { name: "oranlar" },
        ),
        (r#"{"status":"success","oranlar":"yok"}"#, unreadable),
        (
            r#"{"status":"success","oranlar":{"world":{"taksit_2":"yedi"}}}"#,
            unreadable,
        ),
        (
            r#"{"status":"wait","oranlar":{}}"#,
            DecodeError::Value { name: "status" },
        ),
        (r#"{"status":"success","oranl"#, DecodeError::NotJson),
    ] {
        assert_eq!(rates(body).unwrap_err(), error, "{body}");
    }
    for body in [
        r#"{"status":"error","err_no":"006","err_msg":"eksik"}"#,
        r#"{"status":"failed","err_no":6,"err_msg":"eksik"}"#,
    ] {
        let refused = refusal(rates(body));
        assert_eq!(
            (refused.scope, &*refused.message),
            ("installment-rates", "eksik")
        );
        assert!(refused.code.is_some() && refused.meaning().is_none());
    }
    assert!(
        read_rates(r#"{"status":"success","oranlar":[]}"#)
            .rates
            .is_empty()
    );
}
