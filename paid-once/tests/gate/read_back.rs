//! The question back to the provider.

use std::sync::Arc;

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
    let steps = ["expected_amount", "read_back", "claim", "handler", "settle"];
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
    assert_eq!(shop.calls(), ["expected_amount", "read_back", "review"]);
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
    assert_eq!(shop.calls(), ["expected_amount", "read_back"]);

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
