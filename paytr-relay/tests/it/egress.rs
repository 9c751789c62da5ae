//! What the relay asks of an app, and how little of its answer it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use shop_suite::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{Answers, Hold};
use crate::world::{PATIENCE, Relay, World};

/// What a hostile app sends without an end, after its first line.
#[derive(Debug, Clone, Copy)]
enum Endless {
    Head,
    Body,
    Chunks,
    /// Answers that only announce another one.
    Interim,
}

impl Endless {
    fn begin(self) -> &'static str {
        match self {
            Self::Head => "HTTP/1.1 200 OK\r\n",
            Self::Body => "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n",
            Self::Chunks => "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            Self::Interim => "",
        }
    }

    fn goes_on(self) -> String {
        let filling = "a".repeat(8_000);
        match self {
            Self::Head => format!("x-filling: {filling}\r\n"),
            Self::Body => filling,
            Self::Chunks => format!("1f40\r\n{filling}\r\n"),
            Self::Interim => "HTTP/1.1 102 Processing\r\n\r\n".repeat(100),
        }
    }
}

/// An app that answers so. `sent` counts what went out, in bytes.
async fn app(endless: Endless, sent: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, endless, Arc::clone(&sent)));
        }
    });
    format!("http://{address}/paid")
}

async fn answer(mut stream: TcpStream, endless: Endless, sent: Arc<AtomicUsize>) {
    let mut request = [0; 16 * 1024];
    let _ = stream.read(&mut request).await;
    let mut next = endless.begin().to_owned();
    while stream.write_all(next.as_bytes()).await.is_ok() {
        sent.fetch_add(next.len(), Ordering::Relaxed);
        next = endless.goes_on();
    }
}

/// Far more than any head has, and what fits into the buffers of two sockets.
const BOUND: usize = 16 * 1024 * 1024;

async fn bounded(endless: Endless, is_taken: bool) {
    let sent = Arc::new(AtomicUsize::new(0));
    let mut world = World::new().await;
    world.app_url = Some(app(endless, Arc::clone(&sent)).await);
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    let answer = world
        .notify(&relay, "/callback/acme", world.paid(&oid))
        .await;
    let expected = if is_taken { 200 } else { 500 };
    assert_eq!(answer.status(), expected, "{endless:?}");
    assert!(
        sent.load(Ordering::Relaxed) < BOUND,
        "{endless:?}: {sent:?}"
    );
}

#[tokio::test]
async fn of_an_answer_only_the_head_is_read() {
    bounded(Endless::Body, true).await;
    bounded(Endless::Chunks, true).await;
}

#[tokio::test]
async fn a_head_without_an_end_is_no_answer() {
    bounded(Endless::Head, false).await;
}

#[tokio::test]
async fn interim_answers_do_not_stretch_the_time_of_the_app() {
    let sent = Arc::new(AtomicUsize::new(0));
    let mut world = World::new().await;
    world.app_url = Some(app(Endless::Interim, sent).await);
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    let answer = world
        .notify(&relay, "/callback/acme", world.paid(&oid))
        .await;
    assert_eq!(answer.status(), 500);
}

/// How many messages the relay has counted with this outcome.
async fn counted(world: &World, metrics: &str, outcome: &str) -> u64 {
    let page = world.http.get(metrics).send().await.unwrap();
    let page = page.text().await.unwrap();
    let outcome = format!("outcome=\"{outcome}\"");
    let mut lines = page.lines();
    let line = lines
        .find(|line| line.starts_with("paytr_relay_deliveries_total{") && line.contains(&outcome));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

async fn told(world: &World, relay: &Relay) -> u16 {
    let oid = world.buy(relay).await;
    let body = world.paid(&oid);
    let answer = world.notify(relay, "/callback/acme", body).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn what_came_of_each_message_is_counted_and_an_app_has_its_time_only() {
    let mut world = World::new().await;
    "metrics_listen = \"127.0.0.1:0\"".clone_into(&mut world.top);
    let mut relay = world.relay().await;
    let metrics = relay.process.printed("metrics: ").await.unwrap();
    world.cut_paytr_off();
    assert_eq!(told(&world, &relay).await, 200);
    world.app.answers(Answers::Status(500));
    assert_eq!(told(&world, &relay).await, 500);
    world.app.hold(Hold::BeforeItsEffect);
    let started = Instant::now();
    assert_eq!(told(&world, &relay).await, 500);
    assert!(started.elapsed() < PATIENCE, "it had a second");
    world.app.die();
    assert_eq!(told(&world, &relay).await, 500);
    let all = eventually("every message is counted", async || {
        let delivered = counted(&world, &metrics, "delivered").await;
        let refused = counted(&world, &metrics, "refused").await;
        let unreachable = counted(&world, &metrics, "unreachable").await;
        Ok(((delivered, refused, unreachable) == (1, 1, 2)).then_some(()))
    });
    all.await.unwrap();
}
