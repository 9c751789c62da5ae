//! A sandbox, an app and relays between them.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use database_servers::shared;
use paid_once_sqlx::{PostgresLedger, SqliteLedger};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, OrderKey, OrderLedger};
use paytr_sandbox::{Sandbox, TestCard};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use shop_suite::{Process, eventually};
use tempfile::TempDir;

use crate::app::App;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The key and the salt of the merchant.
pub(crate) const KEYS: (&str, &str) = ("aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a");
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One merchant, one app, and everything that a relay needs.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) app: App,
    pub(crate) directory: TempDir,
    token: &'static str,
    pub(crate) http: Client,
    /// Lines of the merchant's table, and whole tables after it.
    pub(crate) merchant: String,
    /// Lines before all tables.
    pub(crate) top: String,
    /// The database, if it is not a file of this world.
    pub(crate) database: Option<String>,
    /// How long the app may take for its answer.
    pub(crate) app_timeout: &'static str,
    /// Where PayTR is, if it is not the sandbox of this world.
    pub(crate) paytr_url: Option<String>,
    /// Where the app is, if it is not that of this world.
    pub(crate) app_url: Option<String>,
    /// How many orders one buyer may open in a minute; `None` for the default of the relay.
    pub(crate) orders_per_minute: Option<u32>,
    /// What follows the first secret of the app.
    pub(crate) more_secrets: &'static str,
    /// When PayTR is first asked about an order.
    pub(crate) inquire_after: &'static str,
    /// How long settled orders are kept, if not for ever.
    pub(crate) keep_settled_for: Option<&'static str>,
    /// How often the relays look for orders that are due.
    pub(crate) inquire_every: &'static str,
}

