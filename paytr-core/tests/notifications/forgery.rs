//! One kind passed off as another. What the hash cannot tell apart, something else has to.

use paytr_core::api::EftBank;
use paytr_core::callback::{CallbackError, LinkCallback, PersonalData};
use paytr_core::credentials::SignedPart;
use paytr_core::testing::{
    CashoutNotification, EftNotification, LinkNotification, PaymentNotification,
    TransferNotification,
};
use paytr_core::{CashoutResult, EftNotice, IdForm, PaymentCallback, TransferResult};

use crate::common::{SALT, credentials, form_of, keyring};
use crate::vector_file::VectorFile;

fn link_verdict(
    form: &IdForm,
    id: &str,
    oid: &str,
    total: &str,
    hash: &str,
) -> Result<(), CallbackError> {
    let body = LinkNotification::new(id, oid, "success", total)
        .field("hash", hash)
        .to_body();
    LinkCallback::verify(&keyring(), form, body.as_bytes()).map(|_| ())
}

fn hash_of(body: &[(String, String)]) -> &str {
    &body.last().unwrap().1
}

#[test]
fn a_payment_hash_passes_for_no_cut_of_its_order_id_into_a_link() {
    let (orders, links) = (IdForm::new("SHOP").unwrap(), IdForm::new("LINK").unwrap());
    // Also an order id of PayTR's longest, and one of an older form of the same shop.
    for order in [
        orders.make(),
        format!("{}{}", orders.make(), orders.make()),
        "A1B2".into(),
    ] {
        let payment = PaymentNotification::success(&order, 1_000).sign(&credentials());
        let hash = hash_of(payment.fields());
        for cut in 0..=order.len() {
            let (id, oid) = order.split_at(cut);
            let refused = link_verdict(&links, id, oid, "1000", hash);
            assert!(
                matches!(refused, Err(CallbackError::Malformed(_))),
                "{id} {oid}"
            );
        }
    }
}

#[test]
fn a_link_hash_passes_for_one_cut_only() {
    let form = IdForm::new("LINK").unwrap();
    let (id, oid) = (form.make(), "PAYTR1767600000");
    let link = LinkNotification::success(&id, oid, 1_000).sign(&credentials());
    let hash = hash_of(link.fields());
    let whole = format!("{id}{oid}");
    for cut in 0..=whole.len() {
        let (first, second) = whole.split_at(cut);
        let verdict = link_verdict(&form, first, second, "1000", hash);
        assert_eq!(verdict.is_ok(), cut == id.len(), "{first} {second}");
    }
    // The two vectors that share a hash: each form takes its own and refuses the other.
    let file = VectorFile::read();
    let vectors = &file.formula("link_callback_hash").vectors;
    let boundary: Vec<_> = vectors
        .iter()
        .filter(|v| v.name.starts_with("boundary"))
        .collect();
    assert_eq!(boundary.len(), 2);
    assert_eq!(boundary[0].expected, boundary[1].expected);
    for form in &boundary {
        for sent in &boundary {
            let verdict = link_verdict(
                &form_of(form.field("callback_id")),
                sent.field("callback_id"),
                sent.field("merchant_oid"),
                "100",
                &sent.expected,
            );
            assert_eq!(verdict.is_ok(), form.name == sent.name);
        }
    }
}

#[test]
fn a_moved_digit_between_oid_and_total_or_status_is_refused() {
    let form = IdForm::existing("L", 4).unwrap();
    let link = LinkNotification::success("L123", "PAYTR10", 1_000).sign(&credentials());
    let hash = hash_of(link.fields());
    assert!(link_verdict(&form, "L123", "PAYTR10", "1000", hash).is_ok());
    for (id, oid, total) in [
        ("L124", "PAYTR10", "1000"),
        ("L123", "PAYTR1", "1000"),
        ("L123", "PAYTR11", "1000"),
        ("L123", "PAYTR10", "10000"),
        ("L123", "PAYTR10", "100"),
        ("L123", "paytr10", "1000"),
    ] {
        assert_eq!(
            link_verdict(&form, id, oid, total, hash),
            Err(CallbackError::BadHash)
        );
    }
}

/// What every verifier but that of payments says to a token, in all shapes its text can be put into.
fn accepted_by(text: &str, token: &str) -> Vec<&'static str> {
    let mut accepted = Vec::new();
    for bank in EftBank::ALL {
        let oid = text.strip_suffix(bank.code()).unwrap_or(text);
        let notice = EftNotification::new(oid, bank)
            .field("hash", token)
            .to_body();
        if EftNotice::verify(&keyring(), PersonalData::Drop, notice.as_bytes()).is_ok() {
            accepted.push("eft");
        }
    }
    let transfer = TransferNotification::of_text(text)
        .field("hash", token)
        .to_body();
    if TransferResult::verify(&keyring(), transfer.as_bytes()).is_ok() {
        accepted.push("transfer");
    }
    let id = text.strip_prefix("123456").unwrap_or(text);
    let cashout = CashoutNotification::of_trans_id(id)
        .field("hash", token)
        .to_body();
    if CashoutResult::verify(&keyring(), cashout.as_bytes()).is_ok() {
        accepted.push("cashout");
    }
    accepted
}

