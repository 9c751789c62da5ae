//! How a form is read at every endpoint: as PHP reads it, and never without an answer that says why.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::api::Endpoint as _;
use paytr_core::credentials::SignedPart;
use paytr_sandbox::{Sandbox, StoreKind};
use serde_json::Value;
use support::endpoints::{CARD, Form, json, set, sign};
use support::http;

const MULTIPART: &str = "multipart/form-data; boundary=XX";

/// Every endpoint.
const PATHS: [&str; 18] = [
    "/odeme/api/get-token",
    "/odeme",
    "/odeme/capi/list",
    "/odeme/capi/delete",
    "/odeme/api/bin-detail",
    "/odeme/taksit-oranlari",
    "/odeme/iade",
    "/odeme/durum-sorgu",
    "/rapor/islem-dokumu",
    "/rapor/odeme-dokumu",
    "/rapor/odeme-detayi",
    "/odeme/api/link/create",
    "/odeme/api/link/delete",
    "/odeme/api/link/send-sms",
    "/odeme/api/link/send-email",
    "/odeme/platform/transfer",
    "/odeme/geri-donen-transfer",
    "/odeme/hesaptan-gonder",
];

fn multipart(fields: &[(String, String)]) -> String {
    let part = |(name, value): &(String, String)| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts: String = fields.iter().map(part).collect();
    parts + "--XX--\r\n"
}

async fn post(sandbox: &Sandbox, path: &str, content_type: &str, body: String) -> (u16, String) {
    let request = http().post(format!("{}{path}", sandbox.base_url()));
    let request = request.header("content-type", content_type).body(body);
    let reply = request.send().await.unwrap();
    (reply.status().as_u16(), reply.text().await.unwrap())
}

/// The sentence of a refusal, wherever its service puts it.
fn reason(reply: &str) -> String {
    let reply: Value = serde_json::from_str(reply).unwrap();
    let texts = ["reason", "err_msg", "msg"].map(|name| reply[name].as_str().map(str::to_owned));
    texts.into_iter().flatten().next().unwrap()
}

#[tokio::test]
async fn multipart_forms_are_read_too() {
    let sandbox = support::sandbox().await;
    let form = support::card("A1").form(&sandbox.credentials()).unwrap();
    let body = form.to_urlencoded();
    let fields: Vec<_> = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let (_, reply) = post(
        &sandbox,
        "/odeme/api/get-token",
        MULTIPART,
        multipart(&fields),
    )
    .await;
    assert!(reply.contains("success"), "{reply}");
}