/// A running relay.
pub(crate) struct Relay {
    pub(crate) process: Process,
    pub(crate) url: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let (key, salt) = KEYS;
        let sandbox = Sandbox::builder()
            .credentials(Credentials::new("000042", key, salt).unwrap())
            .resend_every(Duration::from_millis(100))
            .max_attempts(1_000);
        Self {
            sandbox: sandbox.start().await.unwrap(),
            app: App::start(SECRET),
            directory: tempfile::tempdir().unwrap(),
            token: TOKEN,
            http: Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            merchant: String::new(),
            top: String::new(),
            database: None,
            app_timeout: "1s",
            paytr_url: None,
            app_url: None,
            more_secrets: "",
            orders_per_minute: Some(0),
            inquire_after: "1h",
            keep_settled_for: None,
            inquire_every: "50ms",
        }
    }

    /// With a schema of its own on the PostgreSQL server that all tests share.
    pub(crate) async fn on_postgres() -> Self {
        let server = shared::postgres_url().unwrap();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_nanos();
        let schema = format!("relay_{}_{now}", std::process::id());
        let pool = sqlx::PgPool::connect(&server).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::raw_sql(create).execute(&pool).await.unwrap();
        let mut world = Self::new().await;
        world.database = Some(format!("{server}?options=-c%20search_path%3D{schema}"));
        world
    }

    pub(crate) fn credentials(&self) -> Credentials {
        self.sandbox.credentials()
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        let app = self.app_url.clone().unwrap_or_else(|| self.app.url());
        let paytr = self.paytr_url.as_deref();
        let paytr = paytr.unwrap_or_else(|| self.sandbox.base_url());
        let id = self.credentials();
        let (id, top, merchant) = (id.merchant_id(), &self.top, &self.merchant);
        let (inquire_after, inquire_every) = (self.inquire_after, self.inquire_every);
        let (more_secrets, app_timeout) = (self.more_secrets, self.app_timeout);
        let keep = self.keep_settled_for;
        let keep = keep.map_or_else(String::new, |time| format!("keep_settled_for = \"{time}\""));
        let orders_per_minute = self.orders_per_minute.map_or_else(String::new, |count| {
            format!("orders_per_buyer_and_minute = {count}")
        });
        let database = self
            .database
            .as_ref()
            .map_or("", |_| "database = \"${DATABASE}\"");
        let text = format!(
            r#"
listen = "127.0.0.1:0"
public_url = "https://pay.example"
paytr_url = "{paytr}"
{top}
{database}
[times]
database = "1s"
drain = "20s"
inquire_every = "{inquire_every}"
inquire_after = "{inquire_after}"
retry_first = "50ms"
retry_longest = "200ms"
{keep}
[[merchant]]
name = "acme"
merchant_id = "{id}"
merchant_key = "${{KEY}}"
merchant_salt = {{ env = "SALT" }}
api_tokens = ["${{TOKEN}}"]
{orders_per_minute}
app = {{ url = "{app}", secrets = [{{ file = "secret" }}{more_secrets}], timeout = "{app_timeout}" }}
{merchant}
"#
        );
        self.file("paytr-relay.toml", &text)
    }

    pub(crate) fn secret(&self, secret: &str) {
        self.file("secret", &format!("{secret}\n"));
    }

    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let (key, salt) = KEYS;
        let names = [
            ("KEY", key),
            ("SALT", salt),
            ("TOKEN", TOKEN),
            ("RUST_LOG", "debug"),
        ];
        let mut all = names
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        all.extend(
            self.database
                .clone()
                .map(|url| ("DATABASE".to_owned(), url)),
        );
        all
    }

    /// Starts a relay, to which the sandbox posts from now on.
    pub(crate) async fn relay(&self) -> Relay {
        let relay = self.another_relay().await;
        let notify = format!("{}/callback/acme", relay.url);
        self.sandbox.set_notify_url(&notify).unwrap();
        relay
    }

    /// Starts a relay on the same database.
    pub(crate) async fn another_relay(&self) -> Relay {
        if !self.directory.path().join("secret").exists() {
            self.secret(SECRET);
        }
        self.configuration();
        let program = Path::new(env!("CARGO_BIN_EXE_paytr-relay"));
        let directory = Some(self.directory.path());
        let mut process = Process::spawn(program, directory, &self.environment()).unwrap();
        let url = process.printed("paytr-relay listens on ").await.unwrap();
        Relay { process, url }
    }

    pub(crate) fn buyer() -> Value {
        json!({"email": "ayse@example.com", "name": "Ayşe Yılmaz", "address": "Kadıköy", "phone": "05551112233",
               "ip": "203.0.113.7"})
    }

    /// A request of the app, with its token.
    pub(crate) fn ask(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.token)
    }

    pub(crate) async fn open(&self, relay: &Relay) -> Value {
        let order = json!({"amount": 12_990, "buyer": Self::buyer()});
        let request = self.ask(self.http.post(format!("{}/orders", relay.url)).json(&order));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Opens an order and pays it. Says its id.
    pub(crate) async fn buy(&self, relay: &Relay) -> String {
        let opened = self.open(relay).await;
        let oid = opened["merchant_oid"].as_str().unwrap().to_owned();
        self.sandbox.pay(&oid, TestCard::Visa).unwrap();
        oid
    }

    pub(crate) async fn acknowledged(&self, oid: &str) {
        self.sandbox
            .wait_until_acknowledged(oid, PATIENCE)
            .await
            .unwrap();
    }

    pub(crate) async fn state(&self, relay: &Relay, oid: &str) -> Value {
        let request = self.ask(self.http.get(format!("{}/orders/{oid}", relay.url)));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The notification that an order was paid, signed.
    pub(crate) fn paid(&self, oid: &str) -> String {
        self.paid_total(oid, 12_990)
    }

    pub(crate) fn paid_total(&self, oid: &str, total: u64) -> String {
        let paid = PaymentNotification::success(oid, total);
        paid.sign(&self.credentials()).to_body()
    }

    /// PayTR reaches nobody any more: the test brings its notifications itself.
    pub(crate) fn cut_paytr_off(&self) {
        let nobody = "http://127.0.0.1:9/nobody";
        self.sandbox.set_notify_url(nobody).unwrap();
    }

    /// Posts the notification of a paid order until it is taken. Any other answer asks PayTR to come again.
    pub(crate) async fn notify_until_ok(&self, relay: &Relay, oid: &str) {
        let taken = eventually("the notification is taken", async || {
            let answer = self.notify(relay, "/callback/acme", self.paid(oid)).await;
            let status = answer.status().as_u16();
            assert!([200, 500, 503].contains(&status), "{status}");
            Ok((answer.text().await? == "OK").then_some(()))
        });
        taken.await.unwrap();
    }

    /// The ledger of the relays, opened a second time.
    pub(crate) async fn ledger(&self) -> Box<dyn OrderLedger> {
        match &self.database {
            None => {
                let file = self.directory.path().join("paytr-relay.db");
                Box::new(SqliteLedger::connect(file).await.unwrap())
            }
            Some(url) => Box::new(PostgresLedger::connect(url).await.unwrap()),
        }
    }

    /// Makes an order due that is to be in a minute.
    pub(crate) async fn make_due(&self, oid: &str) {
        let order = OrderKey::new("000042", oid).unwrap();
        self.ledger().await.hurry(&order).await.unwrap();
    }

    /// Posts a notification of one kind.
    pub(crate) async fn notify(&self, relay: &Relay, path: &str, body: String) -> Response {
        let request = self.http.post(format!("{}{path}", relay.url));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap()
    }
}
