use std::net::SocketAddr;

use paytr_core::Credentials;
use paytr_core::api::EftBank;
use paytr_core::testing::{
    CashoutNotification, CashoutPayment, EftNotification, LinkNotification, PaymentNotification,
    TransferNotification,
};
use tokio::io::AsyncWriteExt as _;

use crate::gates::PRICE;
use crate::http::{Answer, FORM, connect, exchange, post, request, wait_for};
use crate::{Probe, credentials, paths};

const FAILED: &str = "PAYTR notification failed: ";

/// One kind: where it goes, a genuine body, what the handler then sees, and whether it is claimed.
struct Kind {
    path: &'static str,
    body: String,
    seen: &'static str,
    once: bool,
}

fn link(id: &str, oid: &str, total: u64) -> LinkNotification {
    LinkNotification::success(id, oid, total)
        .field("payment_amount", total.to_string())
        .field("payment_type", "card")
        .field("currency", "TL")
        .field("merchant_id", "123456")
        .field("test_mode", "0")
}

fn kinds() -> Vec<Kind> {
    let signer = credentials();
    let paid = CashoutPayment::succeeded(48_448, "XYZ LTD STI", "TR330006100519786457841326");
    let transfer = TransferNotification::new(["TR0001", "TR0002"])
        .sign(&signer)
        .to_body();
    let cashout = CashoutNotification::new("CO0001", &[paid], 7_500)
        .sign(&signer)
        .to_body();
    let eft = EftNotification::new("EFT0001", EftBank::Ptt)
        .sender("2026-01-05", "Ayşe Yılmaz", "05551112233", "12345")
        .sign(&signer);
    let kind = |path, body: &str, seen, once| Kind {
        path,
        body: body.to_owned(),
        seen,
        once,
    };
    let link = link("LINK0001", "PAYTR1", PRICE).sign(&signer).to_body();
    vec![
        kind(paths::LINK, &link, "link LINK0001 PAYTR1", true),
        kind(paths::EFT, &eft.to_body(), "eft EFT0001 Ptt false", false),
        kind(
            paths::TRANSFERS,
            &transfer,
            "transfers TR0001,TR0002",
            false,
        ),
        kind(paths::CASHOUTS, &cashout, "cashout CO0001", false),
        kind(paths::PLATFORM, &transfer, "transfers TR0001,TR0002", false),
        kind(paths::PLATFORM, &cashout, "cashout CO0001", false),
    ]
}

/// Checks every rule against a server that mounts fresh gates. One probe and one server per call.
pub async fn expectations(address: SocketAddr, probe: &Probe) {
    refusals(address, probe).await;
    limits(address, probe).await;
    strangers(address, probe).await;
    failures_and_repeats(address, probe).await;
    links(address, probe).await;
    copies(address, probe).await;
    hang_ups(address, probe).await;
}

/// Methods, content types and sizes.
async fn refusals(address: SocketAddr, probe: &Probe) {
    for Kind { path, body, .. } in kinds() {
        for method in ["GET", "PUT", "OPTIONS", "DELETE"] {
            let answer = exchange(address, request(method, path, FORM, &body)).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.head.contains("allow: post"), "{answer:?}");
        }
        let gzip = format!("{FORM}Content-Encoding: gzip\r\n");
        let twice = format!("{FORM}Content-Type: text/plain\r\n");
        for headers in ["", "Content-Type: application/json\r\n", &gzip, &twice] {
            let answer = exchange(address, request("POST", path, headers, &body)).await;
            assert_eq!(answer.status, 415, "{headers} {path}");
        }
        let padded = format!("{body}&padding={}", "x".repeat(16 * 1024));
        assert_eq!(post(address, path, &padded).await.status, 413, "{path}");
        for malformed in ["", "{}", "hash=1", &format!("{body}&hash=1")] {
            let answer = post(address, path, malformed).await;
            assert_eq!(answer.status, 400, "{malformed} {path}");
            assert_eq!(answer.body, format!("{FAILED}bad request"), "{path}");
        }
    }
    assert!(probe.seen().is_empty());
}

/// Bodies that never end.
async fn limits(address: SocketAddr, probe: &Probe) {
    for Kind { path, body, .. } in kinds() {
        let whole = request("POST", path, FORM, &body);
        let (most, _never_sent) = whole.split_at(whole.len() - 1);
        let mut stream = connect(address).await;
        stream.write_all(most).await.unwrap();
        let answer = Answer::read(&mut stream).await;
        assert_eq!(answer.status, 408, "{path}: {answer:?}");
    }
    assert!(probe.seen().is_empty());
}

