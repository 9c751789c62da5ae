use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::any;
use paid_once_sqlx::SqliteLedger;
use paytr_core::api::{Buyer, IframeCard};
use paytr_core::client::BaseUrl;
use paytr_core::credentials::MerchantId;
use paytr_core::paid_once::{Claim, Claimant, Payment};
use paytr_core::wire::Date;
use paytr_core::{Basket, Credentials, Currency, MerchantOid, Money, OrderStore as _, PaytrClient};
use serde_json::Value;

use crate::program::{MERCHANT, Running, err, out, run};
use crate::shop;

/// A sandbox of its own merchant.
struct OwnSandbox {
    program: Running,
    url: String,
    merchant: [String; 3],
}

impl OwnSandbox {
    fn start(more: &[&str]) -> Self {
        let arguments = [&["sandbox", "--listen", "127.0.0.1:0"], more].concat();
        let mut program = Running::start(&arguments, &[]);
        let url = program.line_with("PAYTR_BASE_URL=");
        let merchant =
            ["ID", "KEY", "SALT"].map(|name| program.line_with(&format!("PAYTR_MERCHANT_{name}=")));
        Self {
            program,
            url,
            merchant,
        }
    }

    fn block<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(future)
    }

    /// Opens an order and tries to pay it with a card that is declined.
    fn sell(&self, order: &str) {
        self.sell_with(order, r#"{"card": "decline-0"}"#);
    }

    /// Opens an order of 34.56 lira and pays it.
    fn sell_with(&self, order: &str, card: &'static str) {
        let [id, key, salt] = &self.merchant;
        let credentials = Credentials::new(id, key, salt).unwrap();
        let client = PaytrClient::builder(credentials)
            .base_url(BaseUrl::new(&self.url).unwrap())
            .build()
            .unwrap();
        let basket = Basket::new(Currency::TRY).item("Kalem", 3_456, 1).unwrap();
        let ip = "88.255.10.20".parse().unwrap();
        let buyer = Buyer::new(ip, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
        let oid = MerchantOid::new(order).unwrap();
        let shop = "http://127.0.0.1:3000";
        let request = IframeCard::new(oid, basket, buyer, shop, shop);
        Self::block(client.iframe_token(&request)).unwrap();
        self.post(&format!("orders/{order}/pay"), card);
    }

    fn get(&self, path: &str) -> Value {
        let url = format!("{}/_sandbox/{path}", self.url);
        Self::block(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = http.get(url).send().await.unwrap();
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
        })
    }

    /// The first attempt to deliver a notification of this order, as soon as it is made.
    fn delivery_of(&self, order: &str) -> Value {
        let path = format!("deliveries?subject={order}");
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Some(first) = self.get(&path).get(0) {
                return first.clone();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no notification of {order} came to an end");
    }

    fn post(&self, path: &str, body: &'static str) -> Value {
        let url = format!("{}/_sandbox/{path}", self.url);
        Self::block(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = http.post(url).body(body).send().await.unwrap();
            assert!(answer.status().is_success(), "{path}");
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default()
        })
    }
}

#[test]
fn with_marketplace_the_store_is_one() {
    for (more, kind) in [(&["--marketplace"][..], "marketplace"), (&[], "shop")] {
        let sandbox = OwnSandbox::start(more);
        assert_eq!(sandbox.get("store")["kind"], kind);
    }
}

#[test]
fn bank_transfers_are_told_as_documented_with_no_eft_amounts() {
    for (more, told) in [(&["--no-eft-amounts"][..], false), (&[], true)] {
        let sandbox = OwnSandbox::start(more);
        assert_eq!(sandbox.get("store")["eft_amounts"], told, "{more:?}");
    }
}

