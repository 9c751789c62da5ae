//! `callback explain` of requests: a body with `paytr_token`.

mod mistakes;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::common::{KEY, Program, SALT, formulas, mac};

fn explain(kind: &str, fields: &BTreeMap<String, String>) -> (i32, Value) {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let line = ["callback", "explain", "--kind", kind, "--json"];
    let run = Program::new(line).input(body).run();
    (run.code, run.json())
}

/// The fields and the signing order of the first golden vector of a formula.
fn golden(id: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let formulas = formulas();
    let formula = formulas
        .into_iter()
        .find(|formula| formula.id == id)
        .unwrap();
    let vector = formula.vectors.into_iter().next().unwrap();
    let mut fields = vector.fields;
    fields.insert("merchant_id".to_owned(), "123456".to_owned());
    fields.insert("paytr_token".to_owned(), vector.expected);
    (fields, formula.message_order)
}

/// The token over the fields in an order.
fn token(fields: &BTreeMap<String, String>, order: &[String]) -> String {
    let part = |name: &String| match name.as_str() {
        "merchant_salt" => SALT.to_owned(),
        name => fields.get(name).cloned().unwrap_or_default(),
    };
    let text: String = order.iter().map(part).collect();
    STANDARD.encode(mac(KEY, &text))
}

const REQUESTS: [(&str, &str); 8] = [
    ("payment", "iframe_card_token"),
    ("payment", "direct_payment_token"),
    ("payment", "bkm_express_token"),
    ("eft", "iframe_eft_token"),
    ("link", "link_create_product_token"),
    ("link", "link_create_collection_token"),
    ("transfer", "platform_transfer_token"),
    ("cashout", "cashout_token"),
];

#[test]
fn every_golden_request_of_the_kinds_is_explained_as_right() {
    for (kind, id) in REQUESTS {
        let (fields, _) = golden(id);
        let (code, explained) = explain(kind, &fields);
        assert_eq!(
            (code, &explained["hash_is_right"]),
            (0, &true.into()),
            "{id} {explained:#}"
        );
    }
}

