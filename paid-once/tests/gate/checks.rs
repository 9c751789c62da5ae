//! The checks before the claim.

use paid_once::*;

use crate::shop::{Fault, Shop, failed, lira, order, paid};

#[tokio::test(start_paused = true)]
async fn the_steps_come_in_their_order() {
    let shop = Shop::open().await;
    let decision = shop.receive(&shop.gate(), paid()).await;
    assert_eq!(decision, Decision::Settled);
    assert_eq!(
        shop.calls(),
        ["expected_amount", "claim", "handler", "settle"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_is_acknowledged_and_not_handled() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    for _ in 0..3 {
        let decision = shop.receive(&gate, paid()).await;
        assert_eq!(decision, Decision::Duplicate);
        assert!(decision.is_acknowledged());
    }
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_expected_amount_that_cannot_be_read_fails_closed() {
    for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
        let shop = Shop::open().await;
        shop.spoil("expected_amount", [fault]);
        let decision = shop.receive(&shop.gate(), paid()).await;
        assert_eq!(decision, Decision::Unavailable(Unavailable::ExpectedAmount));
        assert!(!decision.is_acknowledged());
        assert_eq!(shop.calls(), ["expected_amount"], "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_does_not_match_is_recorded_and_takes_no_claim() {
    let euro = Money::new(3_456, Currency::EUR);
    for (payment, why) in [
        (
            Payment::paid(order(), lira(3_455)),
            ReviewReason::AmountMismatch,
        ),
        (Payment::paid(order(), euro), ReviewReason::CurrencyMismatch),
        (
            paid().with_requested(Some(lira(1))),
            ReviewReason::AmountMismatch,
        ),
    ] {
        let shop = Shop::open().await;
        let decision = shop.receive(&shop.gate(), payment).await;
        assert!(matches!(decision, Decision::Mismatch(_)), "{decision:?}");
        assert!(!decision.is_acknowledged());
        assert_eq!(shop.calls(), ["expected_amount", "review"]);
        assert_eq!(shop.reviews().await, [why]);
        shop.assert_no_claim_was_taken().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_payment_of_an_unknown_order_is_recorded_and_delivered_once_the_order_is_known() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let stray = OrderKey::new("100001", "STRAY").unwrap();
    let payment = Payment::paid(stray.clone(), lira(100));
    let decision = shop.receive(&gate, payment.clone()).await;
    assert_eq!(decision, Decision::Mismatch(Mismatch::UnknownOrder));
    assert_eq!(shop.reviews().await, [ReviewReason::UnknownOrder]);

    // A person mends the record; the provider asks again.
    let corrected = Expected::Exactly(lira(100));
    shop.ledger.set_expected(&stray, corrected).await.unwrap();
    assert_eq!(shop.receive(&gate, payment).await, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn the_same_order_id_of_another_merchant_is_unknown() {
    let shop = Shop::open().await;
    let foreign = OrderKey::new("999999", order().order_id()).unwrap();
    let decision = shop
        .receive(&shop.gate(), Payment::paid(foreign, lira(3_456)))
        .await;
    assert_eq!(decision, Decision::Mismatch(Mismatch::UnknownOrder));
    assert_eq!(shop.ran(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_failed_payment_has_no_amount_to_check_and_is_handled() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    assert_eq!(shop.receive(&gate, failed()).await, Decision::Settled);
    assert_eq!(shop.receive(&gate, failed()).await, Decision::Duplicate);
    // A success always wins, and a failure after it is only acknowledged.
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    let late = shop.receive(&gate, failed()).await;
    assert_eq!(late, Decision::Superseded);
    assert!(late.is_acknowledged());
    assert_eq!(shop.ran(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_second_total_is_a_conflict_recorded_and_acknowledged() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    let decision = shop
        .receive(&gate, Payment::paid(order(), lira(5_000)))
        .await;
    assert_eq!(decision, Decision::ConflictRecorded);
    assert!(decision.is_acknowledged());
    assert_eq!(shop.reviews().await, [ReviewReason::Conflict]);
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_test_payment_is_recorded_and_not_delivered() {
    for payment in [paid(), failed()] {
        let shop = Shop::open().await;
        let decision = shop
            .receive(&shop.gate(), payment.with_mode(Mode::Test))
            .await;
        assert_eq!(decision, Decision::TestPaymentRecorded);
        assert!(decision.is_acknowledged());
        assert_eq!(shop.calls(), ["expected_amount", "review"]);
        assert_eq!(shop.reviews().await, [ReviewReason::TestPayment]);
        shop.assert_no_claim_was_taken().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_payment_is_delivered_where_the_shop_says_so() {
    let shop = Shop::open().await;
    let builder = shop.builder().test_payments(TestPayments::DeliverAsIfPaid);
    let gate = builder.build().unwrap();
    let decision = shop.receive(&gate, paid().with_mode(Mode::Test)).await;
    assert_eq!(decision, Decision::Settled);
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_recorded_is_not_acknowledged() {
    let wrong = Payment::paid(order(), lira(1));
    for payment in [wrong, paid().with_mode(Mode::Test)] {
        for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
            let shop = Shop::open().await;
            shop.spoil("review", [fault]);
            let decision = shop.receive(&shop.gate(), payment.clone()).await;
            assert_eq!(
                decision,
                Decision::Unavailable(Unavailable::Store),
                "{fault:?}"
            );
            assert_eq!(shop.ran(), 0);
        }
    }
}
