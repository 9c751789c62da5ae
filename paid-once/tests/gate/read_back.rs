//! The question back to the provider.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;

use crate::shop::{Shop, failed, lira, order, paid};

struct Provider {
    shop: Arc<Shop>,
    answer: ReadBackAnswer,
}

#[async_trait]
impl ReadBack for Provider {
    async fn read_back(&self, _payment: &Payment) -> ReadBackAnswer {
        self.shop.note("read_back");
        self.answer
    }
}

fn gate(shop: &Arc<Shop>, answer: ReadBackAnswer, policy: WhenReadBackUnavailable) -> Gate {
    let shop = shop.clone();
    let builder = shop.builder();
    builder
        .read_back(Arc::new(Provider { shop, answer }), policy)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_confirmed_payment_is_asked_about_before_its_claim() {
    let shop = Shop::open().await;
    let gate = gate(
        &shop,
        ReadBackAnswer::Confirmed,
        WhenReadBackUnavailable::AskAgain,
    );
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    let steps = [
        "expected_amount",
        "standing",
        "read_back",
        "claim",
        "handler",
        "settle",
    ];
    assert_eq!(shop.calls(), steps);
}

#[tokio::test(start_paused = true)]
async fn a_contradicted_payment_is_recorded_and_takes_no_claim() {
    let shop = Shop::open().await;
    let gate = gate(
        &shop,
        ReadBackAnswer::Contradicted,
        WhenReadBackUnavailable::Deliver,
    );
    let decision = shop.receive(&gate, paid()).await;
    assert_eq!(decision, Decision::Contradicted);
    assert!(!decision.is_acknowledged());
    let steps = ["expected_amount", "standing", "read_back", "review"];
    assert_eq!(shop.calls(), steps);
    assert_eq!(shop.reviews().await, [ReviewReason::ReadBackContradicted]);
    shop.assert_no_claim_was_taken().await;
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_the_policy_decides() {
    let shop = Shop::open().await;
    let strict = gate(
        &shop,
        ReadBackAnswer::Unavailable,
        WhenReadBackUnavailable::AskAgain,
    );
    let decision = shop.receive(&strict, paid()).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::ReadBack));
    assert!(!decision.is_acknowledged());
    assert_eq!(shop.calls(), ["expected_amount", "standing", "read_back"]);

    let lenient = gate(
        &shop,
        ReadBackAnswer::Unavailable,
        WhenReadBackUnavailable::Deliver,
    );
    assert_eq!(shop.receive(&lenient, paid()).await, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn only_a_success_that_matches_is_asked_about() {
    let shop = Shop::open().await;
    let gate = gate(
        &shop,
        ReadBackAnswer::Contradicted,
        WhenReadBackUnavailable::AskAgain,
    );
    assert_eq!(shop.receive(&gate, failed()).await, Decision::Settled);
    let mismatch = shop.receive(&gate, Payment::paid(order(), lira(1))).await;
    assert!(matches!(mismatch, Decision::Mismatch(_)));
    let test = shop.receive(&gate, paid().with_mode(Mode::Test)).await;
    assert_eq!(test, Decision::TestPaymentRecorded);
    assert!(!shop.calls().contains(&"read_back"));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_about_an_order_that_is_settled_or_being_handled() {
    let shop = Shop::open().await;
    let strict = gate(
        &shop,
        ReadBackAnswer::Contradicted,
        WhenReadBackUnavailable::AskAgain,
    );
    let Admission::Claimed(claimed) = shop.gate().admit(paid()).await else {
        panic!("the payment is claimed");
    };
    let busy = shop.receive(&strict, paid()).await;
    assert!(matches!(busy, Decision::InProgress { .. }), "{busy:?}");
    assert_eq!(claimed.settle().await, Decision::Settled);
    assert_eq!(shop.receive(&strict, paid()).await, Decision::Duplicate);
    let other = shop
        .receive(&strict, Payment::paid(order(), lira(4_000)))
        .await;
    assert_eq!(other, Decision::ConflictRecorded);
    assert!(!shop.calls().contains(&"read_back"));
}

struct NeverAnswers;

#[async_trait]
impl ReadBack for NeverAnswers {
    async fn read_back(&self, _payment: &Payment) -> ReadBackAnswer {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_back_that_hangs_is_given_up_by_the_gate() {
    let limit = Duration::from_secs(3);
    for (policy, expected) in [
        (
            WhenReadBackUnavailable::AskAgain,
            Decision::Unavailable(Unavailable::ReadBack),
        ),
        (WhenReadBackUnavailable::Deliver, Decision::Settled),
    ] {
        let shop = Shop::open().await;
        let builder = shop.builder().read_back(Arc::new(NeverAnswers), policy);
        let gate = builder.read_back_timeout(limit).build().unwrap();
        let started = tokio::time::Instant::now();
        assert_eq!(shop.receive(&gate, paid()).await, expected);
        assert_eq!(started.elapsed(), limit);
    }
}
