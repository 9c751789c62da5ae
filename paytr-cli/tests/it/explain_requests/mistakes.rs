//! One field posted and signed in two ways, pairs of mistakes, and bodies with something before them.

use std::collections::BTreeMap;

use super::*;

/// The first mistake that is found when `posted` is sent and `signed` was signed.
#[track_caller]
fn found(id: &str, kind: &str, posted: &[(&str, &str)], signed: &[(&str, &str)]) -> Value {
    let (mut fields, order) = golden(id);
    let set = |fields: &mut BTreeMap<String, String>, changes: &[(&str, &str)]| {
        for (name, value) in changes {
            fields.insert((*name).to_owned(), (*value).to_owned());
        }
    };
    set(&mut fields, posted);
    let mut other = fields.clone();
    set(&mut other, signed);
    fields.insert("paytr_token".to_owned(), token(&other, &order));
    let (code, explained) = explain(kind, &fields);
    assert_eq!(code, 1, "{explained:#}");
    assert_eq!(explained["hash_is_right"], false, "{explained:#}");
    let first = explained["mistakes"][0].clone();
    assert_eq!(
        first["gives_the_hash"], true,
        "{posted:?} {signed:?}: {explained:#}"
    );
    first
}

fn name(found: &Value) -> String {
    found["mistake"].as_str().unwrap().to_owned()
}

/// A field, what was posted, what was signed, and what the finding says.
type Case = (&'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    for (field, posted, signed, part) in cases {
        let found = found(
            "iframe_card_token",
            "payment",
            &[(field, posted)],
            &[(field, signed)],
        );
        let name = name(&found);
        assert!(name.contains(part), "{field}={posted}/{signed}: {name}");
        assert!(
            found["first_different_byte"].as_u64().is_some(),
            "{found:#}"
        );
    }
}

#[test]
fn a_currency_or_an_address_that_is_posted_and_signed_in_two_ways_is_named() {
    const LETTERS: &str = "email signed in other capitals";
    const BLANK: &str = "email signed without the blank";
    check(&[
        ("currency", "TRY", "TL", "currency signed as TL"),
        ("currency", "", "TL", "currency signed as TL"),
        ("currency", "TL", "TRY", "currency signed as TRY"),
        ("currency", "TL", "", "currency"),
        ("currency", "tl", "TL", "currency signed as TL"),
        ("email", "Ayse@Example.com", "ayse@example.com", LETTERS),
        ("email", "ayse@example.com", "Ayse@example.com", LETTERS),
        ("email", "ILKER@example.com", "ılker@example.com", LETTERS),
        ("email", "a@example.com ", "a@example.com", BLANK),
        ("email", " a@example.com", "a@example.com", BLANK),
        (
            "email",
            "a @example.com",
            "a@example.com",
            "without its blank",
        ),
        (
            "email",
            "a@example.com",
            "a@example.com ",
            "blank behind email",
        ),
        (
            "email",
            "a@example.com",
            " a@example.com",
            "blank before it",
        ),
    ]);
}

#[test]
fn an_amount_in_two_spellings_is_named() {
    check(&[
        ("payment_amount", "34.56", "3456", "payment_amount as 3456"),
        ("payment_amount", "3456", "34.56", "payment_amount as 34.56"),
        ("payment_amount", "34.5", "34.50", "payment_amount as 34.50"),
        (
            "payment_amount",
            "3455.9999999999995",
            "3456",
            "payment_amount as 3456",
        ),
        ("payment_amount", "3456", "3456.0", "floating point"),
        (
            "payment_amount",
            "1999",
            "1998.9999999999998",
            "floating point",
        ),
        ("payment_amount", "1999", "1998", "cut instead of rounded"),
        ("payment_amount", "123456", "1.234,56", "for people"),
        (
            "payment_amount",
            "1,234.56",
            "123456",
            "payment_amount as 123456",
        ),
    ]);
}

#[test]
fn an_id_a_flag_or_another_field_in_two_spellings_is_named() {
    check(&[
        (
            "merchant_oid",
            "SIPARIS-1",
            "SIPARIS1",
            "signed without its dash",
        ),
        (
            "merchant_oid",
            "SIPARIS_1",
            "SIPARIS1",
            "letters and digits alone",
        ),
        ("merchant_oid", "siparis1", "SIPARIS1", "signed in capitals"),
        ("merchant_oid", "0012", "12", "signed without its zeros"),
        ("test_mode", "1", "0", "test_mode signed as 0"),
        ("test_mode", "false", "0", "test_mode signed as 0"),
        ("max_installment", "0", "12", "max_installment signed as 12"),
        (
            "user_ip",
            "1.2.3.4, 10.0.0.1",
            "1.2.3.4",
            "user_ip signed as 1.2.3.4",
        ),
    ]);
    let link = "link_create_product_token";
    let found = found(link, "link", &[("name", "A & B")], &[("name", "A &amp; B")]);
    assert!(name(&found).contains("HTML"), "{found:#}");
}

