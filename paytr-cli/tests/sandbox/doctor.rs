use serde_json::Value;

use crate::program::{MERCHANT, out, run};
use crate::shop::{self, Mistake};

/// The probes that found something, with the advice in both languages.
fn wrong(url: &str) -> Vec<(String, String, String)> {
    let output = run(&["doctor", url, "--json"], &MERCHANT);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let wrong = findings.iter().filter(|finding| finding["fine"] == false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let wrong: Vec<_> = wrong
        .map(|one| {
            (
                text(&one["probe"]),
                text(&one["english"]),
                text(&one["turkish"]),
            )
        })
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(!wrong.is_empty())));
    wrong
}

#[test]
fn a_shop_with_the_layer_is_well() {
    let [(_, id), (_, key), (_, salt)] = MERCHANT;
    let url = shop::with_layer(id, key, salt);
    assert_eq!(wrong(&url), []);
    let output = run(&["doctor", &url], &MERCHANT);
    assert!(out(&output).contains("all is well"), "{}", out(&output));
    // A second visit finds nothing else.
    assert_eq!(wrong(&url), []);
}

#[test]
fn a_right_handler_by_hand_is_well() {
    assert_eq!(wrong(&shop::with(Mistake::None)), []);
}

#[test]
fn every_mistake_is_found_and_nothing_else() {
    for (mistake, probes, part) in [
        (Mistake::Redirect, &["redirect"][..], "final address"),
        (Mistake::Login, &["redirect"], "login"),
        (
            Mistake::ChecksNoHash,
            &["bad_hash", "no_hash"],
            "check the hash",
        ),
        (Mistake::HashIsOptional, &["no_hash"], "without one"),
        (Mistake::TakesGet, &["method"], "POST only"),
        (Mistake::Html, &["signed"], "HTML"),
        (Mistake::ByteOrderMark, &["signed"], "byte order mark"),
        (Mistake::LineBreak, &["signed"], "line break"),
        (Mistake::Quotes, &["signed"], "quotes"),
        (Mistake::Json, &["signed"], "JSON"),
        (Mistake::LowerCase, &["signed"], "capital"),
        (Mistake::Created, &["signed"], "not 200"),
        (Mistake::LosesPlus, &["signed"], "%2B"),
        (Mistake::Fails, &["signed"], "not 200"),
        (Mistake::RefusesUnknownOrders, &["signed"], "--order-id"),
        (Mistake::NoLimit, &["limit"], "limit"),
        (Mistake::RefusesDuplicate, &["duplicate"], "again"),
    ] {
        let found = wrong(&shop::with(mistake));
        let names: Vec<_> = found.iter().map(|(probe, ..)| probe.as_str()).collect();
        assert_eq!(names, probes, "{mistake:?}: {found:?}");
        let (_, english, turkish) = &found[0];
        assert!(english.contains(part), "{mistake:?}: {english}");
        assert!(!turkish.is_empty() && turkish != english, "{mistake:?}");
    }
}

#[test]
fn what_cannot_be_reached_is_said() {
    let found = wrong("http://127.0.0.1:9/paytr/callback");
    assert_eq!(found[0].0, "reachable");
    let secure = shop::with(Mistake::None).replace("http://", "https://");
    assert_eq!(wrong(&secure)[0].0, "tls");
}

#[test]
fn keys_of_another_merchant_look_like_a_body_that_is_not_read() {
    let [(_, id), (_, key), _] = MERCHANT;
    let url = shop::with_layer(id, key, "zX9cV8bN7mQ6wE5r");
    let found = wrong(&url);
    assert_eq!(found[0].0, "signed");
    assert!(found[0].1.contains("same key and salt"), "{found:?}");
}
