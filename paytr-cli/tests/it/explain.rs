//! `callback explain` names the mistake and the byte, for every mistake it knows.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::common::{KEY, Outcome, Program, SALT, formulas, mac};

const OID: &str = "SIPARIS0001";

fn explain(kind: &str, body: &str) -> Outcome {
    Program::new(["callback", "explain", "--kind", kind, "--json"])
        .input(body)
        .run()
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn payment(hash: &str) -> String {
    form(&[
        ("merchant_oid", OID),
        ("status", "success"),
        ("total_amount", "3456"),
        ("hash", hash),
    ])
}

fn hash_of(text: &str) -> String {
    STANDARD.encode(mac(KEY, text))
}

/// Explains a body whose hash is wrong, and returns the one mistake that was found.
#[track_caller]
fn mistake(kind: &str, body: &str) -> Value {
    let explained = explain(kind, body).expect_code(1).json();
    let found = explained["mistakes"].as_array().unwrap();
    assert!(!found.is_empty(), "{explained:#}");
    found[0].clone()
}

/// The same, checked for its name and the first different byte of the signed text.
#[track_caller]
fn check(kind: &str, body: &str, name: &str, byte: Option<u64>) -> Value {
    let found = mistake(kind, body);
    assert!(
        found["mistake"].as_str().unwrap().contains(name),
        "{found:#}"
    );
    assert_eq!(found["first_different_byte"].as_u64(), byte, "{found:#}");
    found
}

#[test]
fn every_golden_notification_is_explained_as_right() {
    for (kind, id) in [
        ("payment", "payment_callback_hash"),
        ("link", "link_callback_hash"),
        ("eft", "eft_interim_hash"),
        ("transfer", "platform_transfer_result_hash"),
        ("cashout", "cashout_result_hash"),
    ] {
        let formulas = formulas();
        let formula = formulas.iter().find(|formula| formula.id == id).unwrap();
        for vector in formula
            .vectors
            .iter()
            .filter(|vector| vector.has_usual_credentials())
        {
            let mut fields: Vec<_> = vector
                .fields
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            fields.retain(|(name, _)| *name != "hash");
            fields.push(("hash", &vector.expected));
            let explained = explain(kind, &form(&fields)).expect_code(0).json();
            assert_eq!(explained["hash_is_right"], true, "{}", vector.name);
            let text = vector.message.replace(SALT, "<salt>");
            assert_eq!(explained["signed_text"], text, "{}", vector.name);
        }
    }
}

#[test]
fn key_and_salt_swapped() {
    let hash = STANDARD.encode(mac(SALT, &format!("{OID}{KEY}success3456")));
    let found = check("payment", &payment(&hash), "key and salt swapped", Some(12));
    assert!(
        found["place"]
            .as_str()
            .unwrap()
            .contains("byte 1 of <salt>"),
        "{found:#}"
    );
}

#[test]
fn salt_at_another_place() {
    for (text, name, byte) in [
        (format!("{OID}success3456{SALT}"), "salt last", 12),
        (format!("{SALT}{OID}success3456"), "salt first", 1),
        (format!("{OID}success{SALT}3456"), "salt after status", 12),
        (format!("{OID}success3456"), "salt left out", 12),
    ] {
        check("payment", &payment(&hash_of(&text)), name, Some(byte));
    }
}

#[test]
fn amount_in_other_units() {
    // 11 of the order id, 16 of the salt, 7 of the status.
    for (amount, byte) in [("34.56", 37), ("34,56", 37), ("345600", 39)] {
        let hash = hash_of(&format!("{OID}{SALT}success{amount}"));
        let found = check("payment", &payment(&hash), "amount units", Some(byte));
        assert!(
            found["mistake"].as_str().unwrap().contains(amount),
            "{found:#}"
        );
    }
    let body = |hash: &str| {
        form(&[
            ("merchant_oid", OID),
            ("status", "success"),
            ("total_amount", "3600"),
            ("payment_amount", "3456"),
            ("hash", hash),
        ])
    };
    let hash = hash_of(&format!("{OID}{SALT}success3456"));
    check(
        "payment",
        &body(&hash),
        "payment_amount instead of total_amount",
        Some(36),
    );
}

#[test]
fn stripped_plus_signs() {
    let right = hash_of(&format!("{OID}{SALT}success3456"));
    assert_eq!(right, "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=");
    for stripped in [right.replace('+', " "), right.replace('+', "")] {
        let found = check("payment", &payment(&stripped), "stripped +", Some(5));
        assert_eq!(found["differs_in"], "hash");
    }
    // The same by way of a form that was not percent-encoded.
    let raw = format!("merchant_oid={OID}&status=success&total_amount=3456&hash={right}");
    check("payment", &raw, "stripped +", Some(5));
}

#[test]
fn hash_in_another_spelling() {
    let bytes = mac(KEY, &format!("{OID}{SALT}success3456"));
    let right = STANDARD.encode(&bytes);
    let hex = bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat();
    let twice: String = form_urlencoded::byte_serialize(right.as_bytes()).collect();
    for (hash, name, byte) in [
        (URL_SAFE.encode(&bytes), "URL-safe", 3),
        (URL_SAFE_NO_PAD.encode(&bytes), "URL-safe", 3),
        (hex.clone(), "hex instead", 1),
        (hex.to_uppercase(), "hex instead", 1),
        (STANDARD.encode(&hex), "base64 of the hex", 1),
        (right.trim_end_matches('=').to_owned(), "without its =", 44),
        (format!("{right}\n"), "line break", 45),
        (format!("{right}\r\n"), "line break", 45),
        (format!(" {right}"), "line break", 45),
        (twice, "percent-encoded twice", 3),
    ] {
        let found = check("payment", &payment(&hash), name, Some(byte));
        assert_eq!(found["differs_in"], "hash", "{found:#}");
    }
}

#[test]
fn line_breaks_behind_secrets_and_fields() {
    let hash = STANDARD.encode(mac(&format!("{KEY}\n"), &format!("{OID}{SALT}success3456")));
    let found = check(
        "payment",
        &payment(&hash),
        "line break behind the key",
        None,
    );
    assert_eq!(found["differs_in"], "key");
    for (text, name, byte) in [
        (
            format!("{OID}{SALT}\nsuccess3456"),
            "line break behind the salt",
            28,
        ),
        (
            format!("{OID}{SALT}success3456\n"),
            "line break behind total_amount",
            39,
        ),
        (
            format!("{OID}\r\n{SALT}success3456"),
            "line break (CR LF) behind merchant_oid",
            12,
        ),
        (
            format!("{OID}{SALT} success3456"),
            "blank behind the salt",
            28,
        ),
    ] {
        check("payment", &payment(&hash_of(&text)), name, Some(byte));
    }
}

#[test]
fn hash_of_another_kind() {
    let body = |hash: &str| {
        form(&[
            ("callback_id", "LINK1"),
            ("merchant_oid", OID),
            ("status", "success"),
            ("total_amount", "3456"),
            ("hash", hash),
        ])
    };
    let of_payment = hash_of(&format!("{OID}{SALT}success3456"));
    check(
        "link",
        &body(&of_payment),
        "hash of another kind: payment notification",
        Some(1),
    );
    let of_link = hash_of(&format!("LINK1{OID}{SALT}success3456"));
    check(
        "payment",
        &body(&of_link),
        "hash of another kind: link notification",
        Some(1),
    );
    let of_status = hash_of(&format!("123456{OID}{SALT}"));
    check(
        "payment",
        &payment(&of_status),
        "hash of another kind: status inquiry",
        Some(1),
    );
    let eft = form(&[
        ("status", "info"),
        ("merchant_oid", OID),
        ("bank", "ptt"),
        ("total_amount", "1"),
        ("hash", &hash_of(&format!("{OID}{SALT}info1"))),
    ]);
    check(
        "eft",
        &eft,
        "hash of another kind: payment notification",
        Some(12),
    );
}

#[test]
fn lists_written_again_or_with_their_backslashes() {
    let body = |text: &str, hash: &str| form(&[("trans_ids", text), ("hash", hash)]);
    let plain = r#"["T1","T2"]"#;
    let spaced = r#"["T1", "T2"]"#;
    let slashed = r#"[\"T1\",\"T2\"]"#;
    let hash = |text: &str| hash_of(&format!("{text}{SALT}"));
    explain("transfer", &body(plain, &hash(plain))).expect_code(0);
    explain("transfer", &body(slashed, &hash(plain))).expect_code(0);
    check(
        "transfer",
        &body(plain, &hash(spaced)),
        "re-encoded list",
        Some(7),
    );
    check(
        "transfer",
        &body(spaced, &hash(plain)),
        "re-encoded list",
        Some(7),
    );
    check(
        "transfer",
        &body(slashed, &hash(slashed)),
        "quotes escaped by backslashes",
        Some(2),
    );
    let encoded: String = form_urlencoded::byte_serialize(plain.as_bytes()).collect();
    check(
        "transfer",
        &body(plain, &hash(&encoded)),
        "percent-encoded",
        Some(1),
    );
}

#[test]
fn the_published_wrong_ways_to_sign_are_found() {
    let link = |hash: &str| {
        form(&[
            ("callback_id", "LINK0001"),
            ("merchant_oid", "PAYTR1767600000"),
            ("status", "success"),
            ("total_amount", "1445"),
            ("hash", hash),
        ])
    };
    let hash = hash_of(&format!("PAYTR1767600000{SALT}success1445"));
    assert_eq!(
        hash, "T0YTiRkyRUiDXfFAnzX5A6lbNFJRlHnxNvxVrlg8U7s=",
        "a published negative vector"
    );
    check("link", &link(&hash), "payment notification", Some(1));
    let rows = r#"[{\"amount\":484.48,\"receiver\":\"XYZ LTD STI\",\"iban\":\"TR330006100519786457841326\",\"result\":\"success\"}]"#;
    let hash = "fK2yQnNuF1iK7ebCLztD7CTrfqk45ztkuW+kk9smzQE=";
    let body = form(&[
        ("mode", "cashout"),
        ("trans_id", "CO0001"),
        ("processed_result", rows),
        ("hash", hash),
    ]);
    check("cashout", &body, "processed_result signed too", Some(1));
}

#[test]
fn json_instead_of_a_form_is_told() {
    let hash = hash_of(&format!("{OID}{SALT}success3456"));
    let body = format!(
        r#"{{"merchant_oid":"{OID}","status":"success","total_amount":3456,"hash":"{hash}"}}"#
    );
    let explained = explain("payment", &body).expect_code(1).json();
    assert_eq!(explained["hash_is_right"], true);
    assert!(
        explained["notes"][0].as_str().unwrap().contains("JSON"),
        "{explained:#}"
    );
}

#[test]
fn a_right_hash_over_a_broken_grammar_is_told_too() {
    let hash = hash_of(&format!("{OID}{SALT}Success3456"));
    let body = form(&[
        ("merchant_oid", OID),
        ("status", "Success"),
        ("total_amount", "3456"),
        ("hash", &hash),
    ]);
    let explained = explain("payment", &body).expect_code(1).json();
    assert!(
        explained["notes"][0].as_str().unwrap().contains("status"),
        "{explained:#}"
    );
}

#[test]
fn what_no_mistake_explains_is_told_as_that() {
    let line = ["callback", "explain", "--kind", "payment"];
    let body = payment(&STANDARD.encode([7; 32]));
    let run = Program::new(line).input(body).run().expect_code(1);
    let run = run.expect_out("none of the known mistakes gives it");
    for likely in [
        "key and salt swapped",
        "salt last",
        "amount units",
        "stripped +",
        "hex",
    ] {
        assert!(run.out.contains(likely), "{likely} is listed: {}", run.out);
    }
    assert!(!run.out.contains(" yes "), "{}", run.out);
    for nothing in ["", "merchant_oid=A1", "\u{1}", "{broken"] {
        Program::new(line).input(nothing).run().expect_code(2);
    }
}

#[test]
fn every_listed_mistake_differs_somewhere() {
    let explained = explain("payment", &payment("x")).expect_code(1).json();
    for tried in explained["tried"].as_array().unwrap() {
        let byte = tried["first_different_byte"].as_u64();
        assert!(
            byte.is_some_and(|byte| byte > 0) || tried["differs_in"] == "key",
            "{tried:#}"
        );
    }
}