#[test]
fn two_mistakes_at_once_are_named_together() {
    let card = "iframe_card_token";
    for (posted, signed, first, second) in [
        (
            [("currency", "TRY"), ("payment_amount", "34.56")],
            [("currency", "TL"), ("payment_amount", "3456")],
            "payment_amount as 3456",
            "currency signed as TL",
        ),
        (
            [("email", "A@Example.com"), ("merchant_oid", "SIPARIS-1")],
            [("email", "a@example.com"), ("merchant_oid", "SIPARIS1")],
            "merchant_oid signed without its dash",
            "email signed in other capitals",
        ),
        (
            [("test_mode", "1"), ("user_ip", "1.2.3.4, 10.0.0.1")],
            [("test_mode", "0"), ("user_ip", "1.2.3.4")],
            "user_ip signed as 1.2.3.4",
            "test_mode signed as 0",
        ),
    ] {
        let found = found(card, "payment", &posted, &signed);
        let name = name(&found);
        assert!(name.contains(first) && name.contains(second), "{name}");
        assert!(!found["what_to_do"].as_str().unwrap().is_empty());
    }
    // A value and the place of the salt; a value and the spelling of the hash.
    let (fields, order) = golden(card);
    let mut signed = fields.clone();
    signed.insert("currency".to_owned(), String::new());
    let salt_first: Vec<_> = [&order[order.len() - 1..], &order[..order.len() - 1]].concat();
    let hex = |text: &str| -> String {
        let bytes = STANDARD.decode(text).unwrap();
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    let unpadded = token(&signed, &salt_first).trim_end_matches('=').to_owned();
    for (hash, parts) in [
        (token(&signed, &salt_first), ["salt first", "currency"]),
        (hex(&token(&signed, &salt_first)), ["salt first", "hex"]),
        (unpadded, ["salt first", "without its ="]),
        (hex(&token(&signed, &order)), ["currency", "hex"]),
    ] {
        let mut sent = fields.clone();
        sent.insert("paytr_token".to_owned(), hash);
        let (_, explained) = explain("payment", &sent);
        let name = name(&explained["mistakes"][0]);
        assert!(parts.iter().all(|part| name.contains(part)), "{name}");
    }
}

#[test]
fn what_stands_before_the_body_or_in_a_field_name_is_told() {
    let (fields, _) = golden("iframe_card_token");
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let line = ["callback", "explain", "--kind", "payment", "--json"];
    let run = |body: String| Program::new(line).input(body).run().expect_code(1).json();
    for (sent, note) in [
        (format!("\u{feff}{body}"), "byte order mark"),
        (format!("%EF%BB%BF{body}"), "byte order mark"),
        (format!("%ef%bb%bf{body}"), "byte order mark"),
        (
            body.replace("user_ip=", "user_ip%0A="),
            "field name of user_ip",
        ),
        (format!("+{body}"), "field name of currency"),
        (
            format!("{body}&user_name=Ay%FEe"),
            "user_name is not in UTF-8",
        ),
    ] {
        let explained = run(sent);
        assert_eq!(explained["hash_is_right"], true, "{note}: {explained:#}");
        let told = explained["notes"][0].as_str().unwrap();
        assert!(told.contains(note), "{told}");
    }
    let mut latin5 = body.clone().into_bytes();
    latin5.extend(b"&user_name=Ay\xFEe");
    Program::new(line)
        .input(latin5)
        .run()
        .expect_code(2)
        .expect_err("Latin-5");
    // A mark that was signed too.
    let (fields, order) = golden("iframe_card_token");
    let part = |name: &String| match name.as_str() {
        "merchant_salt" => SALT.to_owned(),
        name => fields[name].clone(),
    };
    let text: String = order.iter().map(part).collect();
    let mut sent = fields.clone();
    let hash = STANDARD.encode(mac(KEY, &format!("\u{feff}{text}")));
    sent.insert("paytr_token".to_owned(), hash);
    let (_, explained) = explain("payment", &sent);
    assert!(name(&explained["mistakes"][0]).contains("byte order mark before"));
}

#[test]
fn a_hash_that_was_encoded_once_too_often_is_named_however_it_was_encoded() {
    let (fields, order) = golden("iframe_card_token");
    let right = token(&fields, &order);
    assert!(right.contains('='), "{right}");
    let upper: String = form_urlencoded::byte_serialize(right.as_bytes()).collect();
    let thrice: String = form_urlencoded::byte_serialize(upper.as_bytes()).collect();
    let lower = upper
        .replace("%2F", "%2f")
        .replace("%2B", "%2b")
        .replace("%3D", "%3d");
    // Some encoders leave the slash alone.
    let slash = upper.replace("%2F", "/");
    for (hash, part) in [
        (upper, "percent-encoded twice"),
        (lower, "percent-encoded twice"),
        (slash, "percent-encoded twice"),
        (thrice, "percent-encoded twice"),
        (right.replace('=', "&#61;"), "HTML entities"),
        (right.replace('=', "&#x3D;"), "HTML entities"),
    ] {
        let mut sent = fields.clone();
        sent.insert("paytr_token".to_owned(), hash);
        let (code, explained) = explain("payment", &sent);
        assert_eq!(code, 1);
        let found = name(&explained["mistakes"][0]);
        assert!(found.contains(part), "{found}");
    }
}
