//! A shop whose provider answers what the test says.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paid_once::inquiry::{Pauses, Reconciled, ReconcilerBuilder};
use paid_once::*;
use tokio::time::Instant;

use crate::ledger::Watched;

pub(crate) const MERCHANT: &str = "100001";
pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

pub(crate) fn order(id: &str) -> OrderKey {
    OrderKey::new(MERCHANT, id).unwrap()
}

pub(crate) fn paid(id: &str) -> Payment {
    Payment::paid(order(id), lira(3_456))
}

#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) ledger: Arc<Watched>,
    answers: Mutex<HashMap<String, Answer>>,
    /// When each question was put.
    pub(crate) asked: Mutex<Vec<(String, Instant)>>,
    /// How long an answer takes.
    pub(crate) answers_after: Mutex<Duration>,
    pub(crate) under_way: AtomicUsize,
    pub(crate) most_under_way: AtomicUsize,
    pub(crate) delivered: Mutex<Vec<String>>,
    pub(crate) handler_fails: AtomicBool,
}

/// The provider of the shop.
struct Provider(Arc<Shop>);

#[async_trait]
impl Inquiry for Provider {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let id = order.order.order_id().to_owned();
        self.0
            .asked
            .lock()
            .unwrap()
            .push((id.clone(), Instant::now()));
        let now = self.0.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most_under_way.fetch_max(now, Ordering::SeqCst);
        let takes = *self.0.answers_after.lock().unwrap();
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
        let answer = self.0.answers.lock().unwrap().get(&id).cloned();
        assert!(id != "PANIC", "as the test wants it");
        answer.unwrap_or(Answer::NotYet)
    }
}

impl Shop {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Opens an order of 34.56 TRY that is due at once.
    pub(crate) async fn open(&self, id: &str) {
        let new = NewOrder::new(order(id), Expected::AtLeast(lira(3_456)));
        let new = new.with_inquire_after(Duration::ZERO);
        assert_eq!(self.ledger.memory.open(new).await.unwrap(), Opened::New);
    }

    /// From now on the provider answers so about the order. Otherwise it says that it is not paid yet.
    pub(crate) fn says(&self, id: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(id.to_owned(), answer);
    }

    pub(crate) fn gate(self: &Arc<Self>) -> Gate {
        let gate = Gate::builder(self.ledger.clone(), self.ledger.clone());
        gate.build().unwrap()
    }

    /// Asks again after 10 s to 60 s, an undelivered order after 2 s to 8 s.
    pub(crate) fn builder(self: &Arc<Self>) -> ReconcilerBuilder {
        let shop = self.clone();
        let handler = move |delivery: Delivery| {
            let shop = shop.clone();
            async move {
                if shop.handler_fails.load(Ordering::SeqCst) {
                    return Err(BoxError::from("the printer is out of paper"));
                }
                let id = delivery.payment.order.order_id().to_owned();
                shop.delivered.lock().unwrap().push(id);
                Ok(())
            }
        };
        let provider = Provider(self.clone());
        Reconciler::builder(
            MERCHANT,
            self.ledger.clone(),
            self.gate(),
            provider,
            handler,
        )
        .pauses(Pauses::new(10 * SECOND, 60 * SECOND))
        .undelivered_pauses(Pauses::new(2 * SECOND, 8 * SECOND))
    }

    /// One round, by order id.
    pub(crate) async fn round(self: &Arc<Self>) -> Vec<Reconciled> {
        let mut round = self.builder().build().round().await.unwrap();
        round.sort_by(|one, other| one.record.order.cmp(&other.record.order));
        round
    }

    /// How long the order was put off last; `None` when it never was.
    pub(crate) fn pause(&self, id: &str) -> Option<Duration> {
        let pauses = self.ledger.pauses.lock().unwrap();
        let of_order = pauses.iter().rev().find(|(order, _)| order == id);
        of_order.map(|(_, pause)| *pause)
    }
}
