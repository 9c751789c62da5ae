//! A process that dies in a reserved refund, wherever it is: the refund is never sent twice, never forgotten,
//! and decided by another process with the same ledger.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use paytr_core::client::{RefundDecision, RefundError, RefundProof, ReservedBy};
use paytr_core::refund_ledger::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
use paytr_core::{MemoryStore, OrderKey, PaytrClient, StoreError, async_trait};
use tokio::sync::Notify;

use crate::common::credentials;
use crate::common::refunds::{
    REFUND, YES, listing, order, paid_ledger, refund, refunds_of, stands,
};
use crate::common::server::{Answer, Server, ok};

/// Where the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Reserving,
    Reserved,
    Sent,
    Confirming,
    Confirmed,
}

/// The ledger of a process that dies: from that point on nothing comes back from it.
struct Dying {
    ledger: Arc<MemoryStore>,
    at: At,
    dead: Notify,
}

impl Dying {
    async fn pass(&self, point: At) {
        if point == self.at {
            self.dead.notify_one();
            pending::<()>().await;
        }
    }
}

#[async_trait]
impl RefundLedger for Dying {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        self.pass(At::Reserving).await;
        let reservation = self.ledger.reserve(refund).await;
        self.pass(At::Reserved).await;
        reservation
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.pass(At::Confirming).await;
        let confirmed = self.ledger.confirm(order, reference).await;
        self.pass(At::Confirmed).await;
        confirmed
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.ledger.cancel(order, reference).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        self.ledger.refunds(order).await
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        self.ledger.undecided_refunds(merchant, age, limit).await
    }
}

/// A ledger as a process left it that died there while it refunded 7.00 lira as `R1`, and PayTR, which answers
/// the refund like this and what is asked afterwards like that.
async fn killed(at: At, refunded: Answer, afterwards: Vec<Answer>) -> (Arc<MemoryStore>, Server) {
    let ledger = paid_ledger().await;
    let was_sent = !matches!(at, At::Reserving | At::Reserved);
    let refunded = Some(refunded).filter(|_| was_sent);
    let server = Server::scripted(refunded.into_iter().chain(afterwards).collect()).await;
    let dying = Arc::new(Dying {
        ledger: ledger.clone(),
        at,
        dead: Notify::new(),
    });
    let (client, its_ledger) = (patient_client(&server), dying.clone());
    let process = tokio::spawn(async move {
        let by = ReservedBy::new("ayse");
        let refund = refund("R1", 700);
        client.refund_reserved_as(&*its_ledger, &refund, &by).await
    });
    if at == At::Sent {
        let deadline = Instant::now() + Duration::from_secs(20);
        while server.posts_to(REFUND) == 0 {
            assert!(Instant::now() < deadline, "it was never sent");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    } else {
        dying.dead.notified().await;
    }
    process.abort();
    assert!(process.await.unwrap_err().is_cancelled(), "{at:?}");
    (ledger, server)
}

/// A client that would wait for its answer much longer than it lives.
fn patient_client(server: &Server) -> PaytrClient {
    PaytrClient::builder(credentials())
        .base_url(server.base_url().clone())
        .build()
        .unwrap()
}

async fn undecided(ledger: &MemoryStore) -> Vec<String> {
    let merchant = credentials().merchant_id().to_string();
    let undecided = ledger.undecided_refunds(&merchant, Duration::ZERO, 9).await;
    let undecided = undecided.unwrap().into_iter();
    undecided.map(|record| record.reference).collect()
}

#[tokio::test]
async fn what_paytr_executed_is_decided_by_inquiry_after_a_restart_and_sent_once() {
    for (at, answer) in [
        (At::Sent, Answer::Silence),
        (At::Confirming, ok(YES)),
        (At::Confirmed, ok(YES)),
    ] {
        let listed = listing(&[("R1", "7.00")]);
        let (ledger, server) = killed(at, answer, vec![listed]).await;
        let is_open = at != At::Confirmed;
        assert_eq!(
            undecided(&ledger).await.len(),
            usize::from(is_open),
            "{at:?}"
        );
        // Whoever tries the same refund again before anybody has decided it is refused.
        let again = refund("R1", 700);
        let again = server.client().refund_reserved(&*ledger, &again).await;
        assert!(
            matches!(again, Err(RefundError::ReferenceUsed)),
            "{at:?} {again:?}"
        );
        let decided = server
            .client()
            .decide_refunds(&*ledger, Duration::ZERO, 9)
            .await
            .unwrap();
        assert_eq!(decided.len(), usize::from(is_open));
        assert!(decided.iter().all(|(record, decision)| {
            record.by == "ayse" && matches!(decision, RefundDecision::Executed { .. })
        }));
        let executed = stands("R1", 700, RefundState::Executed);
        assert_eq!(refunds_of(&ledger).await, [executed], "{at:?}");
        assert_eq!(server.posts_to(REFUND), 1, "{at:?}");
        assert!(undecided(&ledger).await.is_empty());
    }
}

/// Nobody can tell the two apart: a refund that was never sent, and one that PayTR does not list yet.
#[tokio::test]
async fn what_paytr_does_not_list_stays_until_a_person_cancels_it_and_may_then_be_sent_again() {
    for (at, sent) in [(At::Reserved, 0), (At::Sent, 1)] {
        let nothing = listing(&[]);
        let afterwards = vec![nothing.clone(), nothing.clone(), nothing, ok(YES)];
        let (ledger, server) = killed(at, Answer::Silence, afterwards).await;
        let client = server.client();
        assert_eq!(undecided(&ledger).await, ["R1"], "{at:?}");
        let decided = client.decide_refunds(&*ledger, Duration::ZERO, 9).await;
        let decided = decided.unwrap();
        let [(record, RefundDecision::NotListed)] = &decided[..] else {
            panic!("{at:?} {decided:?}");
        };
        assert_eq!(undecided(&ledger).await, ["R1"], "it counts on: {at:?}");
        assert_eq!(server.posts_to(REFUND), sent, "{at:?}");

        tokio::time::pause();
        tokio::time::advance(PaytrClient::CANCEL_REFUNDS_AFTER).await;
        tokio::time::resume();
        let cancelled = client.cancel_refund(&*ledger, record).await.unwrap();
        assert!(
            matches!(cancelled, RefundDecision::Cancelled),
            "{at:?} {cancelled:?}"
        );
        let again = client.refund_reserved(&*ledger, &refund("R1", 700)).await;
        assert_eq!(again.unwrap().proof(), RefundProof::Reply, "{at:?}");
        assert_eq!(server.posts_to(REFUND), sent + 1, "{at:?}");
        let executed = stands("R1", 700, RefundState::Executed);
        assert_eq!(refunds_of(&ledger).await, [executed], "{at:?}");
    }
}

/// The reference was told before, so the same call with it is the same refund.
#[tokio::test]
async fn a_process_that_dies_before_it_has_reserved_leaves_nothing_behind() {
    let (ledger, server) = killed(At::Reserving, ok(YES), vec![ok(YES)]).await;
    assert_eq!(refunds_of(&ledger).await, []);
    assert!(server.requests().is_empty());
    let refunded = server
        .client()
        .refund_reserved(&*ledger, &refund("R1", 700))
        .await;
    assert_eq!(refunded.unwrap().proof(), RefundProof::Reply);
    assert_eq!(server.posts_to(REFUND), 1);
    let state = ledger.refunds(&order()).await.unwrap().remove(0).state;
    assert_eq!(state, RefundState::Executed);
}
