mod front;

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

/// All findings of an address, as JSON.
fn findings(url: &str) -> Vec<Value> {
    let output = run(&["doctor", url, "--json"], &MERCHANT);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    report["findings"].as_array().unwrap().clone()
}

fn names(findings: &[Value], fine: &Value) -> Vec<String> {
    let such = findings.iter().filter(|finding| finding["fine"] == *fine);
    such.map(|finding| finding["probe"].as_str().unwrap().to_owned())
        .collect()
}

/// The handler was not reached: the cause is named, and nothing is said of the handler.
#[track_caller]
fn check_obstacle(url: &str, part: &str) {
    let found = findings(url);
    assert_eq!(names(&found, &false.into()), ["handler"], "{found:#?}");
    let unknown = [
        "bad_hash",
        "no_hash",
        "method",
        "signed",
        "duplicate",
        "limit",
    ];
    assert_eq!(names(&found, &Value::Null), unknown, "{found:#?}");
    let told = found.iter().find(|finding| finding["fine"] == false);
    let english = told.unwrap()["english"].as_str().unwrap();
    assert!(english.contains(part), "{part}: {english}");
    assert_ne!(told.unwrap()["turkish"], told.unwrap()["english"]);
}

const CLOUDFLARE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>\
    <script>window._cf_chl_opt={cRay:'{id}',cHash:'{id}'};</script></body></html>";
const NGINX_403: &str = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n\
    <center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

#[test]
fn what_answers_every_request_alike_is_named_and_the_handler_is_not_judged() {
    for (status, body, part) in [
        (403, CLOUDFLARE, "challenge"),
        (503, CLOUDFLARE, "challenge"),
        (200, CLOUDFLARE, "challenge"),
        (403, NGINX_403, "firewall"),
        (403, "", "firewall"),
        (401, "", "password"),
        (
            406,
            "<html><h1>Not Acceptable!</h1> Mod_Security</html>",
            "ModSecurity",
        ),
        (419, "<html><title>Page Expired</title></html>", "CSRF"),
        (429, "Too Many Requests", "429"),
        (500, "", "error log"),
        (
            500,
            "PHP Fatal error: Uncaught Error in /srv/a.php on line 3",
            "mend the cause",
        ),
        (502, "<html><h1>502 Bad Gateway</h1></html>", "502"),
        (521, "<html>Web server is down</html>", "52x"),
        (503, "maintenance {id}", "maintenance"),
        (404, "<html>not found {id}</html>", "404"),
        (405, "", "405"),
        (415, "", "JSON"),
        (451, "", "firewall"),
        (
            400,
            "<html>The plain HTTP request was sent to HTTPS port</html>",
            "https://",
        ),
        (
            200,
            "<!doctype html><html><body><button>OK</button></body></html>",
            "HTML page",
        ),
    ] {
        check_obstacle(&front::everything(status, body), part);
    }
}

#[test]
fn a_protection_of_posts_alone_is_named_too() {
    for (status, body, part) in [
        (419, "", "CSRF"),
        (
            403,
            "<html>Forbidden (403): CSRF verification failed.</html>",
            "CSRF",
        ),
        (422, "ActionController::InvalidAuthenticityToken", "CSRF"),
        (403, NGINX_403, "firewall"),
        (500, "", "error log"),
    ] {
        check_obstacle(&front::every_post(status, body), part);
    }
}

#[test]
fn a_handler_that_refuses_everything_in_its_own_words_was_reached() {
    for url in [
        front::everything(200, "PAYTR notification failed: bad hash"),
        front::everything(403, "bad hash"),
        front::everything(401, "invalid signature"),
        front::everything(400, ""),
    ] {
        let found = findings(&url);
        assert_eq!(names(&found, &false.into()), ["signed"], "{found:#?}");
        assert_eq!(names(&found, &Value::Null), [""; 0]);
        let told = found.iter().find(|finding| finding["fine"] == false);
        let english = told.unwrap()["english"].as_str().unwrap();
        assert!(english.contains("same key and salt"), "{english}");
    }
}

/// `OK` in gzip, in brotli, and in the wrapper of zlib.
const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xf3\xf7\x06\0\x2d\xd9\x36\xd7\x02\0\0\0";
const BROTLI: &[u8] = b"\x0b\x00\x80OK\x03";
const ZLIB: &[u8] = b"\x78\x9c\xf3\xf7\x06\0\x00\xeb\x00\x9b";

#[test]
fn what_spoils_the_ok_is_named() {
    for (ok, part) in [
        (&b"debugOK"[..], "before OK"),
        (b"array(4) { }\nOK", "before OK"),
        (b"\xEF\xBB\xBFtestOK", "before OK"),
        (b"OK<br>bye", "after OK"),
        (b"OKOK", "twice"),
        (b"OK\nOK", "twice"),
        (
            b"<br />\n<b>Warning</b>:  Undefined array key \"x\" in <b>/srv/a.php</b> on line <b>3</b><br />\nOK",
            "display_errors",
        ),
        (
            b"PHP Fatal error:  Uncaught TypeError in /srv/a.php on line 9",
            "display_errors",
        ),
        (GZIP, "compressed"),
        (BROTLI, "compressed"),
        (ZLIB, "compressed"),
        (b"<html><body>OK</body></html>", "HTML"),
        (b"", "empty"),
    ] {
        let found = wrong(&front::handler(ok, b"bad hash"));
        let names: Vec<_> = found.iter().map(|(probe, ..)| probe.as_str()).collect();
        assert_eq!(names, ["signed"], "{}: {found:?}", ok.escape_ascii());
        assert!(found[0].1.contains(part), "{}: {found:?}", ok.escape_ascii());
    }
    // Compressed to a wrong hash too: it says OK all the same.
    let found = wrong(&front::handler(GZIP, GZIP));
    let names: Vec<_> = found.iter().map(|(probe, ..)| probe.as_str()).collect();
    assert_eq!(names, ["bad_hash", "no_hash", "signed"], "{found:?}");
    assert_eq!(wrong(&front::handler(b"OK", b"hash not OK")), []);
}

#[test]
fn an_address_that_answers_with_another_slash_is_told() {
    let with_slash = front::with_slash();
    assert_eq!(wrong(&with_slash), []);
    let without = with_slash.trim_end_matches('/');
    check_obstacle(without, "with the slash");
    check_obstacle(
        &format!("{}/", front::handler(b"OK", b"bad hash")),
        "without the slash",
    );
    // Nothing answers at the other address either.
    check_obstacle(&shop::with(Mistake::None).replace("callback", "x/"), "404");
}

#[test]
fn a_limit_of_requests_is_no_verdict_of_the_handler() {
    // Three probes, and then none.
    let found = findings(&front::limited(3));
    assert_eq!(names(&found, &false.into()), ["signed"], "{found:#?}");
    assert_eq!(names(&found, &Value::Null), ["limit"], "{found:#?}");
    let output = run(&["doctor", &front::limited(3)], &MERCHANT);
    let text = out(&output);
    assert!(
        text.contains("?     is a huge body refused? not known: HTTP 429"),
        "{text}"
    );
    assert!(
        text.contains("to fix: 1; bilinmiyor / not known: 1"),
        "{text}"
    );
    // The handler's own OK came, the repetition did not come through.
    let found = findings(&front::limited(4));
    assert_eq!(names(&found, &false.into()), ["duplicate"], "{found:#?}");
}
