//! The vectors of all kinds but payments, through their own verifiers, and the signing twins.

use paytr_core::callback::{
    CallbackError, CashoutOutcome, GrammarError, LinkCallback, PersonalData,
};
use paytr_core::testing::{
    CashoutNotification, CashoutPayment, EftNotification, LinkNotification, TransferNotification,
};
use paytr_core::{CashoutResult, EftNotice, Keyring, PlatformResult, TransferResult};

use crate::common::{credentials, form_of, keyring};
use crate::vector_file::{Vector, VectorFile};

/// The body of a vector, with the hash that the vector expects.
fn body(vector: &Vector) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&vector.fields)
        .append_pair("hash", &vector.expected)
        .finish()
}

fn each_vector(formula: &str, count: usize, check: impl Fn(&Vector, &Keyring)) {
    let file = VectorFile::read();
    let vectors = &file.formula(formula).vectors;
    assert_eq!(vectors.len(), count, "{formula}");
    for vector in vectors {
        check(vector, &Keyring::new(file.credentials(vector)));
    }
}

#[test]
fn every_link_vector_is_verified_and_signed_alike() {
    each_vector("link_callback_hash", 5, |vector, keyring| {
        let [id, oid, status, total] = ["callback_id", "merchant_oid", "status", "total_amount"]
            .map(|name| vector.field(name));
        let callback = LinkCallback::verify(keyring, &form_of(id), body(vector).as_bytes());
        let callback = callback.unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        assert_eq!(callback.callback_id().as_str(), id);
        assert_eq!(callback.merchant_oid(), oid);
        assert_eq!(callback.total_amount().to_string(), total);
        assert!(callback.key_index().is_current());
        let signed = ["callback_id", "merchant_oid", "status", "total_amount"];
        for (name, value) in &vector.fields {
            assert_eq!(callback.unsigned().get(name).as_deref(), Some(&**value));
            let listed = callback.unsigned().iter().any(|(other, _)| other == **name);
            assert_eq!(listed, !signed.contains(&name.as_str()), "{name}");
        }
        let twin = LinkNotification::new(id, oid, status, total).sign(keyring.current());
        assert_eq!(twin.fields().last().unwrap().1, vector.expected);
    });
}

#[test]
fn every_eft_vector_is_verified_and_signed_alike() {
    each_vector("eft_interim_hash", 3, |vector, keyring| {
        let body = body(vector);
        let kept = EftNotice::verify(keyring, PersonalData::Keep, body.as_bytes()).unwrap();
        assert_eq!(kept.merchant_oid(), vector.field("merchant_oid"));
        assert_eq!(kept.bank().code(), vector.field("bank"));
        for (name, value) in &vector.fields {
            assert_eq!(kept.unsigned().get(name).as_deref(), Some(&**value));
        }
        let dropped = EftNotice::verify(keyring, PersonalData::Drop, body.as_bytes()).unwrap();
        for name in ["user_name", "user_phone", "tc_no_last5"] {
            assert_eq!(dropped.unsigned().get(name), None);
        }
        let date = vector.fields.get("payment_sent_date").map(String::as_str);
        let kept_date = dropped.unsigned().get("payment_sent_date");
        assert_eq!(kept_date.as_deref(), date);
        let twin = EftNotification::new(kept.merchant_oid(), kept.bank()).sign(keyring.current());
        assert_eq!(twin.fields().last().unwrap().1, vector.expected);
    });
}

#[test]
fn every_transfer_vector_is_verified_and_signed_alike() {
    each_vector("platform_transfer_result_hash", 4, |vector, keyring| {
        let result = TransferResult::verify(keyring, body(vector).as_bytes()).unwrap();
        let ids = result.trans_ids();
        let count = if vector.name == "single" { 1 } else { 2 };
        assert_eq!(ids, &["TR0001", "TR0002"][..count], "{}", vector.name);
        let platform = PlatformResult::verify(keyring, body(vector).as_bytes());
        assert!(matches!(platform, Ok(PlatformResult::Transfer(_))));
        let twin = TransferNotification::of_text(vector.field("trans_ids"));
        let twin = twin.sign(keyring.current());
        assert_eq!(twin.fields().last().unwrap().1, vector.expected);
    });
}