/// PayTR's Postman collection posts one field of its report request so.
#[tokio::test]
async fn a_line_feed_at_the_end_of_a_multipart_name_goes() {
    let sandbox = Sandbox::builder().store_kind(StoreKind::Marketplace);
    let sandbox = sandbox.start().await.unwrap();
    let (start, end) = ("2026-06-01 00:00:00", "2026-06-02 00:00:00");
    let message = ["000001", start, end].map(|value| SignedPart::Field(value.as_bytes()));
    let message = [&message[..], &[SignedPart::Salt]].concat();
    let token = sandbox.credentials().sign(&message).to_base64();
    for path in ["/rapor/islem-dokumu", "/odeme/geri-donen-transfer"] {
        let fields = [
            ("merchant_id", "000001"),
            ("start_date\n", start),
            ("end_date", end),
            ("dummy", "1"),
            ("paytr_token", &token),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (status, reply) = post(&sandbox, path, MULTIPART, multipart(&fields)).await;
        assert_eq!(status, 200, "{path}");
        let reply: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(reply["status"], "success", "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_answered_with_a_reason_by_every_endpoint() {
    let sandbox = support::sandbox().await;
    let good = multipart(&[("merchant_id".to_owned(), "000001".to_owned())]);
    let long = "a".repeat(1024 * 1024 + 1);
    for path in PATHS {
        let json = r#"{"merchant_id": "000001"}"#.to_owned();
        let json_text = "the body is JSON; PayTR takes a form";
        for (content_type, body, status, part) in [
            ("application/json", &json, 200, json_text),
            ("text/plain", &json, 200, json_text),
            ("multipart/form-data", &good, 200, "boundary"),
            ("multipart/form-data; boundary=YY", &good, 200, "no part"),
            (
                MULTIPART,
                &"--XX\r\n\r\n1\r\n--XX--".to_owned(),
                200,
                "Content-Disposition",
            ),
            ("application/x-www-form-urlencoded", &long, 413, "1 MiB"),
        ] {
            let (seen, reply) = post(&sandbox, path, content_type, body.clone()).await;
            assert_eq!(seen, status, "{path} {content_type}: {reply}");
            let reason = reason(&reply);
            assert!(reason.contains(part), "{path} {content_type}: {reply}");
        }
    }
}

#[tokio::test]
async fn no_endpoint_answers_an_empty_body_to_a_form() {
    let sandbox = support::sandbox().await;
    for path in PATHS {
        for content_type in [
            "application/x-www-form-urlencoded",
            MULTIPART,
            "text/plain",
            "",
        ] {
            for body in ["", "merchant_id=000001", "--XX--"] {
                let (_, reply) = post(&sandbox, path, content_type, body.to_owned()).await;
                assert!(!reply.trim().is_empty(), "{path} {content_type} {body}");
            }
        }
    }
}

/// The form of an order, signed over what it says.
fn order(sandbox: &Sandbox, id: &str, changed: &[(&str, &str)]) -> Form {
    let form = support::card("A1").form(&sandbox.credentials()).unwrap();
    let body = form.to_urlencoded();
    let mut form: Form = url::form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    set(&mut form, "merchant_oid", id);
    for (name, value) in changed {
        set(&mut form, name, value);
    }
    sign(&mut form, CARD, sandbox);
    form
}

#[tokio::test]
async fn slips_that_do_no_harm_are_warned_of_on_the_order() {
    let sandbox = support::sandbox().await;
    for (id, name, value, part) in [
        ("A1", "merchant_key", "secret", "merchant_key is posted"),
        ("A2", "merchantSalt", "secret", "merchant_salt is posted"),
        ("A3", "userIp", "1.2.3.4", "PayTR's name is user_ip"),
        (
            "A4",
            "email",
            "undefined@example.com",
            "undefined stands in email",
        ),
        (
            "SHOPundefined",
            "lang",
            "tr",
            "undefined stands in merchant_oid",
        ),
        ("A5NaN", "lang", "tr", "NaN stands in merchant_oid"),
    ] {
        let form = order(&sandbox, id, &[(name, value)]);
        let reply = json(&sandbox, "/odeme/api/get-token", &form).await;
        assert_eq!(reply["status"], "success", "{name}: {reply}");
        let warnings = sandbox.order(id).unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{name}: {warnings:?}");
        assert!(warnings[0].contains(part), "{name}: {warnings:?}");
        assert!(!warnings[0].contains("secret"), "{name}: {warnings:?}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_slips_that_may_be_behind_it() {
    let sandbox = support::sandbox().await;
    for path in PATHS {
        let mut form: Form = Vec::new();
        set(&mut form, "merchantId", "000001");
        set(&mut form, "merchant_salt", "secret");
        set(&mut form, "sync_mode", "1");
        let reply = json(&sandbox, path, &form).await;
        let texts = reply["sandbox_warnings"].as_array().unwrap();
        let texts: Vec<_> = texts.iter().map(|text| text.as_str().unwrap()).collect();
        assert_eq!(texts.len(), 2, "{path}: {reply}");
        assert!(texts[0].contains("PayTR's name is merchant_id"), "{path}");
        assert!(texts[1].contains("merchant_salt is posted"), "{path}");
    }
    let good = order(&sandbox, "A1", &[]);
    let reply = json(&sandbox, "/odeme/api/get-token", &good).await;
    assert_eq!(reply["sandbox_warnings"], Value::Null, "{reply}");
}

#[tokio::test]
async fn a_refusal_says_what_to_write_in_its_fields() {
    let sandbox = support::sandbox().await;
    for (name, value, warning) in [
        (
            "payment_amount",
            "34.56",
            "payment_amount: it has a decimal mark (payment_amount: whole minor units, digits only: 3456 for 34.56)",
        ),
        (
            "test_mode",
            "true",
            "test_mode: neither 0 nor 1 (test_mode: 0 or 1)",
        ),
    ] {
        let form = order(&sandbox, "A1", &[(name, value)]);
        let reply = json(&sandbox, "/odeme/api/get-token", &form).await;
        assert_eq!(reply["status"], "failed", "{reply}");
        let warnings = &reply["sandbox_warnings"];
        assert_eq!(*warnings, serde_json::json!([warning]), "{reply}");
    }

    let mut refund: Form = Vec::new();
    set(&mut refund, "merchant_oid", "A1");
    set(&mut refund, "return_amount", "12,50");
    let reply = json(&sandbox, "/odeme/iade", &refund).await;
    let warning = reply["sandbox_warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("return_amount: "), "{reply}");

    // Nothing is wrong with the values where the token alone is.
    let mut unsigned = order(&sandbox, "A1", &[]);
    set(&mut unsigned, "paytr_token", "AAAA");
    let reply = json(&sandbox, "/odeme/api/get-token", &unsigned).await;
    assert_eq!(reply["status"], "failed", "{reply}");
    assert_eq!(reply["sandbox_warnings"], Value::Null, "{reply}");
}

#[tokio::test]
async fn another_method_or_path_is_answered_with_the_nearest_endpoint() {
    let sandbox = support::sandbox().await;
    let ask = async |method: &str, path: &str| {
        let url = format!("{}{path}", sandbox.base_url());
        let request = http().request(method.parse().unwrap(), url);
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    for path in PATHS {
        for method in ["GET", "PUT", "DELETE"] {
            let (status, reply) = ask(method, path).await;
            assert_eq!(status, 405, "{method} {path}");
            let expected = format!("paytr-sandbox: {path} takes POST, not {method}");
            assert_eq!(reason(&reply), expected);
        }
    }
    for (method, path, status, nearest) in [
        ("POST", "/odeme/api/gettoken", 405, "/odeme/api/get-token"),
        ("POST", "/odeme/iade/", 404, "/odeme/iade"),
        ("GET", "/odeme/durumsorgu", 404, "/odeme/durum-sorgu"),
        ("POST", "/rapor/islemdokumu", 404, "/rapor/islem-dokumu"),
        ("POST", "/odeme/", 404, "/odeme"),
    ] {
        let (seen, reply) = ask(method, path).await;
        assert_eq!(seen, status, "{method} {path}: {reply}");
        let reason = reason(&reply);
        assert!(
            reason.ends_with(&format!("POST {nearest}")),
            "{path}: {reason}"
        );
    }
    // Elsewhere a person reads it.
    let (status, page) = ask("GET", "/odemeler").await;
    assert_eq!(status, 404);
    assert!(page.contains("sandbox-mark"), "{page}");
    let (status, text) = ask("DELETE", "/_sandbox/orders").await;
    assert_eq!(
        (status, text.as_str()),
        (405, "paytr-sandbox: /_sandbox/orders does not take DELETE")
    );
}