#[test]
fn what_php_wrote_into_a_reply_is_told() {
    let reply = "<br />\n<b>Warning</b>:  Undefined array key \"hash\" in <b>/srv/a.php</b> on line <b>3</b><br />\nOK";
    let url = shop::serve(Router::new().fallback(any(async move || reply)));
    let message = "PHP Warning: Undefined array key \"hash\" in /srv/a.php on line 3\n";
    let output = run(&["trigger", "payment", "--to", &url], &MERCHANT);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains(message), "{}", out(&output));
    assert!(out(&output).contains("display_errors"), "{}", out(&output));
    let output = run(&["doctor", &url], &MERCHANT);
    assert!(out(&output).contains(message), "{}", out(&output));
    // What listen forwards comes back whole, so the sandbox reads it too.
    let sandbox = OwnSandbox::start(&[]);
    let arguments = ["listen", "--forward-to", &url, "--sandbox", &sandbox.url];
    let mut listen = Running::start(&arguments, &[]);
    listen.line_with("listening at ");
    sandbox.sell("A1");
    listen.line_with("PHP Warning: ");
    let seen = sandbox.delivery_of("A1");
    assert_eq!(seen["problem"], "php_message");
    assert_eq!(seen["php_message"]["kind"], "warning");
    let text = "Undefined array key \"hash\" in /srv/a.php on line 3";
    assert_eq!(seen["php_message"]["text"], text);
}

#[test]
fn listen_forwards_to_the_shop_and_resend_sends_again() {
    let mut sandbox = OwnSandbox::start(&[]);
    let [id, key, salt] = &sandbox.merchant;
    let callback = shop::with_layer(id, key, salt);
    let url = sandbox.url.clone();
    let arguments = ["listen", "--forward-to", &callback, "--sandbox", &url];
    let mut listen = Running::start(&arguments, &[]);
    listen.line_with("listening at ");
    sandbox.sell("A1");
    assert!(
        listen
            .line_with("payment ")
            .contains("merchant_oid=A1 status=failed")
    );
    assert_eq!(listen.line_with("-> "), "HTTP 200 \"OK\": acknowledged");
    let resent = run(&["resend", "A1", "--sandbox", &url], &[]);
    assert_eq!(resent.status.code(), Some(0), "{}", err(&resent));
    assert_eq!(listen.line_with("-> "), "HTTP 200 \"OK\": acknowledged");
    let unknown = run(&["resend", "A9", "--sandbox", &url], &[]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        err(&unknown).contains("knows no such order"),
        "{}",
        err(&unknown)
    );
    assert_eq!(sandbox.program.stop(), Some(0));
}

#[test]
fn trigger_posts_every_kind_and_says_what_came() {
    let [(_, id), (_, key), (_, salt)] = MERCHANT;
    let url = shop::with_layer(id, key, salt);
    let declined = ["trigger", "payment", "--failed", "6", "--to", &url];
    let output = run(&declined, &MERCHANT);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(
        out(&output).contains("HTTP 200 \"OK\": acknowledged"),
        "{}",
        out(&output)
    );
    // Nobody ordered this, so a success is refused.
    let paid = run(&["trigger", "payment", "--to", &url], &MERCHANT);
    assert_eq!(paid.status.code(), Some(1));
    assert!(out(&paid).contains("unknown order"), "{}", out(&paid));
    for kind in ["link", "eft", "transfer", "cashout"] {
        let output = run(&["trigger", kind, "--to", &url], &MERCHANT);
        assert_eq!(output.status.code(), Some(1), "{kind}");
        assert!(
            out(&output).contains("HTTP 400"),
            "{kind}: {}",
            out(&output)
        );
        assert!(err(&output).is_empty(), "{kind}: {}", err(&output));
    }
}

#[test]
fn a_seed_is_printed_and_gives_the_same_plan_again() {
    let plan = |sandbox: &OwnSandbox| {
        let url = format!("{}/_sandbox/faults", sandbox.url);
        OwnSandbox::block(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.get(url).send().await.unwrap().text().await.unwrap()
        })
    };
    let mut first = Running::start(&["sandbox", "--listen", "127.0.0.1:0", "--chaos"], &[]);
    let seed = first.line_with("paytr sandbox --chaos ");
    let url = first.line_with("PAYTR_BASE_URL=");
    let first = OwnSandbox {
        program: first,
        url,
        merchant: Default::default(),
    };
    let again = OwnSandbox::start(&["--chaos", &seed]);
    assert_eq!(plan(&first), plan(&again));
    // The plan as a file is the same plan.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, plan(&first)).unwrap();
    let from_file = OwnSandbox::start(&["--faults", file.to_str().unwrap()]);
    assert_eq!(plan(&first), plan(&from_file));
}

