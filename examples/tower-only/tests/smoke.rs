//! The program takes a genuine notification once, refuses a forged one, and answers 404 elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use paid_once_sqlx::SqliteLedger;
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, Currency, Expected, MerchantOid, Money, NewOrder, OrderKey};
use paytr_core::{OrderLedger, OrderState};

const ACCOUNT: [(&str, &str); 3] = [
    ("PAYTR_MERCHANT_ID", "123456"),
    ("PAYTR_MERCHANT_KEY", "aB3dE6gH9jK2mN5p"),
    ("PAYTR_MERCHANT_SALT", "qR8sT1uV4wX7yZ0a"),
];

fn credentials() -> Credentials {
    let [id, key, salt] = ACCOUNT.map(|(_, value)| value);
    Credentials::new(id, key, salt).unwrap()
}

fn order() -> OrderKey {
    let oid = MerchantOid::new("SHOP0001").unwrap();
    oid.order_key(credentials().merchant_id())
}

/// The program; it ends with this value.
struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(database: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tower-only"))
            .envs(ACCOUNT)
            .env("ORDERS_DB", database)
            .env("SHOP_ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        // The program goes on printing, so somebody must go on reading.
        std::thread::spawn(move || output.lines().count());
        let address = line.strip_prefix("callback: http://").unwrap();
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    fn post(&self, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_genuine_notification_settles_and_nothing_else_does() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("orders.db");
    let ledger = SqliteLedger::connect(&database).await.unwrap();
    let price = Expected::Exactly(Money::new(3_456, Currency::TRY));
    let _ = ledger.open(NewOrder::new(order(), price)).await.unwrap();

    let program = Program::start(&database);
    let genuine = PaymentNotification::success("SHOP0001", 3_456).sign(&credentials());
    let genuine = genuine.to_body();
    let forged = program.post("/paytr/callback", &genuine.replace("3456", "3457"));
    assert!(forged.starts_with("HTTP/1.1 400 "), "{forged}");
    let elsewhere = program.post("/", &genuine);
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
    assert_eq!(
        ledger.get(&order()).await.unwrap().unwrap().state,
        OrderState::Pending
    );
    for _ in 0..2 {
        let answer = program.post("/paytr/callback", &genuine);
        assert!(answer.ends_with("\r\n\r\nOK"), "{answer}");
    }
    let state = ledger.get(&order()).await.unwrap().unwrap().state;
    assert!(matches!(state, OrderState::Paid { .. }), "{state:?}");
}
