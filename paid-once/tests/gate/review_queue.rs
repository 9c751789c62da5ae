//! The review queue, worked by people through the gate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use captured_log::CapturedLog;
use paid_once::*;
use tokio::sync::{Notify, Semaphore};

struct Desk {
    ledger: Arc<MemoryStore>,
    gate: Gate,
    queue: ReviewQueue,
    runs: Arc<AtomicUsize>,
}

fn order() -> OrderKey {
    OrderKey::new("100001", "SHOP0001").unwrap()
}

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

/// A shop in which a payment that is a lira short was refused.
async fn desk() -> (Desk, ReviewId) {
    let ledger = Arc::new(MemoryStore::new());
    let gate = Gate::builder(ledger.clone(), ledger.clone())
        .build()
        .unwrap();
    let new = NewOrder::new(order(), Expected::AtLeast(lira(3_456)));
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
    let queue = ReviewQueue::new(gate.clone(), ledger.clone());
    let runs = Arc::default();
    let desk = Desk {
        ledger,
        gate,
        queue,
        runs,
    };
    let refused = desk.notified(3_356).await;
    assert!(matches!(refused, Decision::Mismatch(_)));
    let open = desk.ledger.reviews(&ReviewFilter::open(), 2).await.unwrap();
    assert_eq!(open.len(), 1);
    let entry = open.first().unwrap().id;
    (desk, entry)
}

impl Desk {
    /// The provider's message.
    async fn notified(&self, minor_units: u64) -> Decision {
        let payment = Payment::paid(order(), lira(minor_units));
        self.gate.receive(payment, self.handler()).await
    }

    fn handler(&self) -> impl FnOnce(Delivery) -> std::future::Ready<Result<(), BoxError>> + use<> {
        let runs = self.runs.clone();
        move |_| {
            runs.fetch_add(1, Ordering::SeqCst);
            std::future::ready(Ok(()))
        }
    }

