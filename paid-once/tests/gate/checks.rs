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
        assert_eq!(shop.calls(), ["expected_amount", "standing"], "{fault:?}");
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
        (
            Payment::paid(order(), lira(34_560)),
            ReviewReason::SurchargeTooHigh,
        ),
        (
            // What was asked for is unsigned: it excuses nothing.
            Payment::paid(order(), lira(345_600)).with_requested(Some(lira(3_456))),
            ReviewReason::SurchargeTooHigh,
        ),
    ] {
        let shop = Shop::open().await;
        let decision = shop.receive(&shop.gate(), payment).await;
        assert!(matches!(decision, Decision::Mismatch(_)), "{decision:?}");
        assert!(!decision.is_acknowledged());
        assert_eq!(shop.calls(), ["expected_amount", "standing", "review"]);
        assert_eq!(shop.reviews().await, [why]);
        shop.assert_no_claim_was_taken().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_the_surcharge_is_the_shops_own_and_without_one_below_tenfold() {
    let table = [
        (None, 34_559),
        (Some(SurchargeLimit::percent(50)), 5_184),
        (Some(SurchargeLimit::basis_points(1)), 3_456),
        (Some(SurchargeLimit::percent(1_900)), 69_120),
    ];
    for (limit, most) in table {
        for (total, decision) in [
            (
                most + 1,
                Decision::Mismatch(Mismatch::SurchargeTooHigh {
                    expected: lira(3_456),
                }),
            ),
            (most, Decision::Settled),
        ] {
            let shop = Shop::open().await;
            let builder = shop.builder();
            let builder = match limit {
                Some(limit) => builder.surcharge_limit(limit),
                None => builder,
            };
            let payment = Payment::paid(order(), lira(total));
            let decided = shop.receive(&builder.build().unwrap(), payment).await;
            assert_eq!(decided, decision, "{limit:?} {total}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_limit_of_the_surcharge_takes_any_total_from_the_price_on() {
    let shop = Shop::open().await;
    let gate = shop.builder().surcharge_limit(SurchargeLimit::NONE);
    let gate = gate.build().unwrap();
    let less = Payment::paid(order(), lira(3_455));
    assert!(matches!(
        shop.receive(&gate, less).await,
        Decision::Mismatch(Mismatch::Amount { .. })
    ));
    let most = Payment::paid(order(), lira(u64::MAX));
    assert_eq!(shop.receive(&gate, most).await, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_settled_far_above_its_price_is_a_duplicate_and_not_refused_again() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let payment = Payment::paid(order(), lira(34_560));
    let by_hand = gate.deliver_by_hand(payment.clone(), |_| async { Ok::<_, BoxError>(()) });
    assert_eq!(by_hand.await, Decision::Settled);
    assert_eq!(shop.receive(&gate, payment).await, Decision::Duplicate);
    assert_eq!(shop.reviews().await, []);
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
async fn a_second_total_is_a_conflict_recorded_and_acknowledged_whether_lower_or_higher() {
    for total in [1, 3_455, 3_457, 5_000] {
        let shop = Shop::open().await;
        let gate = shop.gate();
        assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
        let decision = shop
            .receive(&gate, Payment::paid(order(), lira(total)))
            .await;
        assert_eq!(decision, Decision::ConflictRecorded);
        assert!(decision.is_acknowledged());
        assert_eq!(shop.reviews().await, [ReviewReason::Conflict]);
        assert_eq!(shop.ran(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_settled_order_answers_before_amounts_and_modes_are_looked_at() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    // What the shop's record says now no longer matters, nor whether it can be read.
    let dearer = Expected::Exactly(lira(9_999));
    shop.ledger.set_expected(&order(), dearer).await.unwrap();
    let test = paid().with_mode(Mode::Test);
    let asked_for_less = paid().with_requested(Some(lira(1)));
    for payment in [paid(), test, asked_for_less] {
        assert_eq!(shop.receive(&gate, payment).await, Decision::Duplicate);
    }
    let failed = failed().with_mode(Mode::Test);
    assert_eq!(shop.receive(&gate, failed).await, Decision::Superseded);
    shop.spoil("expected_amount", [Fault::Fails, Fault::Hangs]);
    for _ in 0..2 {
        assert_eq!(shop.receive(&gate, paid()).await, Decision::Duplicate);
    }
    assert_eq!(shop.reviews().await, []);
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_being_handled_answers_before_it_is_refused() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    for wrong in [
        Payment::paid(order(), lira(1)),
        paid().with_mode(Mode::Test),
    ] {
        let decision = shop.receive(&gate, wrong).await;
        assert!(matches!(decision, Decision::InProgress { .. }));
    }
    assert_eq!(claimed.settle().await, Decision::Settled);
    assert_eq!(shop.reviews().await, []);
}

#[tokio::test(start_paused = true)]
async fn an_undelivered_order_is_no_refuge_from_the_checks() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    claimed.release(HandlerFailure::Error).await;
    let test = shop.receive(&gate, paid().with_mode(Mode::Test)).await;
    assert_eq!(test, Decision::TestPaymentRecorded);
    assert_eq!(shop.ran(), 0);
    let other = shop.receive(&gate, Payment::paid(order(), lira(1))).await;
    assert_eq!(other, Decision::ConflictRecorded);
    assert_eq!(shop.receive(&gate, failed()).await, Decision::Superseded);
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_is_refused_for_review_is_recorded_unless_its_order_is_settled() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let why = ReviewReason::UnreadableCurrency;
    let refused = gate.refuse(&paid(), why).await;
    assert_eq!(refused, Decision::RefusedForReview(why));
    assert!(!refused.is_acknowledged());
    assert_eq!(shop.reviews().await, [why]);
    shop.spoil("review", [Fault::Fails]);
    let unrecorded = gate.refuse(&paid(), why).await;
    assert_eq!(unrecorded, Decision::Unavailable(Unavailable::Store));

    assert_eq!(shop.receive(&gate, paid()).await, Decision::Settled);
    assert_eq!(gate.refuse(&paid(), why).await, Decision::Duplicate);
    assert_eq!(shop.reviews().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_whose_standing_cannot_be_read_fails_closed() {
    for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
        let shop = Shop::open().await;
        shop.spoil("standing", [fault]);
        let wrong = Payment::paid(order(), lira(1));
        let decision = shop.receive(&shop.gate(), wrong).await;
        assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
        assert_eq!(shop.reviews().await, []);
    }
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
        assert_eq!(shop.calls(), ["expected_amount", "standing", "review"]);
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
