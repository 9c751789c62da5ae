//! Genuine notifications about the wrong money are never delivered.

use paytr_core::paid_once::{ReviewFilter, ReviewReason, TestPayments};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Currency, Disposition, Expected, Money, NewOrder, OrderKey, OrderLedger as _};

use crate::common::credentials;
use crate::common::shop::{Shop, failed, lira, success};
use crate::common::vector_file::VectorFile;

#[tokio::test]
async fn one_minor_unit_less_is_refused_and_waits_for_a_person() {
    for expected in [
        Expected::AtLeast(lira(1_000)),
        Expected::Exactly(lira(1_000)),
    ] {
        let shop = Shop::new();
        shop.open("SIPARIS0001", expected).await;
        let short = PaymentNotification::success("SIPARIS0001", 999);
        assert_eq!(shop.deliver(short).await, Disposition::AmountMismatch);
        assert_eq!(shop.runs(), 0);
        assert_eq!(shop.reviews().await, [ReviewReason::AmountMismatch]);
        // It claimed nothing: the right amount still passes.
        assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    }
}

#[tokio::test]
async fn a_surcharge_passes_at_least_and_is_refused_by_exactly() {
    let surcharged = || {
        PaymentNotification::success("SIPARIS0001", 1_089)
            .field("payment_amount", "1000")
            .field("installment_count", "6")
    };
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(surcharged()).await, Disposition::Settled);
    let shop = Shop::new();
    shop.open("SIPARIS0001", Expected::Exactly(lira(1_000)))
        .await;
    assert_eq!(
        shop.deliver(surcharged()).await,
        Disposition::AmountMismatch
    );
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn ten_times_the_price_is_no_surcharge_and_waits_for_a_person() {
    let shop = Shop::with_order().await;
    for (amount, total) in [("1000", 10_000), ("1000", 100_000), ("10000", 10_000)] {
        let tenfold =
            PaymentNotification::success("SIPARIS0001", total).field("payment_amount", amount);
        assert_eq!(shop.deliver(tenfold).await, Disposition::AmountMismatch);
    }
    assert_eq!(shop.runs(), 0);
    // Newest first; in the last one PayTR says itself that another amount was asked for.
    assert_eq!(
        shop.reviews().await,
        [
            ReviewReason::AmountMismatch,
            ReviewReason::SurchargeTooHigh,
            ReviewReason::SurchargeTooHigh
        ]
    );
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}

#[tokio::test]
async fn the_same_number_in_another_currency_is_refused() {
    let shop = Shop::with_order().await;
    for currency in ["USD", "EUR", "GBP", "RUB", "JPY"] {
        let foreign = success().field("currency", currency);
        assert_eq!(
            shop.deliver(foreign).await,
            Disposition::AmountMismatch,
            "{currency}"
        );
    }
    assert_eq!(shop.runs(), 0);
    assert_eq!(shop.reviews().await, [ReviewReason::CurrencyMismatch; 5]);
}

#[tokio::test]
async fn an_absent_or_empty_currency_means_lira_as_in_bank_transfers() {
    for notification in [
        success().field("payment_type", "eft"),
        success().field("currency", ""),
        success().field("currency", "TL"),
        success().field("currency", "TRY"),
    ] {
        let shop = Shop::with_order().await;
        assert_eq!(shop.deliver(notification).await, Disposition::Settled);
    }
    let shop = Shop::new();
    let euro = Expected::AtLeast(Money::new(1_000, Currency::EUR));
    shop.open("SIPARIS0001", euro).await;
    assert_eq!(shop.deliver(success()).await, Disposition::AmountMismatch);
}

