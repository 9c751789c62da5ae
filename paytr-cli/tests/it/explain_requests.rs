//! `callback explain` of requests: a body with `paytr_token`.

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
