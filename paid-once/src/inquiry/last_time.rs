use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The last time that something happened in this process, if it did.
#[derive(Debug, Default)]
pub(super) struct LastTime(Mutex<Option<Instant>>);

impl LastTime {
    pub(super) fn is_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn age(&self) -> Option<Duration> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|at| at.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::{advance, pause};

    use crate::inquiry::{Answer, Inquiry, Reconciler};
    use crate::{
        BoxError, Delivery, Expected, Gate, MemoryStore, NewOrder, OrderKey, OrderLedger as _,
        OrderRecord, async_trait,
    };

    const MINUTE: Duration = Duration::from_secs(60);

    /// Answers about `OPEN`, and about nothing else.
    struct OneAnswer;

    #[async_trait]
    impl Inquiry for OneAnswer {
        async fn ask(&self, order: &OrderRecord) -> Answer {
            match order.order.order_id() {
                "OPEN" => Answer::NotYet,
                _ => Answer::Unavailable,
            }
        }
    }

    async fn open(ledger: &MemoryStore, id: &str) {
        let order = OrderKey::new("100001", id).unwrap();
        let new = NewOrder::new(order, Expected::Unknown).with_inquire_after(Duration::ZERO);
        let _ = ledger.open(new).await.unwrap();
    }

    #[tokio::test]
    async fn a_reconciler_knows_when_it_took_orders_and_when_it_was_answered() {
        pause();
        let ledger = Arc::new(MemoryStore::new());
        let gate = Gate::builder(ledger.clone(), ledger.clone()).build();
        let handler = async |_: Delivery| Ok::<_, BoxError>(());
        let reconciler =
            Reconciler::builder("100001", ledger.clone(), gate.unwrap(), OneAnswer, handler);
        let reconciler = reconciler.build();
        let since = || (reconciler.since_last_take(), reconciler.since_last_answer());
        assert_eq!(since(), (None, None));

        assert_eq!(reconciler.round().await.unwrap(), []);
        assert_eq!(since(), (Some(Duration::ZERO), None));

        advance(MINUTE).await;
        open(&ledger, "SILENT").await;
        assert_eq!(reconciler.round().await.unwrap().len(), 1);
        assert_eq!(since(), (Some(Duration::ZERO), None));

        open(&ledger, "OPEN").await;
        assert_eq!(reconciler.round().await.unwrap().len(), 1);
        advance(MINUTE).await;
        assert_eq!(since(), (Some(MINUTE), Some(MINUTE)));
        assert_eq!(reconciler.round().await.unwrap(), []);
        assert_eq!(since(), (Some(Duration::ZERO), Some(MINUTE)));
    }
}