/// Bodies of other kinds and by other keys.
async fn strangers(address: SocketAddr, probe: &Probe) {
    let payment = PaymentNotification::success("SHOP0001", PRICE).sign(&credentials());
    let kinds = kinds();
    for Kind { path, body, .. } in &kinds {
        let foreign = kinds.iter().filter(|other| {
            let platform = *path == paths::PLATFORM && other.seen.contains(['0']);
            let is_taken = platform && !other.once && other.path != paths::EFT;
            other.body != *body && !is_taken
        });
        let foreign = foreign.map(|other| other.body.clone());
        for other in foreign.chain([payment.to_body()]) {
            let answer = post(address, path, &other).await;
            assert_eq!(answer.status, 400, "{other} {path}");
        }
        let forged = body
            .replace("LINK0001", "LINK0002")
            .replace("EFT0001", "EFT0002");
        let forged = forged
            .replace("TR0001", "TR0003")
            .replace("CO0001", "CO0002");
        let answer = post(address, path, &forged).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.body, format!("{FAILED}bad hash"), "{path}");
    }
    let stranger = Credentials::new("123456", "x9Y8z7W6v5U4t3S2", "qR8sT1uV4wX7yZ0a").unwrap();
    let forged = link("LINK0001", "PAYTR1", PRICE).sign(&stranger).to_body();
    let answer = post(address, paths::LINK, &forged).await;
    assert_eq!(answer.body, format!("{FAILED}bad hash"));
    assert!(probe.seen().is_empty());
}

/// `OK` only after the handler said yes; link payments once, notices each time.
async fn failures_and_repeats(address: SocketAddr, probe: &Probe) {
    for Kind {
        path,
        body,
        seen,
        once,
    } in kinds()
    {
        probe.fail_next();
        let answer = post(address, path, &body).await;
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(answer.body, format!("{FAILED}handler error"));
        assert_eq!(probe.seen(), [seen]);
        post(address, path, &body).await.assert_exactly_ok();
        assert_eq!(probe.seen(), [seen], "asked again, handled again");
        post(address, path, &body).await.assert_exactly_ok();
        assert_eq!(probe.seen().len(), usize::from(!once), "{path}");
    }
}

/// What the gate of links refuses.
async fn links(address: SocketAddr, probe: &Probe) {
    let unknown = link("LINK0000", "PAYTR1", PRICE);
    let short = link("LINK0001", "PAYTR2", PRICE - 1);
    let test = LinkNotification::success("LINK0001", "PAYTR3", PRICE).field("test_mode", "1");
    for (notification, status, body) in [
        (unknown, 400, format!("{FAILED}unknown order")),
        (short, 400, format!("{FAILED}amount mismatch")),
        (test, 200, "OK".to_owned()),
    ] {
        let notification = notification.sign(&credentials()).to_body();
        let answer = post(address, paths::LINK, &notification).await;
        assert_eq!((answer.status, answer.body), (status, body));
    }
    assert!(probe.seen().is_empty());
    // One link, several payments.
    for oid in ["PAYTR4", "PAYTR5"] {
        let paid = link("LINK0001", oid, PRICE).sign(&credentials());
        post(address, paths::LINK, &paid.to_body())
            .await
            .assert_exactly_ok();
        assert_eq!(probe.seen(), [format!("link LINK0001 {oid}")]);
    }
}

/// The same link payment fifty times at once.
async fn copies(address: SocketAddr, probe: &Probe) {
    let body = link("LINK0001", "PAYTR6", PRICE)
        .sign(&credentials())
        .to_body();
    probe.close_door();
    let copies: Vec<_> = (0..50)
        .map(|_| {
            let body = body.clone();
            tokio::spawn(async move { post(address, paths::LINK, &body).await })
        })
        .collect();
    wait_for("one copy is handled", async || probe.runs() == 1).await;
    probe.open_door();
    for copy in copies {
        let answer = copy.await.unwrap();
        let in_progress = answer.status == 503 && answer.head.contains("retry-after: ");
        assert!(answer.body == "OK" || in_progress, "{answer:?}");
    }
    post(address, paths::LINK, &body).await.assert_exactly_ok();
    assert_eq!(probe.seen().len(), 1);
}

/// A connection that breaks does not stop the handler.
async fn hang_ups(address: SocketAddr, probe: &Probe) {
    let mut kinds = kinds();
    let first = kinds.first_mut().unwrap();
    first.body = link("LINK0001", "PAYTR7", PRICE)
        .sign(&credentials())
        .to_body();
    for Kind { path, body, .. } in kinds {
        probe.close_door();
        let finished = probe.finished();
        let mut stream = connect(address).await;
        stream
            .write_all(&request("POST", path, FORM, &body))
            .await
            .unwrap();
        wait_for("the handler runs", async || probe.runs() == 1).await;
        drop(stream);
        // A request of its own gives the server time to notice.
        assert_eq!(post(address, path, "").await.status, 400);
        probe.open_door();
        wait_for("the handler ends", async || {
            probe.finished() == finished + 1
        })
        .await;
        assert_eq!(probe.seen().len(), 1, "{path}");
    }
}