/// Of all request tokens only those of `merchant_id + id + salt` pass, and only as a cashout result:
/// they are that very text. So its type offers no outcome as a fact.
#[test]
fn of_all_request_tokens_only_those_of_the_cashouts_own_text_pass_and_as_nothing_else() {
    let file = VectorFile::read();
    let own_text = [
        "status_inquiry_token",
        "installment_rates_token",
        "cashout_token",
    ];
    let (mut tokens, mut same_text) = (0, 0);
    for formula in file
        .formulas
        .iter()
        .filter(|formula| formula.id.ends_with("_token"))
    {
        for vector in formula
            .vectors
            .iter()
            .filter(|v| v.credentials_override.is_none())
        {
            tokens += 1;
            let text = vector.message.strip_suffix(SALT).unwrap();
            let accepted = accepted_by(text, &vector.expected);
            if accepted.is_empty() {
                continue;
            }
            same_text += 1;
            assert_eq!(accepted, ["cashout"], "{} {}", formula.id, vector.name);
            assert!(
                own_text.contains(&formula.id.as_str()),
                "{} {}",
                formula.id,
                vector.name
            );
        }
    }
    assert!(tokens > 70, "{tokens}");
    assert!(
        same_text >= 6,
        "the hash itself cannot refuse these: {same_text}"
    );
}

#[test]
fn a_status_token_passes_as_a_cashout_result_with_that_id_and_says_no_outcome() {
    let token = credentials().sign(&[
        SignedPart::Field(b"123456"),
        SignedPart::Field(b"SIPARIS0001"),
        SignedPart::Salt,
    ]);
    let body = CashoutNotification::of_trans_id("SIPARIS0001")
        .field("hash", token.to_base64())
        .field("success_total", "1");
    let result = CashoutResult::verify(&keyring(), body.to_body().as_bytes()).unwrap();
    assert_eq!(result.trans_id(), "SIPARIS0001");
    // All that it claims is reached by a name that says so.
    assert_eq!(result.unsigned().success_count(), Some(1));
}

#[test]
fn a_direct_api_token_is_no_eft_notice_in_any_cut() {
    let text = "12345688.255.10.20SIPARIS0001buyer@ptt.example100.99card0TL00";
    let token = credentials().sign(&[SignedPart::Field(text.as_bytes()), SignedPart::Salt]);
    let token = token.to_base64();
    assert!(accepted_by(text, &token).is_empty());
    // Cut after a bank's name inside the buyer's own text: the signed text does not end there.
    let cut = text.find("ptt").unwrap() + 3;
    for oid in [&text[..cut - 3], "SIPARIS0001buyer", "123456"] {
        let body = EftNotification::new(oid, EftBank::Ptt)
            .field("hash", &token)
            .to_body();
        assert!(EftNotice::verify(&keyring(), PersonalData::Drop, body.as_bytes()).is_err());
    }
}

/// The shop's own token for an order id that ends like a bank: named in the docs of `EftNotice`.
#[test]
fn a_token_of_the_shops_own_that_ends_with_a_bank_passes_as_a_notice_of_an_order_nobody_opened() {
    let token = credentials().sign(&[SignedPart::Field(b"123456SHOP1ptt"), SignedPart::Salt]);
    assert_eq!(
        accepted_by("123456SHOP1ptt", &token.to_base64()),
        ["eft", "cashout"]
    );
    // The order that it names begins with the merchant's digits, as none of this shop's does.
    assert!(!IdForm::new("SHOP").unwrap().fits("123456SHOP1"));
}

#[test]
fn hashes_of_settling_kinds_pass_as_no_notice() {
    let payment = PaymentNotification::success("SHOP1", 1_000).sign(&credentials());
    let link = LinkNotification::success("L123", "SHOP1", 1_000).sign(&credentials());
    for hash in [hash_of(payment.fields()), hash_of(link.fields())] {
        for text in [
            "SHOP1",
            "L123SHOP1",
            "SHOP1success1000",
            "[\"SHOP1\"]",
            "SHOP1ptt",
            "123456SHOP1",
        ] {
            assert!(accepted_by(text, hash).is_empty(), "{text}");
        }
    }
}

#[test]
fn hashes_of_notices_pass_as_no_payment_and_no_link() {
    let eft = EftNotification::new("L123SHOP1", EftBank::Ptt).sign(&credentials());
    let transfer = TransferNotification::new(["L123SHOP1"]).sign(&credentials());
    let cashout = CashoutNotification::of_trans_id("L123SHOP1").sign(&credentials());
    let form = IdForm::existing("L", 4).unwrap();
    for hash in [
        hash_of(eft.fields()),
        hash_of(transfer.fields()),
        hash_of(cashout.fields()),
    ] {
        for oid in ["SHOP1", "L123SHOP1", "123456L123SHOP1", "L123SHOP1ptt"] {
            for total in ["0", "1000"] {
                let body = PaymentNotification::new(oid, "success", total).field("hash", hash);
                let verdict = PaymentCallback::verify(&keyring(), body.to_body().as_bytes());
                assert_eq!(verdict.unwrap_err(), CallbackError::BadHash);
                assert!(link_verdict(&form, "L123", oid, total, hash).is_err());
            }
        }
    }
}
