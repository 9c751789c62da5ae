//! The names and labels that the docs promise.

use std::collections::BTreeMap;
use std::future::Future;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use paytr_core::PaytrError;
use paytr_core::metrics::{NOTIFICATION_SECONDS, NOTIFICATIONS, REQUEST_SECONDS, REQUESTS};
use paytr_core::testing::PaymentNotification;

use crate::common::oid;
use crate::common::server::{Server, client_of_nobody, ok};
use crate::common::shop::{Shop, failed, success};

/// Every metric as `name{label=value,…}`, with its count: of increments, or of samples.
fn measured(run: impl Future<Output = ()>) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    // One thread: the recorder is the thread's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(run));
    let snapshot = snapshotter.snapshot().into_vec();
    let named = snapshot.into_iter().map(|(key, _, _, value)| {
        let labels = key.key().labels();
        let labels: Vec<_> = labels
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(samples) => samples.len() as u64,
            DebugValue::Gauge(_) => panic!("there are no gauges"),
        };
        (
            format!("{}{{{}}}", key.key().name(), labels.join(",")),
            count,
        )
    });
    named.collect()
}

fn expected<const N: usize>(metrics: [(&str, &str, u64); N]) -> BTreeMap<String, u64> {
    metrics
        .map(|(name, labels, count)| (format!("{name}{{{labels}}}"), count))
        .into()
}

#[test]
fn every_notification_is_counted_under_its_disposition() {
    let measured = measured(async {
        let shop = Shop::with_order().await;
        for notification in [failed(), success(), success(), failed()] {
            let _ = shop.deliver(notification).await;
        }
        let unknown = PaymentNotification::success("UNKNOWN1", 1_000);
        let _ = shop.deliver(unknown).await;
        let _ = shop.deliver_body("merchant_oid=SIPARIS0001").await;
        let _ = shop
            .deliver_body(&success().sign(&other_key()).to_body())
            .await;
    });
    let settled = "kind=payment,disposition=settled";
    let duplicate = "kind=payment,disposition=duplicate";
    let superseded = "kind=payment,disposition=superseded";
    let unknown = "kind=payment,disposition=unknown_order";
    assert_eq!(
        measured,
        expected([
            (NOTIFICATIONS, settled, 2),
            (NOTIFICATIONS, duplicate, 1),
            (NOTIFICATIONS, superseded, 1),
            (NOTIFICATIONS, unknown, 1),
            (NOTIFICATIONS, "kind=payment,disposition=malformed", 1),
            (NOTIFICATIONS, "kind=payment,disposition=bad_hash", 1),
            (NOTIFICATION_SECONDS, settled, 2),
            (NOTIFICATION_SECONDS, duplicate, 1),
            (NOTIFICATION_SECONDS, superseded, 1),
            (NOTIFICATION_SECONDS, unknown, 1),
        ])
    );
}

fn other_key() -> paytr_core::Credentials {
    paytr_core::Credentials::new("123456", "zZ9yX8wV7uT6sR5q", "pP4oN3mL2kJ1hG0f").unwrap()
}

#[test]
fn every_request_is_counted_under_its_outcome() {
    let measured = measured(async {
        let refused = Server::always(ok(r#"{"status":"error","err_no":"004"}"#)).await;
        let unreadable = Server::always(ok("<html>")).await;
        let paid = r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00"}"#;
        let paid = Server::always(ok(paid)).await;
        for server in [&refused, &unreadable, &paid] {
            let _ = server.client().status(&oid("SIPARIS0001")).await;
        }
        let nobody = client_of_nobody().await.status(&oid("SIPARIS0001")).await;
        assert!(matches!(nobody, Err(PaytrError::NotSent(_))), "{nobody:?}");
    });
    let outcomes = ["refused", "undecodable", "success", "not_sent"];
    let labels = outcomes.map(|outcome| format!("endpoint=/odeme/durum-sorgu,outcome={outcome}"));
    let mut all = BTreeMap::new();
    for labels in &labels {
        all.extend(expected([
            (REQUESTS, labels, 1),
            (REQUEST_SECONDS, labels, 1),
        ]));
    }
    assert_eq!(measured, all);
}