    async fn deliver(&self, entry: ReviewId, by: &str) -> Worked {
        let worked = self.queue.deliver(entry, by, "", self.handler()).await;
        worked.unwrap()
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    async fn state(&self) -> OrderState {
        self.ledger.get(&order()).await.unwrap().unwrap().state
    }

    async fn is_open(&self, entry: ReviewId) -> bool {
        self.queue.entry(entry).await.unwrap().unwrap().is_open()
    }
}

#[tokio::test]
async fn a_payment_that_was_refused_is_delivered_by_hand_once() {
    let (desk, entry) = desk().await;
    assert_eq!(desk.deliver(entry, "ayşe").await, Worked::Done);
    assert_eq!(
        (desk.runs(), desk.state().await),
        (1, OrderState::paid(lira(3_356)))
    );

    // Whoever comes later: the same person, another one, and the provider again.
    for by in ["ayşe", "mehmet"] {
        let told = desk.deliver(entry, by).await;
        assert!(matches!(told, Worked::AlreadyResolved(resolved) if resolved.by == "ayşe"));
    }
    assert_eq!(desk.notified(3_356).await, Decision::Duplicate);
    assert_eq!(desk.runs(), 1);
}

#[tokio::test]
async fn a_total_far_above_the_price_is_delivered_by_hand_once() {
    let (desk, _short) = desk().await;
    let refused = desk.notified(34_560).await;
    assert!(matches!(refused, Decision::Mismatch(_)), "{refused:?}");
    let why = ReviewFilter::open().because(ReviewReason::SurchargeTooHigh);
    let open = desk.ledger.reviews(&why, 2).await.unwrap();
    let [entry] = open.as_slice() else {
        panic!("{open:?}");
    };
    assert_eq!(desk.deliver(entry.id, "ayşe").await, Worked::Done);
    let paid = OrderState::paid(lira(34_560));
    assert_eq!((desk.runs(), desk.state().await), (1, paid));
    assert_eq!(desk.notified(34_560).await, Decision::Duplicate);
}

#[tokio::test]
async fn a_handler_that_fails_leaves_the_entry_open_and_the_order_undelivered() {
    let (desk, entry) = desk().await;
    let broken = desk
        .queue
        .deliver(entry, "ayşe", "", |_| async { Err::<(), _>("broken") });
    let failed = Worked::NotTaken(Decision::HandlerFailed(HandlerFailure::Error));
    assert_eq!(broken.await.unwrap(), failed);
    assert!(desk.is_open(entry).await);
    assert!(matches!(desk.state().await, OrderState::Undelivered(_)));
    assert_eq!(desk.deliver(entry, "ayşe").await, Worked::Done);
    assert_eq!(desk.runs(), 1);
}

#[tokio::test]
async fn two_people_who_deliver_at_once_run_the_handler_once() {
    let (desk, entry) = desk().await;
    let (inside, go_on) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let first = tokio::spawn({
        let (queue, runs) = (desk.queue.clone(), desk.runs.clone());
        let (inside, go_on) = (inside.clone(), go_on.clone());
        async move {
            let handler = |_| async move {
                runs.fetch_add(1, Ordering::SeqCst);
                inside.notify_one();
                drop(go_on.acquire().await);
                Ok::<_, BoxError>(())
            };
            queue.deliver(entry, "ayşe", "", handler).await.unwrap()
        }
    });
    inside.notified().await;
    let second = desk.deliver(entry, "mehmet").await;
    let in_progress = matches!(second, Worked::NotTaken(Decision::InProgress { .. }));
    assert!(in_progress, "{second:?}");
    go_on.add_permits(1);
    assert_eq!(first.await.unwrap(), Worked::Done);
    assert_eq!(desk.runs(), 1);
}

#[tokio::test]
async fn what_is_taken_out_for_a_refund_is_never_delivered() {
    let (desk, entry) = desk().await;
    assert_eq!(desk.queue.take_out(entry).await.unwrap(), Worked::Done);
    assert!(desk.is_open(entry).await, "the refund may still fail");
    assert_eq!(desk.state().await, OrderState::paid(lira(3_356)));

    // The record is mended and the provider asks again: too late.
    let cheaper = Expected::AtLeast(lira(3_356));
    desk.ledger.set_expected(&order(), cheaper).await.unwrap();
    assert_eq!(desk.notified(3_356).await, Decision::Duplicate);
    assert_eq!(
        desk.queue.take_out(entry).await.unwrap(),
        Worked::Done,
        "again is safe"
    );
    let refunded = desk.queue.refunded(entry, "ayşe", "R1").await.unwrap();
    assert_eq!((refunded, desk.runs()), (Worked::Done, 0));
}

#[tokio::test]
async fn a_process_that_dies_between_delivery_and_note_leaves_an_entry_that_can_be_worked_again() {
    let (desk, entry) = desk().await;
    let payment = Payment::paid(order(), lira(3_356));
    let delivered = desk.gate.deliver_by_hand(payment, desk.handler()).await;
    assert_eq!(delivered, Decision::Settled);
    assert!(desk.is_open(entry).await);
    assert_eq!(desk.deliver(entry, "ayşe").await, Worked::Done);
    assert_eq!(desk.runs(), 1);
}

/// As when two people decide otherwise at the same time, or one's process died before it wrote it down.
#[tokio::test]
async fn what_was_delivered_is_not_taken_out_and_what_was_taken_out_is_not_called_delivered() {
    let (desk, entry) = desk().await;
    let payment = Payment::paid(order(), lira(3_356));
    let delivered = desk.gate.deliver_by_hand(payment, desk.handler()).await;
    assert_eq!(delivered, Decision::Settled);
    let too_late = Worked::NotTaken(Decision::Duplicate);
    assert_eq!(desk.queue.take_out(entry).await.unwrap(), too_late);
    assert!(desk.is_open(entry).await);
    assert_eq!(desk.deliver(entry, "ayşe").await, Worked::Done);
    assert_eq!(desk.runs(), 1);

    let (desk, entry) = self::desk().await;
    assert_eq!(desk.queue.take_out(entry).await.unwrap(), Worked::Done);
    assert_eq!(desk.deliver(entry, "ayşe").await, too_late);
    assert_eq!((desk.runs(), desk.is_open(entry).await), (0, true));
    assert_eq!(desk.queue.take_out(entry).await.unwrap(), Worked::Done);
}

#[tokio::test]
async fn a_payment_that_conflicts_with_a_settled_one_cannot_be_delivered_by_hand() {
    let (desk, entry) = desk().await;
    assert_eq!(desk.notified(3_456).await, Decision::Settled);
    let told = desk.deliver(entry, "ayşe").await;
    assert_eq!(told, Worked::NotTaken(Decision::ConflictRecorded));
    assert!(desk.is_open(entry).await);
    let dismissed = desk
        .queue
        .dismiss(entry, "ayşe", "refunded in the panel")
        .await;
    assert_eq!(dismissed.unwrap(), Worked::Done);
    assert_eq!(desk.runs(), 1);
}

#[tokio::test]
async fn an_entry_that_is_not_there_is_unknown() {
    let (desk, entry) = desk().await;
    let unknown = ReviewId::new(entry.get() + 1);
    assert_eq!(desk.deliver(unknown, "ayşe").await, Worked::Unknown);
    assert_eq!(desk.queue.take_out(unknown).await.unwrap(), Worked::Unknown);
    assert_eq!(
        desk.queue.dismiss(unknown, "ayşe", "").await.unwrap(),
        Worked::Unknown
    );
}

#[tokio::test]
async fn the_log_has_each_resolution_once() {
    let (desk, entry) = desk().await;
    let log = CapturedLog::start();
    for _ in 0..2 {
        let _ = desk.deliver(entry, "ayşe").await;
    }
    let text = log.text();
    assert_eq!(text.matches("a review is resolved").count(), 1, "{text}");
    assert!(!text.contains("ay"), "no name of a person: {text}");
    let queue = format!("{:?}", desk.queue);
    assert!(
        queue.contains("ReviewQueue") && queue.contains("lease_for"),
        "{queue}"
    );
}