#[test]
fn every_cashout_vector_is_verified_and_signed_alike() {
    each_vector("cashout_result_hash", 3, |vector, keyring| {
        let result = CashoutResult::verify(keyring, body(vector).as_bytes()).unwrap();
        assert_eq!(result.trans_id(), vector.field("trans_id"));
        let platform = PlatformResult::verify(keyring, body(vector).as_bytes());
        assert!(matches!(platform, Ok(PlatformResult::Cashout(_))));
        let claims = result.unsigned();
        let payments = claims.payments().unwrap();
        match vector.name.as_str() {
            "one_success_escaped_json" => {
                assert_eq!(payments[0].amount(), Some(48_448));
                assert_eq!(payments[0].receiver(), Some("XYZ LTD STI"));
                assert_eq!(payments[0].iban(), Some("TR330006100519786457841326"));
                assert_eq!(payments[0].outcome(), &CashoutOutcome::Succeeded);
                assert_eq!(
                    (claims.success_count(), claims.failed_count()),
                    (Some(1), Some(0))
                );
                assert_eq!(claims.transfer_total(), Some(48_448));
                assert_eq!(claims.account_balance(), Some(7_500));
            }
            "all_failed_turkish_receiver" => {
                assert_eq!(payments[0].amount(), Some(1_000));
                assert_eq!(payments[0].receiver(), Some("ĞÜŞ"));
                assert_eq!(payments[0].outcome(), &CashoutOutcome::Failed);
            }
            _ => {
                assert!(payments.is_empty());
                assert_eq!(
                    (claims.success_count(), claims.transfer_total()),
                    (None, None)
                );
            }
        }
        let twin = CashoutNotification::of_trans_id(result.trans_id()).sign(keyring.current());
        assert_eq!(twin.fields().last().unwrap().1, vector.expected);
    });
}

#[test]
fn the_wrong_formulas_of_other_clients_are_refused() {
    let file = VectorFile::read();
    let wrong_hash = |name: &str| {
        let mut found = file.negative_vectors.iter();
        let negative = found.find(|negative| negative.name == name).unwrap();
        assert_ne!(negative.wrong_token, negative.right_token);
        negative.wrong_token.clone()
    };
    let link = LinkNotification::success("LINK20260001", "PAYTR1767600000", 1_445)
        .field("hash", wrong_hash("link_callback_without_callback_id"));
    let verdict = LinkCallback::verify(
        &keyring(),
        &form_of("LINK20260001"),
        link.to_body().as_bytes(),
    );
    assert_eq!(verdict.unwrap_err(), CallbackError::BadHash);
    let cashout = CashoutNotification::of_trans_id("CO0001")
        .field("hash", wrong_hash("cashout_callback_paytr_node_1_0_1"));
    let verdict = CashoutResult::verify(&keyring(), cashout.to_body().as_bytes());
    assert_eq!(verdict.unwrap_err(), CallbackError::BadHash);
}

#[test]
fn what_the_twins_write_is_read_back() {
    let payments = [
        CashoutPayment::succeeded(1, "Ayşe \"Ağa\" \\ Yılmaz", "TR330006100519786457841326"),
        CashoutPayment::failed(123_456_789_012, "", ""),
    ];
    let body = CashoutNotification::new("CO0001", &payments, 0).sign(&credentials());
    let result = CashoutResult::verify(&keyring(), body.to_body().as_bytes()).unwrap();
    let claims = result.unsigned();
    let read = claims.payments().unwrap();
    assert_eq!(read[0].receiver(), Some("Ayşe \"Ağa\" \\ Yılmaz"));
    assert_eq!(
        (read[0].amount(), read[1].amount()),
        (Some(1), Some(123_456_789_012))
    );
    assert_eq!(
        (claims.success_count(), claims.failed_count()),
        (Some(1), Some(1))
    );
    assert_eq!(
        (claims.transfer_total(), claims.account_balance()),
        (Some(1), Some(0))
    );
    // The same, as PHP's addslashes would escape it.
    let text = claims.fields().get("processed_result").unwrap();
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let body = CashoutNotification::of_trans_id("CO0001").field("processed_result", escaped);
    let body = body.sign(&credentials()).to_body();
    let result = CashoutResult::verify(&keyring(), body.as_bytes()).unwrap();
    assert_eq!(result.unsigned().payments().unwrap(), read);
}

#[test]
fn an_unreadable_cashout_outcome_is_an_error_of_its_reader_only() {
    for text in ["{}", "[1]", "[", "null", "<html>"] {
        let body = CashoutNotification::of_trans_id("CO0001").field("processed_result", text);
        let body = body.sign(&credentials()).to_body();
        let result = CashoutResult::verify(&keyring(), body.as_bytes()).unwrap();
        let unreadable = result.unsigned().payments();
        let expected = GrammarError::Value {
            name: "processed_result",
        };
        assert_eq!(unreadable.unwrap_err(), expected, "{text}");
        let raw = result.unsigned().fields().get("processed_result");
        assert_eq!(raw.as_deref(), Some(text));
    }
}