#[tokio::test]
async fn a_forged_unsigned_amount_can_only_refuse() {
    let shop = Shop::with_order().await;
    for forged in ["999", "1001", "0", "1"] {
        let forged = success().field("payment_amount", forged);
        assert_eq!(shop.deliver(forged).await, Disposition::AmountMismatch);
    }
    assert_eq!(shop.runs(), 0);
    // The wrong total stays wrong, whatever the unsigned field says.
    let short = PaymentNotification::success("SIPARIS0001", 1).field("payment_amount", "1000");
    assert_eq!(shop.deliver(short).await, Disposition::AmountMismatch);
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn a_success_with_an_unreadable_field_is_refused_and_recorded_with_the_field() {
    for (name, written, why) in [
        ("currency", "tl", ReviewReason::UnreadableCurrency),
        (
            "currency",
            "TL&currency=TL",
            ReviewReason::UnreadableCurrency,
        ),
        ("payment_amount", "10.00", ReviewReason::UnreadableRequested),
        ("test_mode", "0&test_mode=0", ReviewReason::UnreadableMode),
    ] {
        let shop = Shop::with_order().await;
        let signed = success().sign(&credentials()).to_body();
        let body = format!("{signed}&{name}={written}");
        for _ in 0..2 {
            let refused = shop.deliver_body(&body).await;
            assert_eq!(refused, Disposition::RefusedForReview(why));
            assert_eq!(refused.reply().status, 400);
        }
        assert_eq!(shop.runs(), 0);
        let reviews = shop.store.reviews(&ReviewFilter::all(), 10).await.unwrap();
        let recorded: Vec<_> = reviews.iter().map(|r| (r.reason, r.total())).collect();
        assert_eq!(recorded, [(why, Some(lira(1_000)))], "{name}={written}");
        // The right notification still passes, and after it the odd one is only a repetition.
        assert_eq!(shop.deliver(success()).await, Disposition::Settled);
        assert_eq!(shop.deliver_body(&body).await, Disposition::Duplicate);
    }
}

#[tokio::test]
async fn a_test_payment_on_a_live_order_is_recorded_acknowledged_and_never_delivered() {
    for spelling in ["1", "2", "true", " 0", "00", "%30"] {
        let shop = Shop::with_order().await;
        let test = success().field("test_mode", spelling);
        assert_eq!(
            shop.deliver(test).await,
            Disposition::TestPaymentRecorded,
            "{spelling}"
        );
        assert_eq!(shop.runs(), 0);
        assert_eq!(shop.reviews().await, [ReviewReason::TestPayment]);
        assert_eq!(shop.deliver(success()).await, Disposition::Settled);
    }
    for live in ["0", ""] {
        let shop = Shop::with_order().await;
        assert_eq!(
            shop.deliver(success().field("test_mode", live)).await,
            Disposition::Settled
        );
    }
}

#[tokio::test]
async fn a_test_payment_is_delivered_only_where_the_shop_says_so() {
    let shop = Shop::with(|gate| gate.test_payments(TestPayments::DeliverAsIfPaid));
    shop.open("SIPARIS0001", Expected::AtLeast(lira(1_000)))
        .await;
    let test = success().field("test_mode", "1");
    assert_eq!(shop.deliver(test).await, Disposition::Settled);
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn an_order_that_was_never_opened_is_refused_until_a_person_mends_the_record() {
    let shop = Shop::new();
    assert_eq!(shop.deliver(success()).await, Disposition::UnknownOrder);
    assert_eq!(shop.runs(), 0);
    assert_eq!(shop.reviews().await, [ReviewReason::UnknownOrder]);
    let order = OrderKey::new("123456", "SIPARIS0001").unwrap();
    shop.store
        .set_expected(&order, Expected::Exactly(lira(1_000)))
        .await
        .unwrap();
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}

#[tokio::test]
async fn an_order_of_another_merchant_with_the_same_id_is_not_this_one() {
    let shop = Shop::new();
    let theirs = OrderKey::new("654321", "SIPARIS0001").unwrap();
    let open = NewOrder::new(theirs.clone(), Expected::AtLeast(lira(1_000)));
    let _ = shop.store.open(open).await.unwrap();
    assert_eq!(shop.deliver(success()).await, Disposition::UnknownOrder);
    // The unsigned merchant id decides nothing.
    let named = success().field("merchant_id", "654321");
    assert_eq!(shop.deliver(named).await, Disposition::UnknownOrder);
    assert_eq!(shop.runs(), 0);
    let record = shop.store.get(&theirs).await.unwrap().unwrap();
    assert!(matches!(record.state, paytr_core::OrderState::Pending));
}

/// Without its `callback_id` a link notification has the hash of a payment of the joined order id.
#[tokio::test]
async fn a_link_notification_without_its_field_is_an_unknown_order() {
    let file = VectorFile::read();
    let formula = file.formula("link_callback_hash");
    for vector in &formula.vectors {
        let shop = Shop::with_order().await;
        let joined = format!(
            "{}{}",
            vector.field("callback_id"),
            vector.field("merchant_oid")
        );
        let is_too_long = joined.len() > 64;
        let body =
            PaymentNotification::new(joined, vector.field("status"), vector.field("total_amount"))
                .field("hash", &vector.expected);
        let disposition = shop.deliver_body(&body.to_body()).await;
        if is_too_long {
            assert!(
                matches!(disposition, Disposition::Refused(_)),
                "{}",
                vector.name
            );
        } else {
            assert_eq!(disposition, Disposition::UnknownOrder, "{}", vector.name);
        }
        assert_eq!(shop.runs(), 0);
    }
}

#[tokio::test]
async fn a_failure_has_no_amount_to_compare_and_its_unsigned_money_says_nothing() {
    for failure in [
        failed(),
        failed()
            .field("currency", "USD")
            .field("payment_amount", "1"),
        failed().field("currency", "not a currency"),
        PaymentNotification::new("SIPARIS0001", "failed", "999999"),
    ] {
        let shop = Shop::with_order().await;
        assert_eq!(shop.deliver(failure).await, Disposition::Settled);
    }
    // Also for an order that was never opened: there is nothing to give away.
    let shop = Shop::new();
    assert_eq!(shop.deliver(failed()).await, Disposition::Settled);
    assert_eq!(credentials().merchant_id(), shop.gate.merchant_id());
}
