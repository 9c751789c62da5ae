//! What the tests share: a started sandbox, a client of it, and a shop that answers as told.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "a failed step fails the test; each test file uses its own part"
)]

pub mod endpoints;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use paytr_core::api::{Buyer, IframeCard, IframeEft};
use paytr_core::client::BaseUrl;
use paytr_core::{Basket, Credentials, Currency, MerchantOid, Money, PaytrClient};
use paytr_sandbox::Sandbox;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Longer than anything here takes; a test that waits so long has failed.
pub const LIMIT: Duration = Duration::from_secs(20);

pub const FAST: Duration = Duration::from_millis(20);

/// Far beyond the end of a test.
pub const NEVER: Duration = Duration::from_secs(3_600);

/// Moves the clock to the next noon in Turkey: money moves at midnight, and no test may depend on when it is run.
pub fn to_noon(sandbox: &Sandbox) {
    let day = 86_400;
    let now = sandbox.now().duration_since(UNIX_EPOCH).unwrap();
    let noon_utc = 9 * 3_600;
    let left = (day + noon_utc - now.as_secs() % day) % day;
    sandbox.advance_clock(Duration::from_secs(left));
}

pub async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

pub fn client(sandbox: &Sandbox) -> PaytrClient {
    client_with(sandbox, sandbox.credentials())
}

pub fn client_with(sandbox: &Sandbox, credentials: Credentials) -> PaytrClient {
    PaytrClient::builder(credentials)
        .base_url(BaseUrl::new(sandbox.base_url()).unwrap())
        .build()
        .unwrap()
}

pub fn oid(id: &str) -> MerchantOid {
    MerchantOid::new(id).unwrap()
}

fn buyer() -> Buyer {
    let ip = "88.255.10.20".parse().unwrap();
    Buyer::new(ip, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233")
}

/// An order of 34.56 lira.
pub fn card(id: &str) -> IframeCard {
    let basket = Basket::new(Currency::TRY).item("Kalem", 1_728, 2).unwrap();
    let shop = "http://127.0.0.1:3000";
    IframeCard::new(
        oid(id),
        basket,
        buyer(),
        format!("{shop}/ok"),
        format!("{shop}/fail"),
    )
}

pub fn transfer(id: &str) -> IframeEft {
    IframeEft::new(oid(id), Money::new(3_456, Currency::TRY), buyer())
}

/// Opens a card order and gives the address of its page.
pub async fn open_card(sandbox: &Sandbox, id: &str) -> String {
    open(sandbox, &card(id)).await
}

pub async fn open(sandbox: &Sandbox, request: &IframeCard) -> String {
    let client = client(sandbox);
    let token = client.iframe_token(request).await.unwrap();
    client.page_url(&token)
}

pub fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The fields of one notification.
pub type Fields = Vec<(String, String)>;

/// A shop that writes down what it is told and answers with raw bytes, in turn; then always `OK`.
pub struct Shop {
    pub url: String,
    received: Arc<Mutex<Vec<Fields>>>,
}

pub fn reply(status: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub fn ok() -> Vec<u8> {
    reply("200 OK", b"OK")
}

impl Shop {
    pub async fn answering(replies: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/paytr/callback", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&received);
        let mut replies = VecDeque::from(replies);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                if let Some(fields) = read_form(&mut stream).await {
                    seen.lock().unwrap().push(fields);
                    let answer = replies.pop_front().unwrap_or_else(ok);
                    let _ = stream.write_all(&answer).await;
                }
            }
        });
        Self { url, received }
    }

    /// The notifications so far, as fields.
    pub fn received(&self) -> Vec<Fields> {
        self.received.lock().unwrap().clone()
    }

    /// One field of every notification so far.
    pub fn field(&self, name: &str) -> Vec<Option<String>> {
        let value = |fields: &Fields| {
            let field = fields.iter().find(|(known, _)| known == name);
            field.map(|(_, value)| value.clone())
        };
        self.received().iter().map(value).collect()
    }

    pub fn statuses(&self) -> Vec<String> {
        self.field("status").into_iter().flatten().collect()
    }
}

async fn read_form(stream: &mut TcpStream) -> Option<Fields> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lines = head.lines();
            let mut lengths = lines.filter_map(|line| line.strip_prefix("content-length: "));
            let length: usize = lengths.next()?.parse().ok()?;
            if body.len() >= length {
                let fields = url::form_urlencoded::parse(body.as_bytes());
                return Some(fields.into_owned().collect());
            }
        }
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}
