//! A shop's ledger with a paid order, and what PayTR answers about refunds of it.

use std::sync::Arc;

use paytr_core::api::{ReferenceNo, Refund};
use paytr_core::refund_ledger::{RefundLedger as _, RefundRecord, RefundState};
use paytr_core::{Disposition, MemoryStore, OrderKey};

use super::server::{Answer, ok};
use super::shop::{Shop, lira, success};
use super::{credentials, oid};

pub(crate) const REFUND: &str = "/odeme/iade";
pub(crate) const STATUS: &str = "/odeme/durum-sorgu";
pub(crate) const YES: &str = r#"{"status":"success"}"#;

/// A ledger in which `SIPARIS0001` is paid with 10.00 lira.
pub(crate) async fn paid_ledger() -> Arc<MemoryStore> {
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    shop.store
}

pub(crate) fn order() -> OrderKey {
    oid("SIPARIS0001").order_key(credentials().merchant_id())
}

/// A refund of `SIPARIS0001`.
pub(crate) fn refund(reference: &str, minor_units: u64) -> Refund {
    let reference = ReferenceNo::new(reference).unwrap();
    Refund::new(oid("SIPARIS0001"), lira(minor_units)).reference(reference)
}

/// The status of an order of 10.00 lira with refunds, each with its reference and its amount.
pub(crate) fn listing(refunds: &[(&str, &str)]) -> Answer {
    let entry = |(reference, amount): &(&str, &str)| {
        format!(r#"{{"return_amount":"{amount}","reference_no":"{reference}"}}"#)
    };
    let returns: Vec<_> = refunds.iter().map(entry).collect();
    let returns = returns.join(",");
    ok(&format!(
        r#"{{"status":"success","payment_amount":"10.00","payment_total":"10.00",
            "currency":"TL","returns":[{returns}]}}"#
    ))
}

/// Every refund of `SIPARIS0001` in the ledger: its reference, its amount in kuruş, and how it stands.
pub(crate) async fn refunds_of(ledger: &MemoryStore) -> Vec<(String, u64, RefundState)> {
    let seen = |record: RefundRecord| {
        let amount = record.amount.minor_units();
        (record.reference, amount, record.state)
    };
    let records = ledger.refunds(&order()).await.unwrap();
    records.into_iter().map(seen).collect()
}

/// One refund, as [`refunds_of`] tells it.
pub(crate) fn stands(
    reference: &str,
    minor_units: u64,
    state: RefundState,
) -> (String, u64, RefundState) {
    (reference.to_owned(), minor_units, state)
}
