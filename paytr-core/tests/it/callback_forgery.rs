//! Well-formed bodies that PayTR did not sign: refused as bad hash.

use paytr_core::callback::CallbackError;
use paytr_core::credentials::{Signature, SignedPart};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, Keyring, PaymentCallback};

use crate::common::vector_file::VectorFile;
use crate::common::{KEY, SALT, credentials, keyring};

/// A body with these values and this hash.
fn body(oid: &str, status: &str, total: &str, hash: &str) -> String {
    PaymentNotification::new(oid, status, total)
        .field("hash", hash)
        .to_body()
}

fn is_bad_hash(body: &str) -> bool {
    let verdict = PaymentCallback::verify(&keyring(), body.as_bytes());
    matches!(verdict, Err(CallbackError::BadHash))
}

fn is_accepted(body: &str) -> bool {
    PaymentCallback::verify(&keyring(), body.as_bytes()).is_ok()
}

fn field(text: &str) -> SignedPart<'_> {
    SignedPart::Field(text.as_bytes())
}

/// The hash over these parts by the right key.
fn hash(parts: &[SignedPart<'_>]) -> String {
    credentials().sign(parts).to_base64()
}

#[test]
fn a_hash_by_another_key_or_salt_is_refused() {
    let strangers = [
        Credentials::new("123456", "oLdKeY9876543210", SALT).unwrap(),
        Credentials::new("123456", KEY, "oLdSaLt987654321").unwrap(),
        // Key and salt swapped.
        Credentials::new("123456", SALT, KEY).unwrap(),
    ];
    for stranger in strangers {
        let forged = PaymentNotification::success("SIPARIS0001", 1_000).sign(&stranger);
        assert!(is_bad_hash(&forged.to_body()));
    }
}

#[test]
fn a_changed_signed_field_is_refused() {
    let right = hash(&[
        field("SIPARIS0001"),
        SignedPart::Salt,
        field("failed"),
        field("1000"),
    ]);
    assert!(is_accepted(&body("SIPARIS0001", "failed", "1000", &right)));
    for (oid, status, total) in [
        ("SIPARIS0001", "success", "1000"),
        ("SIPARIS0002", "failed", "1000"),
        ("siparis0001", "failed", "1000"),
        ("SIPARIS0001", "failed", "1001"),
        ("SIPARIS0001", "failed", "10000"),
        ("SIPARIS0001", "failed", "100"),
    ] {
        assert!(
            is_bad_hash(&body(oid, status, total, &right)),
            "{oid} {status} {total}"
        );
    }
}

#[test]
fn a_salt_in_another_place_is_refused() {
    let (oid, status, total) = (field("SIPARIS0001"), field("success"), field("1000"));
    let salt = SignedPart::Salt;
    for parts in [
        vec![salt, oid, status, total],
        vec![oid, status, salt, total],
        vec![oid, status, total, salt],
        vec![oid, status, total],
        vec![oid, salt, total, status],
        vec![oid, salt, status, total, salt],
    ] {
        assert!(is_bad_hash(&body(
            "SIPARIS0001",
            "success",
            "1000",
            &hash(&parts)
        )));
    }
}

#[test]
fn a_hash_that_differs_in_one_bit_or_in_the_case_of_a_letter_is_refused() {
    let right = hash(&[field("A"), SignedPart::Salt, field("success"), field("1")]);
    let mut flipped_cases = 0;
    for (at, letter) in right.char_indices() {
        let other = if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        let mut flipped = right.clone();
        flipped.replace_range(at..=at, &other.to_string());
        // The last letter carries two bits that must be zero; flipping them is malformed.
        if flipped != right && Signature::from_base64(flipped.as_bytes()).is_ok() {
            flipped_cases += 1;
            assert!(is_bad_hash(&body("A", "success", "1", &flipped)), "{at}");
        }
    }
    assert!(flipped_cases > 20);
    assert!(is_bad_hash(&body(
        "A",
        "success",
        "1",
        &format!("{}=", "A".repeat(43))
    )));
}

/// A truncated tag padded with zeros: right in all bytes that a truncating verifier would look at.
#[test]
fn a_tag_that_is_right_only_in_its_beginning_is_refused() {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let right = hash(&[field("A"), SignedPart::Salt, field("success"), field("1")]);
    let bytes = engine.decode(&right).unwrap();
    for kept in [1, 4, 16, 31] {
        for (from, to) in [(0, kept), (32 - kept, 32)] {
            let mut truncated = [0; 32];
            truncated[from..to].copy_from_slice(&bytes[from..to]);
            assert!(
                is_bad_hash(&body("A", "success", "1", &engine.encode(truncated))),
                "{kept}"
            );
        }
    }
}

#[test]
fn a_link_hash_passes_for_no_cut_of_its_order_id() {
    let file = VectorFile::read();
    for vector in &file.formula("link_callback_hash").vectors {
        let whole = format!(
            "{}{}",
            vector.field("callback_id"),
            vector.field("merchant_oid")
        );
        let (status, total) = (vector.field("status"), vector.field("total_amount"));
        for cut in 1..whole.len() {
            for part in [&whole[..cut], &whole[cut..]] {
                let forged = body(part, status, total, &vector.expected);
                assert_eq!(is_bad_hash(&forged), part.len() <= 64, "{part}");
                assert!(!is_accepted(&forged), "{part}");
            }
        }
        // The whole text is one message with the link's: the hash fits, and only the shop's records
        // can tell. With the link's own field in the form it never gets that far.
        let without_field = body(&whole, status, total, &vector.expected);
        assert_eq!(is_accepted(&without_field), whole.len() <= 64, "{whole}");
        for cut in 0..=whole.len() {
            let (callback_id, order) = whole.split_at(cut);
            let link = PaymentNotification::new(order, status, total)
                .field("callback_id", callback_id)
                .field("hash", &vector.expected)
                .to_body();
            let refused = PaymentCallback::verify(&keyring(), link.as_bytes());
            assert!(
                matches!(refused, Err(CallbackError::Malformed(_))),
                "{link}"
            );
        }
    }
}

#[test]
fn request_tokens_of_every_formula_are_no_notification_hash() {
    let file = VectorFile::read();
    let mut tokens = 0;
    for formula in &file.formulas {
        if ["payment_callback_hash", "link_callback_hash"].contains(&formula.id.as_str()) {
            continue;
        }
        for vector in &formula.vectors {
            for (oid, status, total) in shapes_for(&vector.message) {
                tokens += 1;
                let forged = body(&oid, status, &total, &vector.expected);
                assert!(is_bad_hash(&forged), "{} {}", formula.id, vector.name);
            }
        }
    }
    assert!(tokens >= 95, "{tokens}");
}

/// Bodies that try to make the message of a token that ends with the salt.
fn shapes_for(message: &str) -> Vec<(String, &'static str, String)> {
    let before_salt = message.strip_suffix(SALT).unwrap_or(message);
    let alphanumeric: String = before_salt
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    vec![
        (alphanumeric.clone(), "success", "1000".to_owned()),
        (alphanumeric, "failed", "0".to_owned()),
    ]
}

/// `merchant_id + X + salt` is the token of a status inquiry, a rates request and a cashout.
#[test]
fn a_status_token_for_an_order_id_that_ends_like_a_notification_is_refused() {
    let token = hash(&[
        field("123456"),
        field("SIPARIS0001success1000"),
        SignedPart::Salt,
    ]);
    for oid in ["SIPARIS0001", "123456SIPARIS0001"] {
        assert!(is_bad_hash(&body(oid, "success", "1000", &token)));
    }
}

#[test]
fn a_direct_api_token_whose_text_was_chosen_by_a_buyer_is_refused() {
    let text = "12345688.255.10.20SIPARIS0001success1000@example.com100.99card0TL00";
    let token = hash(&[field(text), SignedPart::Salt]);
    for oid in ["SIPARIS0001", "12345688", "123456882551020SIPARIS0001"] {
        for (status, total) in [("success", "1000"), ("success", "10099"), ("failed", "0")] {
            assert!(is_bad_hash(&body(oid, status, total, &token)));
        }
    }
}

#[test]
fn an_old_key_is_accepted_in_any_place_of_the_keyring_and_named() {
    let old = [
        ("oLdKeY9876543210", "oLdSaLt987654321"),
        ("eVeNoLdErKeY1234", "eVeNoLdErSaLt123"),
    ];
    let keyring = old.iter().fold(keyring(), |keyring, (key, salt)| {
        keyring.accept_old(*key, *salt).unwrap()
    });
    let signed_by = |key: &str, salt: &str| {
        let signer = Credentials::new("123456", key, salt).unwrap();
        let body = PaymentNotification::success("A", 1).sign(&signer).to_body();
        PaymentCallback::verify(&keyring, body.as_bytes())
            .map(|callback| callback.key_index().get())
    };
    assert_eq!(signed_by(KEY, SALT).unwrap(), 0);
    assert_eq!(signed_by(old[0].0, old[0].1).unwrap(), 1);
    assert_eq!(signed_by(old[1].0, old[1].1).unwrap(), 2);
    // A key and a salt that do not belong together.
    for (key, salt) in [(KEY, old[0].1), (old[0].0, SALT), (old[0].0, old[1].1)] {
        assert!(matches!(signed_by(key, salt), Err(CallbackError::BadHash)));
    }
}

#[test]
fn an_old_key_is_refused_when_it_is_not_in_the_keyring() {
    let old = Credentials::new("123456", "oLdKeY9876543210", "oLdSaLt987654321").unwrap();
    let notification = PaymentNotification::success("A", 1).sign(&old).to_body();
    assert!(is_bad_hash(&notification));
    let only_old = Keyring::new(old);
    assert!(PaymentCallback::verify(&only_old, notification.as_bytes()).is_ok());
}