#[test]
fn real_keys_and_other_machines_are_refused_unless_asked_for() {
    let real = [("PAYTR_MERCHANT_ID", "123456"), MERCHANT[1], MERCHANT[2]];
    let output = run(&["sandbox"], &real);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        err(&output).contains("could be a real one"),
        "{}",
        err(&output)
    );
    assert!(!err(&output).contains(MERCHANT[1].1));
    let output = run(&["sandbox", "--listen", "0.0.0.0:0"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("--beyond-loopback"),
        "{}",
        err(&output)
    );
}

#[test]
fn what_is_no_sandbox_is_not_taken_for_one() {
    let output = run(&["resend", "A1", "--sandbox", "http://127.0.0.1:9"], &[]);
    assert_eq!(output.status.code(), Some(4), "{}", err(&output));
    assert!(err(&output).contains("paytr sandbox"), "{}", err(&output));
    let url = shop::with(shop::Mistake::None);
    let output = run(&["resend", "A1", "--sandbox", &url], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("is no sandbox"), "{}", err(&output));
}

/// The day in Turkey.
fn today() -> String {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 3 * 3_600;
    let days = i32::try_from(since / 86_400).unwrap();
    let epoch = Date::new(1970, 1, 1).unwrap();
    epoch.plus_days(days).unwrap().to_string()
}

/// The two programs, and a ledger that knows nothing of what was sold.
#[test]
fn what_the_sandbox_reports_of_a_day_is_compared_with_a_ledger() {
    let sandbox = OwnSandbox::start(&[]);
    // Should midnight come in between, the next one is sold on one day for sure.
    let (day, sold) = (0..3)
        .map(|n| (today(), format!("A{n}")))
        .find(|(day, order)| {
            sandbox.sell_with(order, r#"{"card": "visa"}"#);
            *day == today()
        })
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    OwnSandbox::block(async { SqliteLedger::connect(&path).await.unwrap().close().await });
    let [id, key, salt] = &sandbox.merchant;
    let database = format!("sqlite:{}", path.display());
    let environment = [
        ("PAYTR_MERCHANT_ID", id.as_str()),
        ("PAYTR_MERCHANT_KEY", key),
        ("PAYTR_MERCHANT_SALT", salt),
        ("PAYTR_BASE_URL", &sandbox.url),
        ("DATABASE_URL", &database),
    ];
    let arguments = ["reconcile", "--day", &day, "--record"];
    let found = run(&arguments, &environment);
    assert_eq!(found.status.code(), Some(1), "{}", err(&found));
    assert!(out(&found).contains("34.56 TRY"), "{}", out(&found));
    assert!(
        out(&found).contains("recorded for review: 1"),
        "{}",
        out(&found)
    );
    let order = MerchantOid::new(&sold).unwrap();
    let order = order.order_key(&MerchantId::new(id).unwrap());
    OwnSandbox::block(async {
        let ledger = SqliteLedger::connect(&path).await.unwrap();
        let payment = Payment::paid(order, Money::new(3_456, Currency::TRY));
        let lease = std::time::Duration::from_mins(1);
        let claim = ledger.claim(&payment, Claimant::unique(), lease).await;
        let Ok(Claim::Granted(lease)) = claim else {
            panic!("{claim:?}");
        };
        let _ = ledger.settle(&lease).await.unwrap();
        ledger.close().await;
    });
    let agreed = run(&arguments, &environment);
    assert_eq!(agreed.status.code(), Some(0), "{}", out(&agreed));
}
