//! Refunds that are reserved in the shop's ledger before they are sent.

use std::sync::Arc;
use std::time::Duration;

use paytr_core::client::{RefundDecision, RefundError, RefundProof, Refunded, ReservedBy};
use paytr_core::refund_ledger::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
use paytr_core::{Currency, MemoryStore, Money, OrderKey, PaytrError, StoreError, async_trait};

use crate::common::refunds::{
    REFUND, STATUS, YES, listing, order, paid_ledger, refund, refunds_of, stands,
};
use crate::common::server::{Answer, Server, ok, reply};
use crate::common::shop::{Shop, lira};

#[tokio::test]
async fn two_refunds_at_once_cannot_give_back_more_than_what_was_paid() {
    let server = Arc::new(Server::always(ok(YES)).await);
    let ledger = paid_ledger().await;
    let running: Vec<_> = (0..16)
        .map(|index| {
            let (server, ledger) = (server.clone(), ledger.clone());
            tokio::spawn(async move {
                let refund = refund(&format!("R{index}"), 300);
                server.client().refund_reserved(&*ledger, &refund).await
            })
        })
        .collect();
    let mut granted = 0;
    for refund in running {
        match refund.await.unwrap() {
            Ok(_) => granted += 1,
            Err(RefundError::Exceeds { left, .. }) => assert_eq!(left, lira(100)),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((granted, server.posts_to(REFUND)), (3, 3));
    let executed = refunds_of(&ledger).await;
    let executed = executed
        .iter()
        .filter(|(_, _, state)| *state == RefundState::Executed);
    assert_eq!(executed.count(), 3);
}

#[tokio::test]
async fn a_refused_refund_frees_its_reservation_and_an_unknown_one_keeps_it() {
    let refused = r#"{"status":"error","err_no":"010","err_msg":"Net bakiyeniz yetersiz"}"#;
    let server = Server::always(ok(refused)).await;
    let ledger = paid_ledger().await;
    let error = server
        .client()
        .refund_reserved(&*ledger, &refund("R1", 700))
        .await;
    assert!(
        matches!(error, Err(RefundError::NotRefunded(_))),
        "{error:?}"
    );
    assert_eq!(
        refunds_of(&ledger).await,
        [stands("R1", 700, RefundState::Cancelled)]
    );

    let server = Server::scripted(vec![reply("502 Bad Gateway", ""), listing(&[])]).await;
    let client = server.client();
    let error = client.refund_reserved(&*ledger, &refund("R2", 700)).await;
    assert!(matches!(error, Err(RefundError::Unknown(_))), "{error:?}");
    let reserved = stands("R2", 700, RefundState::Reserved);
    assert_eq!(refunds_of(&ledger).await[1], reserved);
    let error = client.refund_reserved(&*ledger, &refund("R3", 301)).await;
    assert!(
        matches!(error, Err(RefundError::Exceeds { left, .. }) if left == lira(300)),
        "{error:?}"
    );
    let error = client.refund_reserved(&*ledger, &refund("R2", 700)).await;
    assert!(
        matches!(error, Err(RefundError::ReferenceUsed)),
        "{error:?}"
    );
    assert_eq!(server.posts_to(REFUND), 1);
}

#[tokio::test]
async fn an_order_that_is_unknown_or_not_paid_is_not_refunded_and_nothing_is_asked() {
    let server = Server::always(ok(YES)).await;
    let client = server.client();
    let unknown = MemoryStore::new();
    let error = client.refund_reserved(&unknown, &refund("R1", 1)).await;
    let error = error.unwrap_err();
    assert!(matches!(error, RefundError::UnknownOrder), "{error:?}");
    assert!(error.to_string().contains("nothing was sent"));

    let open = Shop::with_order().await.store;
    // Whatever somebody says: the ledger knows better.
    let paid = ReservedBy::new("ayse").with_paid(lira(1_000));
    let one = refund("R1", 1);
    let error = client.refund_reserved_as(&*open, &one, &paid).await;
    let error = error.unwrap_err();
    assert!(matches!(error, RefundError::NotPaid), "{error:?}");
    assert!(error.to_string().contains("nothing was sent"));
    assert!(server.requests().is_empty());
    assert_eq!(refunds_of(&open).await, []);
}

#[tokio::test]
async fn somebody_can_say_what_was_paid_and_the_ledger_remembers_who() {
    let server = Server::always(ok(YES)).await;
    let (client, ledger) = (server.client(), MemoryStore::new());
    let paid = ReservedBy::new("ayse").with_paid(lira(1_000));
    let (first, second) = (refund("R1", 600), refund("R2", 401));
    let first = client.refund_reserved_as(&ledger, &first, &paid).await;
    assert_eq!(first.unwrap().proof(), RefundProof::Reply);
    let second = client.refund_reserved_as(&ledger, &second, &paid).await;
    let error = second.unwrap_err();
    assert!(
        matches!(error, RefundError::Exceeds { left, .. } if left == lira(400)),
        "{error:?}"
    );
    assert_eq!(server.posts_to(REFUND), 1);
    let records = ledger.refunds(&order()).await.unwrap();
    let [record] = &records[..] else {
        panic!("{records:?}");
    };
    assert_eq!((&*record.by, record.state), ("ayse", RefundState::Executed));
}

#[tokio::test]
async fn a_refund_that_cannot_be_sent_is_not_reserved() {
    let (server, ledger) = (Server::always(ok(YES)).await, paid_ledger().await);
    let nothing = refund("R1", 0);
    let mut yen = refund("R1", 1);
    yen.amount = Money::new(1, "JPY".parse::<Currency>().unwrap());
    for invalid in [nothing, yen] {
        let error = server.client().refund_reserved(&*ledger, &invalid).await;
        assert!(
            matches!(error, Err(RefundError::NotRefunded(PaytrError::Invalid(_)))),
            "{error:?}"
        );
    }
    assert_eq!(refunds_of(&ledger).await, []);
    assert!(server.requests().is_empty());
}

/// A ledger in memory that cannot be reached for one thing.
struct Broken {
    ledger: Arc<MemoryStore>,
    at: &'static str,
}

impl Broken {
    fn step(&self, step: &str) -> Result<(), StoreError> {
        if step == self.at {
            return Err(StoreError::new("secret-host:5432 refused"));
        }
        Ok(())
    }
}

#[async_trait]
impl RefundLedger for Broken {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        let reservation = self.ledger.reserve(refund).await;
        self.step("reserve")?;
        reservation
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.step("confirm")?;
        self.ledger.confirm(order, reference).await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.step("cancel")?;
        self.ledger.cancel(order, reference).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        self.step("refunds")?;
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

#[tokio::test]
async fn a_ledger_that_is_down_means_no_refund() {
    for at in ["refunds", "reserve"] {
        let server = Server::always(ok(YES)).await;
        let ledger = paid_ledger().await;
        let broken = Broken { ledger, at };
        let error = server
            .client()
            .refund_reserved(&broken, &refund("R1", 1))
            .await;
        let error = error.unwrap_err();
        assert!(matches!(error, RefundError::Ledger(_)), "{error:?}");
        assert!(!error.to_string().contains("secret-host"));
        assert!(server.requests().is_empty(), "{at}");
    }
}

#[tokio::test]
async fn what_cannot_be_confirmed_or_cancelled_stays_reserved_and_is_decided_later() {
    let refused = r#"{"status":"error","err_no":"010","err_msg":"x"}"#;
    for (at, answer) in [("confirm", YES), ("cancel", refused)] {
        let listed = listing(&[("R1", "7.00")]);
        let server = Server::scripted(vec![ok(answer), listed]).await;
        let ledger = paid_ledger().await;
        let broken = Broken {
            ledger: ledger.clone(),
            at,
        };
        let client = server.client();
        let outcome = client.refund_reserved(&broken, &refund("R1", 700)).await;
        assert_eq!(outcome.is_ok(), at == "confirm", "{outcome:?}");
        let reserved = stands("R1", 700, RefundState::Reserved);
        assert_eq!(refunds_of(&ledger).await, [reserved], "{at}");
        let decided = client.decide_refunds(&*ledger, Duration::ZERO, 9).await;
        assert!(matches!(
            decided.unwrap()[..],
            [(_, RefundDecision::Executed { .. })]
        ));
        assert_eq!(server.posts_to(REFUND), 1);
    }
}

/// A ledger with a refund that was cancelled, and a PayTR that answers like this.
async fn cancelled(answers: Vec<Answer>) -> (Arc<MemoryStore>, Server) {
    let ledger = paid_ledger().await;
    let new = NewRefund::new(order(), "R1", lira(700));
    assert_eq!(ledger.reserve(&new).await.unwrap(), Reservation::Granted);
    ledger.cancel(&order(), "R1").await.unwrap();
    (ledger, Server::scripted(answers).await)
}

#[tokio::test]
async fn a_cancelled_reference_is_sent_again_only_when_paytr_does_not_list_it() {
    let listed = listing(&[("R1", "7.00")]);
    let other = listing(&[("R1", "6.99")]);
    let silent = reply("503 Service Unavailable", "");
    for (answers, posts, proof, state) in [
        (
            vec![listing(&[]), ok(YES)],
            1,
            Some(RefundProof::Reply),
            RefundState::Executed,
        ),
        (
            vec![listed],
            0,
            Some(RefundProof::AlreadyListed),
            RefundState::Executed,
        ),
        // Some money went back under this reference, so it counts until a person has looked.
        (vec![other], 0, None, RefundState::Reserved),
        (vec![silent], 0, None, RefundState::Cancelled),
    ] {
        let (ledger, server) = cancelled(answers).await;
        let outcome = server
            .client()
            .refund_reserved(&*ledger, &refund("R1", 700))
            .await;
        assert_eq!(outcome.as_ref().ok().map(Refunded::proof), proof);
        assert_eq!(server.posts_to(REFUND), posts, "{outcome:?}");
        assert_eq!(refunds_of(&ledger).await, [stands("R1", 700, state)]);
    }
}

#[tokio::test]
async fn of_many_who_send_a_cancelled_refund_again_at_once_one_does() {
    let (ledger, server) = cancelled(vec![listing(&[]), ok(YES)]).await;
    let server = Arc::new(server);
    let running: Vec<_> = (0..16)
        .map(|_| {
            let (server, ledger) = (server.clone(), ledger.clone());
            tokio::spawn(async move {
                let refund = refund("R1", 700);
                server.client().refund_reserved(&*ledger, &refund).await
            })
        })
        .collect();
    let mut refunded = 0;
    for outcome in running {
        match outcome.await.unwrap() {
            Ok(_) => refunded += 1,
            Err(error) => assert!(matches!(error, RefundError::ReferenceUsed), "{error:?}"),
        }
    }
    let posts = (server.posts_to(STATUS), server.posts_to(REFUND));
    assert_eq!((refunded, posts), (1, (1, 1)));
}
