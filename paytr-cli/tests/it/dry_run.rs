//! `--dry-run` prints what would be posted, and posts nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::common::{Answer, KEY, MERCHANT_ID, MONEY, Program, REQUESTS, SALT, Server, mac};

fn words(line: &str) -> Vec<String> {
    // A blank in a name is written as an underscore here.
    line.split_whitespace()
        .map(|word| word.replace('_', " "))
        .collect()
}

/// The fields of one printed request, in their order.
fn printed(out: &str) -> (String, Vec<(String, String)>) {
    let value: serde_json::Value = serde_json::from_str(out).unwrap();
    assert_eq!(value["method"], "POST");
    // A parsed object has no order, so the order is read from the text.
    let (_, form) = out.split_once("\"form\": {\n").unwrap();
    let (form, _) = form.split_once("\n  }").unwrap();
    let field = |line: &str| {
        let line = line.trim().trim_end_matches(',');
        let (name, value): (String, String) =
            serde_json::from_str(&format!("[{}]", line.replacen("\": ", "\", ", 1))).unwrap();
        (name, value)
    };
    let url = value["url"].as_str().unwrap().to_owned();
    (url, form.lines().map(field).collect())
}

#[test]
fn a_dry_run_sends_nothing_and_prints_the_very_fields_that_are_posted() {
    for (line, path, _) in REQUESTS.iter().chain(&MONEY) {
        let server = Server::start([Answer::Nothing]);
        let words = words(line);
        let dry = Program::new(words.iter().map(String::as_str).chain(["--dry-run"]))
            .env("PAYTR_BASE_URL", server.url())
            .run()
            .expect_code(0);
        assert!(server.requests().is_empty(), "{line}");
        let (url, fields) = printed(&dry.out);
        assert_eq!(url, format!("{}{path}", server.url()));

        // A refund asks for the status before it posts.
        let status = r#"{"status":"success","payment_amount":"34.56","payment_total":"34.56","currency":"TL"}"#;
        let first = if line.starts_with("refund") {
            status
        } else {
            "{}"
        };
        let server = Server::start([first]);
        Program::new(&words)
            .env("PAYTR_BASE_URL", server.url())
            .run();
        let requests = server.requests();
        let sent = requests
            .iter()
            .find(|sent| sent.line.starts_with(&format!("POST {path} ")));
        let sent = sent.unwrap_or_else(|| panic!("{line}: {requests:?}"));
        assert_eq!(sent.content_type, "application/x-www-form-urlencoded");
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        assert_eq!(sent.body, body, "{line}");
    }
}

#[test]
fn the_printed_token_fits_the_printed_fields() {
    for (line, _, signed) in REQUESTS.iter().chain(&MONEY) {
        let words = words(line);
        let dry = Program::new(words.iter().map(String::as_str).chain(["--dry-run"])).run();
        let (_, fields) = printed(&dry.expect_code(0).out);
        let value = |name: &str| {
            let mut values = fields.iter().filter(|(known, _)| known == name);
            values.next().map_or("", |(_, value)| value)
        };
        let text: String = signed.iter().map(|name| value(name)).collect();
        let token = STANDARD.encode(mac(KEY, &(text + SALT)));
        assert_eq!(value("paytr_token"), token, "{line}");
        assert_eq!(value("merchant_id"), MERCHANT_ID);
    }
}

#[test]
fn a_dry_run_needs_no_network_and_goes_to_paytr_by_default() {
    let program = Program::bare(["status", "A1", "--dry-run"])
        .env("PAYTR_MERCHANT_ID", MERCHANT_ID)
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT)
        .run()
        .expect_code(0);
    assert_eq!(
        program.json()["url"],
        "https://www.paytr.com/odeme/durum-sorgu"
    );
}

#[test]
fn a_range_of_several_windows_prints_one_request_for_each() {
    let line = [
        "report",
        "transactions",
        "--from",
        "2026-01-01",
        "--to",
        "2026-01-07",
        "--dry-run",
    ];
    let out = Program::new(line).run().expect_code(0).out;
    let requests = serde_json::Deserializer::from_str(&out).into_iter::<serde_json::Value>();
    let spans: Vec<_> = requests
        .map(|request| {
            let form = request.unwrap()["form"].clone();
            [form["start_date"].clone(), form["end_date"].clone()]
                .map(|date| date.as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(
        spans,
        [
            ["2026-01-01 00:00:00", "2026-01-03 23:59:59"],
            ["2026-01-04 00:00:00", "2026-01-06 23:59:59"],
            ["2026-01-07 00:00:00", "2026-01-07 23:59:59"],
        ]
    );
}

#[test]
fn a_direct_form_never_has_card_data_and_posts_nothing() {
    let server = Server::start([Answer::Nothing]);
    for extra in [
        &[][..],
        &["--json"],
        &["--dry-run"],
        &["--store-card"],
        &["--bkm-express", "minor"],
    ] {
        let words = crate::common::order("direct-form", "A1");
        let words = words
            .iter()
            .map(String::as_str)
            .chain(extra.iter().copied());
        let run = Program::new(words)
            .env("PAYTR_BASE_URL", server.url())
            .run()
            .expect_code(0);
        assert!(
            run.out.contains("88.255.10.20") && !run.out.contains("::ffff"),
            "{}",
            run.out
        );
        assert!(run.out.contains(&format!("{}/odeme", server.url())));
        for card in [
            "card_number\":",
            "cvv\":",
            "cc_owner\":",
            "name=\"cvv\" value",
        ] {
            assert!(!run.out.contains(card), "{}", run.out);
        }
    }
    assert!(server.requests().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_is_typed_the_token_fits_the_printed_fields(
        name in "[ -~ğüşıöçĞÜŞİÖÇ€\u{1F600}\u{0306}]{4,30}",
        email in "[a-z+%&]{1,10}@[a-z.]{1,10}",
        order in "[A-Za-z0-9]{1,64}",
        minor in 100_u64..99_999_999_999,
    ) {
        prop_assume!(name.trim().chars().count() >= 4 && !name.contains('\0'));
        let amount = format!("{}.{:02}", minor / 100, minor % 100);
        let link = [
            "link".to_owned(), "create".into(), "--type=collection".into(), format!("--name={name}"),
            format!("--email={email}"), format!("--price={amount}"), "--dry-run".into(),
        ];
        let refund = [
            "refund".to_owned(), order.clone(), format!("--amount={amount}"), "--dry-run".into(),
        ];
        let link_fields = [
            "name", "price", "currency", "max_installment", "link_type", "lang", "email",
        ];
        let refund_fields = ["merchant_id", "merchant_oid", "return_amount"];
        for (line, signed) in [(&link[..], &link_fields[..]), (&refund, &refund_fields)] {
            let run = Program::new(line).run();
            prop_assert_eq!(run.code, 0, "{:?}", run);
            let form = run.json()["form"].clone();
            let text: String = signed.iter().map(|name| form[*name].as_str().unwrap()).collect();
            let token = STANDARD.encode(mac(KEY, &(text + SALT)));
            prop_assert_eq!(form["paytr_token"].as_str(), Some(token.as_str()));
            let typed = if line.len() == 4 { &amount } else { &minor.to_string() };
            let posted = form.get("return_amount").unwrap_or(&form["price"]);
            prop_assert_eq!(posted.as_str(), Some(typed.as_str()));
        }
    }
}
