//! How often the ledger asks its server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use paid_once::{OrderStore as _, Settled};
use paid_once_sqlx::PostgresLedger;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};

use crate::schema::{Schema, claim_of, granted};

/// Passes bytes on to a server and counts how often it says that it is ready for the next question:
/// once per round trip.
pub(crate) struct Counter {
    port: u16,
    answers: Arc<AtomicU32>,
}

impl Counter {
    async fn before(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers = Arc::new(AtomicU32::new(0));
        let counted = answers.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(pass_on(client, server, counted.clone()));
            }
        });
        Self { port, answers }
    }

    pub(crate) fn take(&self) -> u32 {
        self.answers.swap(0, Ordering::SeqCst)
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, answers: Arc<AtomicU32>) {
    let (mut questions, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { copy(&mut questions, &mut to_server).await });
    // Every message of a server is a letter, a length that counts itself, and the rest.
    while let Ok(letter) = from_server.read_u8().await {
        let length = from_server.read_u32().await.unwrap();
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        from_server.read_exact(&mut rest).await.unwrap();
        let message = [&[letter], &length.to_be_bytes()[..], &rest].concat();
        if letter == b'Z' {
            answers.fetch_add(1, Ordering::SeqCst);
        }
        if to_client.write_all(&message).await.is_err() {
            return;
        }
    }
}

/// One more ledger of the shop, and how often it asks.
pub(crate) async fn counted(shop: &Schema) -> (PostgresLedger, Counter) {
    let (before, port_and_path) = shop.url.rsplit_once(':').unwrap();
    let (port, path) = port_and_path.split_once('/').unwrap();
    let counter = Counter::before(port.parse().unwrap()).await;
    let url = format!("{before}:{}/{path}?sslmode=disable", counter.port);
    (shop.options().open(&url).await.unwrap(), counter)
}

#[tokio::test]
async fn a_claim_and_its_settlement_are_two_round_trips() {
    let shop = Schema::new().await.unwrap();
    let (ledger, counter) = counted(&shop).await;
    let handle = async |order: &str| {
        let lease = granted(claim_of(&ledger, order).await.unwrap());
        assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    };
    // The first ones connect and prepare.
    handle("FIRST").await;
    assert!(counter.take() > 2);
    for order in ["A", "B", "C", "D", "E", "F", "G", "H"] {
        handle(order).await;
    }
    assert_eq!(counter.take(), 16);
}