#[test]
fn a_basket_that_was_written_again_is_found_in_every_way_of_writing_it() {
    let (fields, order) = golden("iframe_card_token");
    let compact = r#"[["Örnek Ürün 1","18.00",1],["Şişe & Çanta","16.56",1]]"#;
    let spaced = r#"[["Örnek Ürün 1", "18.00", 1], ["Şişe & Çanta", "16.56", 1]]"#;
    let escaped =
        r#"[["\u00d6rnek \u00dcr\u00fcn 1","18.00",1],["\u015ei\u015fe & \u00c7anta","16.56",1]]"#;
    let ways = [compact, spaced, escaped].map(|json| STANDARD.encode(json));
    for posted in &ways {
        for signed in ways.iter().map(String::as_str).chain([compact]) {
            if signed == posted {
                continue;
            }
            // Unencoded JSON is only found when it is the posted one.
            let mut sent = fields.clone();
            sent.insert("user_basket".to_owned(), signed.to_owned());
            let wrong = token(&sent, &order);
            sent.insert("user_basket".to_owned(), posted.clone());
            sent.insert("paytr_token".to_owned(), wrong);
            if signed == compact && *posted != STANDARD.encode(compact) {
                continue;
            }
            let (code, explained) = explain("payment", &sent);
            let found = &explained["mistakes"][0];
            assert_eq!(code, 1);
            assert!(
                found["mistake"]
                    .as_str()
                    .is_some_and(|name| name.contains("re-encoded basket")),
                "{signed} {explained:#}"
            );
            let before: usize = order.iter().take(5).map(|name| fields[name].len()).sum();
            let same = posted
                .bytes()
                .zip(signed.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            assert_eq!(found["first_different_byte"], before + same + 1);
        }
    }
}

#[test]
fn mistakes_of_requests_are_found() {
    let (fields, order) = golden("iframe_card_token");
    let mut table_order = order.clone();
    table_order.swap_remove(8);
    let currency = "currency".to_owned();
    let table_order: Vec<_> = {
        let mut names: Vec<_> = order
            .iter()
            .filter(|name| **name != currency)
            .cloned()
            .collect();
        names.insert(5, currency);
        names
    };
    let mut sent = fields.clone();
    let wrong = token(&fields, &table_order);
    assert_eq!(
        wrong, "RN5D31GxSFP3gZO/S2GG6yg7oCHrD4fIsMEa0dQvylk=",
        "a published negative vector"
    );
    sent.insert("paytr_token".to_owned(), wrong);
    let (_, explained) = explain("payment", &sent);
    let name = explained["mistakes"][0]["mistake"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(name.contains("another order: currency"), "{name}");

    // The address has a plus sign that a raw form turns into a blank.
    let mut sent = fields.clone();
    sent.insert("email".to_owned(), "a+b@x.co".to_owned());
    let signed = token(&sent, &order);
    sent.insert("email".to_owned(), "a b@x.co".to_owned());
    sent.insert("paytr_token".to_owned(), signed);
    let (_, explained) = explain("payment", &sent);
    let found = &explained["mistakes"][0];
    assert!(
        found["mistake"]
            .as_str()
            .unwrap()
            .contains("stripped +: email"),
        "{found:#}"
    );

    let (fields, order) = golden("platform_transfer_token");
    let mut sent = fields.clone();
    sent.insert("total_amount".to_owned(), "34.56".to_owned());
    let wrong = token(&sent, &order);
    sent.insert("total_amount".to_owned(), "3456".to_owned());
    sent.insert("paytr_token".to_owned(), wrong);
    let (_, explained) = explain("transfer", &sent);
    let found = &explained["mistakes"][0];
    assert!(
        found["mistake"]
            .as_str()
            .unwrap()
            .contains("amount units: total_amount"),
        "{found:#}"
    );
}

/// Changes one field of a golden request, signs it rightly, and returns the refusals.
#[track_caller]
fn refused(id: &str, kind: &str, changes: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let (mut fields, order) = golden(id);
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    let right = token(&fields, &order);
    fields.insert("paytr_token".to_owned(), right);
    let (code, explained) = explain(kind, &fields);
    assert_eq!(explained["hash_is_right"], true, "{explained:#}");
    let refused = explained["refused"].as_array().unwrap();
    assert_eq!(code, i32::from(!refused.is_empty()), "{explained:#}");
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let parts = |one| {
        let [field, why, write] = ["field", "why", "what_to_write"].map(|name| text(one, name));
        (field, why, write)
    };
    refused.iter().map(parts).collect()
}

#[test]
fn a_right_hash_over_a_value_that_paytr_refuses_is_told_with_what_to_write() {
    let latin5 = STANDARD.encode(b"[[\"\xDEi\xFEe\",\"18.00\",1]]");
    let deep = STANDARD.encode(r#"[[["Kalem","18.00",1]]]"#);
    for (field, value, why, write) in [
        ("user_ip", "192.168.1.4", "private network", "public IPv4"),
        ("user_ip", "2a02:4e0::1", "IPv6", "public IPv4"),
        (
            "user_ip",
            "88.255.10.20, 10.0.0.1",
            "more than one",
            "public IPv4",
        ),
        ("payment_amount", "34.56", "decimal mark", "3456 for 34.56"),
        (
            "payment_amount",
            "3455.9999999999995",
            "decimal mark",
            "3456 for 34.56",
        ),
        ("merchant_oid", "SIPARIS-1", "dash", "without - and _"),
        ("test_mode", "false", "neither 0 nor 1", "0 or 1"),
        ("max_installment", "1", "no count", "2 to 12"),
        ("max_installment", "13", "no count", "2 to 12"),
        (
            "user_basket",
            r#"[["Kalem","18.00",1]]"#,
            "plain JSON",
            "base64",
        ),
        (
            "user_basket",
            &deep,
            "one level too deep",
            "[[name, price, quantity], …]",
        ),
        ("user_basket", &latin5, "Latin-5", "UTF-8"),
        (
            "email",
            "ayşe@example.com",
            "outside ASCII",
            "Turkish letters",
        ),
        ("merchant_ok_url", "/ok", "no absolute", "absolute"),
    ] {
        let found = refused("iframe_card_token", "payment", &[(field, value)]);
        let [(name, because, rule)] = found.as_slice() else {
            panic!("{field}={value}: {found:?}");
        };
        assert_eq!(name, field);
        assert!(because.contains(why), "{field}={value}: {because}");
        assert!(rule.contains(write), "{field}={value}: {rule}");
    }
    // PayTR's own modules send 1 beside no_installment=1.
    let single = [("no_installment", "1"), ("max_installment", "1")];
    assert_eq!(refused("iframe_card_token", "payment", &single), []);
}

#[test]
fn the_other_requests_have_their_rules_too() {
    for (id, kind, field, value) in [
        ("iframe_eft_token", "eft", "payment_amount", "34.56"),
        ("iframe_eft_token", "eft", "bank", "garanti"),
        ("direct_payment_token", "payment", "payment_amount", "34,56"),
        ("direct_payment_token", "payment", "installment_count", "1"),
        ("direct_payment_token", "payment", "non_3d", "false"),
        ("bkm_express_token", "payment", "user_ip", "::1"),
        ("link_create_product_token", "link", "price", "34.56"),
        (
            "link_create_collection_token",
            "link",
            "email",
            "a @example.com",
        ),
        (
            "platform_transfer_token",
            "transfer",
            "total_amount",
            "34.56",
        ),
        (
            "platform_transfer_token",
            "transfer",
            "transfer_iban",
            "TR00",
        ),
        ("cashout_token", "cashout", "trans_id", "C-1"),
    ] {
        let found = refused(id, kind, &[(field, value)]);
        let names: Vec<_> = found.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, [field], "{id}");
    }
}

#[test]
fn a_refused_value_is_shown_beside_the_hash() {
    let (mut fields, order) = golden("iframe_card_token");
    fields.insert("user_ip".to_owned(), "10.0.0.7".to_owned());
    let line = ["callback", "explain", "--kind", "payment"];
    let run = |fields: &BTreeMap<String, String>| {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Program::new(line).input(body).run().expect_code(1)
    };
    let right = token(&fields, &order);
    fields.insert("paytr_token".to_owned(), right);
    run(&fields)
        .expect_out("right, refused all the same")
        .expect_out("user_ip: an address of a private network")
        .expect_out("what to write  user_ip: the public IPv4 address");
    // It is told of a wrong hash too: mending that alone would not help.
    fields.insert("paytr_token".to_owned(), STANDARD.encode([7; 32]));
    run(&fields)
        .expect_out("none of the known mistakes gives it")
        .expect_out("user_ip: an address of a private network");
}
