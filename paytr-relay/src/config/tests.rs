use super::*;

const GOOD: &str = r#"
public_url = "https://pay.example/"
[[merchant]]
name = "acme"
merchant_id = "123456"
merchant_key = "${KEY}"
merchant_salt = { env = "SALT" }
api_tokens = ["${TOKEN}"]
[merchant.app]
url = "https://shop.example/paid?token=in-the-address"
secrets = ["${SECRET}"]
"#;

fn variable(name: &str) -> Option<String> {
    let known = [
        ("KEY", "aB3dE6gH9jK2mN5p"),
        ("SALT", "qR8sT1uV4wX7yZ0a"),
        ("TOKEN", "0123456789abcdef0123456789abcdef"),
        ("SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("DATABASE", "postgres://relay:hunter2@db.example/relay"),
        ("WRONG", "hunter2"),
        ("EMPTY", "\n"),
    ];
    let mut known = known.iter().filter(|(known, _)| *known == name);
    known.next().map(|(_, value)| (*value).to_owned())
}

fn parse(text: &str) -> Result<Settings, ConfigError> {
    Settings::parse(text, &variable)
}

/// The good configuration with one text in place of another.
fn with(old: &str, new: &str) -> Result<Settings, ConfigError> {
    assert!(GOOD.contains(old), "{old}");
    parse(&GOOD.replace(old, new))
}

#[test]
fn the_shortest_configuration_has_safe_defaults() {
    let settings = parse(GOOD).unwrap();
    assert!(settings.listen().ip().is_loopback());
    assert_eq!(settings.public_url, "https://pay.example");
    assert_eq!(settings.paytr.as_str(), BaseUrl::PAYTR);
    assert!(settings.metrics_listen.is_none() && settings.trusted_proxies.is_empty());
    let merchant = &settings.merchants[0];
    assert_eq!(merchant.mode, paytr_core::Mode::Live);
    assert!(merchant.back_office.is_none() && merchant.link_form.is_none());
    assert!(
        matches!(&settings.database, DatabaseUrl::Sqlite(path) if path.as_os_str() == "paytr-relay.db")
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_wrong_field_is_named() {
    let wrong = [
        (
            "public_url = \"https://pay.example/\"",
            "public_url = \"pay.example\"",
            "public_url",
        ),
        ("public_url =", "listen = \"8080\"\npublic_url =", "listen"),
        (
            "public_url =",
            "paytr_url = \"http://www.paytr.com\"\npublic_url =",
            "paytr_url",
        ),
        (
            "public_url =",
            "trusted_proxies = [\"0.0.0.0/0\"]\npublic_url =",
            "trusted_proxies",
        ),
        (
            "public_url =",
            "database = \"${WRONG}\"\npublic_url =",
            "database",
        ),
        (
            "[[merchant]]",
            "times = { retry_first = \"2h\" }\n[[merchant]]",
            "times.retry_longest",
        ),
        (
            "[[merchant]]",
            "times = { keep_settled_for = \"29d\" }\n[[merchant]]",
            "times.keep_settled_for",
        ),
        (
            "name =",
            "return_hosts = [\"shop.example\", \"https://shop.example\"]\nname =",
            "merchant[0].return_hosts[1]",
        ),
        ("name = \"acme\"", "name = \"Acme\"", "merchant[0].name"),
        ("name = \"acme\"", "name = \"orders\"", "merchant[0].name"),
        ("\"123456\"", "\"acme\"", "merchant[0].merchant_id"),
        ("\"${KEY}\"", "\"${NOWHERE}\"", "merchant[0].merchant_key"),
        ("\"${KEY}\"", "\"${EMPTY}\"", "merchant[0].merchant_key"),
        (
            "\"${KEY}\"",
            "{ file = \"/nowhere\" }",
            "merchant[0].merchant_key",
        ),
        ("\"${TOKEN}\"", "\"${WRONG}\"", "merchant[0].api_tokens[0]"),
        (
            "\"${SECRET}\"",
            "\"${WRONG}\"",
            "merchant[0].app.secrets[0]",
        ),
        ("[\"${SECRET}\"]", "[]", "merchant[0].app.secrets"),
        (
            "https://shop.example",
            "http://shop.example",
            "merchant[0].app.url",
        ),
        (
            "https://shop.example",
            "ftp://shop.example",
            "merchant[0].app.url",
        ),
        (
            "https://shop.example",
            "https://user:password@shop.example",
            "merchant[0].app.url",
        ),
        (
            "secrets =",
            "timeout = \"3m\"\nsecrets =",
            "merchant[0].app.timeout",
        ),
        (
            "name =",
            "order_prefix = \"1\"\nname =",
            "merchant[0].order_prefix",
        ),
        (
            "name =",
            "link_prefix = \"SHOPLINK\"\nname =",
            "merchant[0].link_prefix",
        ),
        (
            "name =",
            "page_minutes = 0\nname =",
            "merchant[0].page_minutes",
        ),
        (
            "name =",
            "shop_url = \"shop\"\nname =",
            "merchant[0].shop_url",
        ),
        (
            "name =",
            "operator = [{ name = \"a\", password = \"${WRONG}\" }]\nname =",
            "merchant[0].operator[0]",
        ),
    ];
    for (old, new, field) in wrong {
        let error = with(old, new).expect_err(new);
        assert!(error.fields().any(|named| named == field), "{new}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn plain_http_stays_on_this_machine_or_in_a_private_network() {
    for good in [
        "http://127.0.0.1:3000",
        "http://localhost:3000",
        "http://[::1]:3000",
    ] {
        assert!(with("https://shop.example", good).is_ok(), "{good}");
    }
    let private = |url: &str| {
        let text = GOOD.replace("https://shop.example", url);
        parse(&text.replace("secrets =", "private_network = true\nsecrets ="))
    };
    assert!(private("http://10.0.0.7:3000").is_ok());
    assert!(private("http://app:3000").is_ok());
    assert!(private("http://203.0.113.7").is_err());
    assert!(private("http://169.254.169.254").is_err());
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for wrong in [
        "\"hunter2\"",
        "12345678",
        "1.5",
        "true",
        "{ value = \"hunter2\" }",
        "{ env = 12345678 }",
        "{ env = \"hunter 2\" }",
        "[\"hunter2\"]",
    ] {
        let error = with("\"${KEY}\"", wrong).expect_err(wrong).to_string();
        assert!(error.starts_with("line 6: "), "{error}");
        assert!(
            !error.contains("hunter") && !error.contains("12345678"),
            "{error}"
        );
    }
}

#[test]
fn an_unknown_key_and_a_time_without_a_unit_are_refused() {
    let error = with("name =", "nmae = 1\nname =").unwrap_err().to_string();
    assert!(error.contains("nmae"), "{error}");
    let error = with("secrets =", "timeout = \"15\"\nsecrets =")
        .unwrap_err()
        .to_string();
    assert!(error.contains("a number and a unit"), "{error}");
}

#[test]
fn a_time_is_a_number_of_units_whose_length_is_known() {
    let kept = |text: &str| {
        let line = format!("times = {{ keep_settled_for = \"{text}\" }}\n[[merchant]]");
        with("[[merchant]]", &line).map(|settings| settings.times.keep_settled_for)
    };
    let days = |count: u64| Some(Duration::from_hours(24 * count));
    for (text, length) in [("30d", days(30)), ("9600h", days(400)), ("52w", days(364))] {
        assert_eq!(kept(text).unwrap(), length, "{text}");
    }
    for wrong in ["", "400", "0d", "-40d", "1y", "12mo", "d"] {
        let error = kept(wrong).unwrap_err().to_string();
        assert!(error.contains("a number and a unit"), "{wrong}: {error}");
    }
    assert_eq!(parse(GOOD).unwrap().times.keep_settled_for, None);
}

#[test]
fn two_merchants_share_neither_name_nor_id_nor_token() {
    let again = GOOD.split_once("[[merchant]]").unwrap().1;
    let error = parse(&format!("{GOOD}[[merchant]]{again}"))
        .unwrap_err()
        .to_string();
    for shared in ["the name acme", "the merchant_id 123456", "share a token"] {
        assert!(error.contains(shared), "{error}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let settings = with("public_url =", "database = \"${DATABASE}\"\npublic_url =").unwrap();
    let shown = format!("{settings:?}");
    for secret in [
        "hunter2",
        "aB3dE6gH9jK2mN5p",
        "qR8sT1uV4wX7yZ0a",
        "0123456789abcdef",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
    let summary: Vec<_> = settings.summary().collect();
    assert!(!summary[0].contains("in-the-address"), "{summary:?}");
}
