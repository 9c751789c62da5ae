//! What each answer of `GetState` does to an order that costs 124.80 at the terminal `Merchant`.

use paid_once::{Answer, Inquiry as _, OrderLedger as _};
use payture::settlement::{Event, StateOfOrders};
use payture::testing::{Edit, Fault, TestCard};
use payture::{
    Currency, Decision, Expected, Found, HandlerFailure, Interface, Mismatch, Money, Notified,
    OrderState, ReviewReason, Standing, State,
};

use crate::common::shop::{PRICE, Shop, decision};
use crate::common::{OID, golden_answer, oid, roubles};

fn state(state: &str, amount: &str, more: &str) -> String {
    format!(
        r#"<GetState Success="True" OrderId="{OID}" State="{state}" {amount} MerchantContract="Merchant" {more}/>"#
    )
}

fn charged(amount: u64) -> String {
    state(
        "Charged",
        &format!(r#"Amount="{amount}""#),
        r#"Forwarded="False""#,
    )
}

fn review(why: ReviewReason) -> Found {
    Found::Review(why, Decision::RefusedForReview(why))
}

fn other_amount() -> Decision {
    let expected = roubles(PRICE);
    Decision::Mismatch(Mismatch::Amount { expected })
}

#[tokio::test]
async fn charged_with_the_amount_settles_once_and_is_settled_afterwards() {
    let (shop, order) = Shop::with_order().await;
    let found = shop.ask_answered(&order, &charged(12_480)).await;
    assert_eq!(decision(&found), Decision::Settled);
    let asked = shop.asked();
    assert_eq!(shop.ask(&order).await, Found::AlreadyPaid);
    assert_eq!(shop.asked(), asked, "the shop's own record answers");
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn another_amount_is_a_mismatch_for_a_person_lower_and_higher() {
    for amount in [12_479, 12_481, 1] {
        let (shop, order) = Shop::with_order().await;
        let found = shop.ask_answered(&order, &charged(amount)).await;
        assert_eq!(decision(&found), other_amount(), "{amount}");
        assert_eq!((shop.runs(), shop.reviews().await), (0, 1), "{amount}");
    }
}

#[tokio::test]
async fn a_ledger_that_allows_a_surcharge_compares_for_equality_all_the_same() {
    let shop = Shop::open().await;
    let order = oid(OID);
    let at_least = Expected::AtLeast(roubles(12_480));
    shop.expect(&order, at_least).await;
    let found = shop.ask_answered(&order, &charged(12_481)).await;
    assert_eq!(decision(&found), other_amount());
    let found = shop.ask_answered(&order, &charged(12_480)).await;
    assert_eq!(decision(&found), Decision::Settled);
}

#[tokio::test]
async fn an_order_in_another_currency_is_a_mismatch() {
    let shop = Shop::open().await;
    let order = oid(OID);
    let expected = Money::new(12_480, Currency::TRY);
    shop.expect(&order, Expected::Exactly(expected)).await;
    let found = shop.ask_answered(&order, &charged(12_480)).await;
    let mismatch = Decision::Mismatch(Mismatch::Currency { expected });
    assert_eq!(decision(&found), mismatch);
}

#[tokio::test]
async fn held_is_not_paid_and_refunded_before_is_not_settled() {
    let (shop, order) = Shop::with_order().await;
    let held = state("Authorized", r#"Amount="12480""#, "");
    assert_eq!(shop.ask_answered(&order, &held).await, Found::StaysOpen);
    assert_eq!(shop.reviews().await, 0, "held is in order");
    let refunded = std::str::from_utf8(golden_answer("R1")).unwrap();
    let disputed = state("Chargeback", r#"Amount="12480""#, "");
    for (answer, why) in [
        (refunded, ReviewReason::RefundedBefore),
        (&disputed, ReviewReason::Disputed),
    ] {
        let found = shop.ask_answered(&order, answer).await;
        assert_eq!(found, review(why));
    }
    // Money that went back before anything was delivered is for a person, once per order and reason.
    assert_eq!((shop.runs(), shop.reviews().await), (0, 2));
}

#[tokio::test]
async fn a_partial_refund_after_settlement_never_unsettles() {
    let (shop, order) = Shop::paid_order().await;
    assert!(shop.ask(&order).await.is_settled());
    shop.fake.edit(&order, Edit::RefundedPart(10_000)).unwrap();
    assert_eq!(shop.ask(&order).await, Found::AlreadyPaid);
    let found = shop.ask_answered(&order, &charged(2_480)).await;
    assert_eq!(found, Found::AlreadyPaid);
    assert_eq!((shop.runs(), shop.reviews().await), (1, 0));
    // The state itself, seen with the shop's record, is "partly refunded", not "unpaid".
    let shop = Shop::paid_order().await.0;
    shop.fake.edit(&order, Edit::RefundedPart(10_000)).unwrap();
    let status = shop.client.state(Interface::InPay, &order).await.unwrap();
    let standing = status.standing(Some(roubles(12_480)));
    let partly = Standing::PartlyRefunded {
        paid: roubles(12_480),
        left: roubles(2_480),
    };
    assert_eq!(standing, partly);
    assert!(standing.is_paid());
}

/// Another hint settles and the merchant gives money back, both after the record was read and before
/// Payture answers.
#[tokio::test]
async fn settled_and_refunded_while_the_question_was_on_its_way_is_settled() {
    for refund in [Edit::RefundedPart(10_000), Edit::State(State::Refunded)] {
        let (shop, order) = Shop::paid_order().await;
        let key = shop.key(&order);
        let read_before = shop.ledger.get(&key).await.unwrap().unwrap();
        assert!(shop.ask(&order).await.is_settled());
        shop.fake.edit(&order, refund).unwrap();
        let inquiry =
            StateOfOrders::new(shop.client.clone(), Interface::InPay, shop.ledger.clone());
        let Answer::Paid(payments) = inquiry.ask(&read_before).await else {
            panic!("not what was settled");
        };
        let gate = shop.reconciler.gate();
        let decision = gate.receive(payments[0].clone(), async |_| {
            panic!("run twice") as Result<(), payture::BoxError>
        });
        assert_eq!(decision.await, Decision::Duplicate);
        assert_eq!((shop.runs(), shop.reviews().await), (1, 0));
    }
}

#[tokio::test]
async fn an_order_that_payture_does_not_know_is_not_paid() {
    let (shop, order) = Shop::with_order().await;
    let answer = r#"<GetState Success="False" ErrCode="ORDER_NOT_FOUND"/>"#;
    assert_eq!(shop.ask_answered(&order, answer).await, Found::NotYet);
}

#[tokio::test]
async fn another_terminal_and_a_forwarded_order_are_reported() {
    let elsewhere = review(ReviewReason::OtherTerminal);
    for edit in [
        Edit::MerchantContract("Other".to_owned()),
        Edit::MerchantContract("Merchant2".to_owned()),
        Edit::Forwarded,
        Edit::State(State::Forwarded),
    ] {
        let (shop, order) = Shop::paid_order().await;
        shop.fake.edit(&order, edit).unwrap();
        assert_eq!(shop.ask(&order).await, elsewhere);
        assert_eq!((shop.runs(), shop.reviews().await), (0, 1));
    }
    let (shop, order) = Shop::with_order().await;
    let forwarded = state("Charged", r#"Amount="12480""#, r#"ForwardedTo="Other""#);
    assert_eq!(shop.ask_answered(&order, &forwarded).await, elsewhere);
    let (shop, order) = Shop::paid_order().await;
    let same_name = Edit::MerchantContract("MERCHANT".to_owned());
    shop.fake.edit(&order, same_name).unwrap();
    assert!(shop.ask(&order).await.is_settled());
}

#[tokio::test]
async fn an_answer_about_another_order_or_about_none_settles_nothing() {
    let (shop, order) = Shop::paid_order().await;
    let another = Edit::AnswersAs("another".to_owned());
    shop.fake.edit(&order, another).unwrap();
    assert_eq!(shop.ask(&order).await, Found::Unavailable);
    let nameless = r#"<GetState Success="True" State="Charged" Amount="12480"/>"#;
    let upper = charged(12_480).replace(OID, &OID.to_uppercase());
    for answer in [nameless, &upper] {
        let found = shop.ask_answered(&order, answer).await;
        assert_eq!(found, Found::Unavailable, "{answer}");
    }
    assert_eq!((shop.runs(), shop.reviews().await), (0, 0));
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_may_be_asked_again() {
    let (shop, order) = Shop::paid_order().await;
    // A question is repeated twice, so three answers must be bad.
    for _ in 0..3 {
        shop.fake.fault("GetState", Fault::ServerError);
    }
    assert_eq!(shop.ask(&order).await, Found::Unavailable);
    for body in [
        "Ooooops!",
        r#"<GetState Success="Yes"/>"#,
        &charged(12_480).replace("12480", "124.80"),
        &charged(12_480).replace("12480", "-12480"),
        &charged(12_480).replace("12480", "12 480"),
        &charged(12_480).replace("12480", "00000000000000012480"),
        &charged(12_480).replace("<GetState", "<PayStatus"),
        &charged(12_480).replace(r#"Success="True""#, r#"Success="3DS""#),
        r#"<GetState Success="False" ErrCode="INTERNAL_ERROR"/>"#,
        r#"<GetState Success="False" ErrCode="ACCESS_DENIED"/>"#,
    ] {
        let found = shop.ask_answered(&order, body).await;
        assert_eq!(found, Found::Unavailable, "{body}");
    }
    assert_eq!(shop.runs(), 0);
    assert!(shop.ask(&order).await.is_settled(), "and then it is known");
}

#[tokio::test]
async fn no_state_but_charged_settles() {
    let (shop, order) = Shop::with_order().await;
    for other in State::KNOWN.iter().filter(|one| **one != State::Charged) {
        let answer = state(other.as_str(), r#"Amount="12480""#, "");
        let found = shop.ask_answered(&order, &answer).await;
        assert!(!matches!(found, Found::Paid(_)), "{other}: {found:?}");
    }
    for open in ["PendingRefund", "PendingCharge", "Paid", "charged "] {
        let answer = state(open, r#"Amount="12480""#, "");
        let found = shop.ask_answered(&order, &answer).await;
        assert_eq!(found, Found::Unavailable, "{open}");
    }
    for amount in ["", r#"Amount="""#, r#"Amount="0""#] {
        let answer = state("Charged", amount, "");
        let found = shop.ask_answered(&order, &answer).await;
        assert_eq!(found, Found::Unavailable, "{amount}");
    }
    assert_eq!(shop.runs(), 0);
    let upper = state("CHARGED", r#"Amount="12480""#, "");
    let found = shop.ask_answered(&order, &upper).await;
    assert!(found.is_settled(), "case does not matter");
}

#[tokio::test]
async fn an_order_that_this_shop_never_opened_is_not_even_asked_about() {
    let (shop, _) = Shop::paid_order().await;
    let strange = shop.key(&oid("somebody-elses"));
    assert_eq!(shop.reconciler.ask_about(&strange).await.unwrap(), None);
    let body = "Notification=EnginePaySuccess&OrderId=somebody-elses";
    let notified = Notified::receive(&shop.reconciler, body.as_bytes()).await;
    assert_eq!(notified, Notified::UnknownOrder);
    assert_eq!(notified.reply().status, 200);
    assert_eq!((shop.asked(), shop.reviews().await), (0, 0));
}

#[tokio::test]
async fn a_success_in_the_sandbox_settles_no_order_of_production() {
    let (shop, order) = Shop::paid_order().await;
    // The ledger has the same id, of the same terminal, in production.
    let production = payture::Terminal::new(
        payture::Environment::production(),
        "Merchant",
        "pA5s7word",
        Currency::RUB,
    )
    .unwrap();
    let key = production.order_key(&order);
    assert_eq!(key.merchant(), "secure.payture.com/Merchant");
    let new = payture::NewOrder::new(key.clone(), Expected::Exactly(roubles(12_480)));
    let _new = shop.ledger.open(new).await.unwrap();
    let asked = shop.asked();
    let theirs = shop.reconciler.ask_about(&key).await.unwrap().unwrap();
    assert_eq!((theirs.found, shop.asked()), (Found::Unavailable, asked));
    assert!(shop.ask(&order).await.is_settled());
    let record = shop.ledger.get(&key).await.unwrap().unwrap();
    assert_eq!(record.state, OrderState::Pending);
}

#[tokio::test]
async fn a_forged_notification_is_contradicted_by_the_state() {
    let (shop, order) = Shop::with_order().await;
    let notified = shop.notify(&order, Event::EnginePaySuccess).await;
    assert_eq!(notified, Notified::Asked(Found::NotYet));
    assert_eq!(notified.reply().status, 200);
    // Its amount and its terminal are not looked at.
    let body =
        "Notification=EnginePaySuccess&Success=True&Amount=1&MerchantContract=Other&OrderId=";
    let forged = format!("{body}{OID}");
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let settled = Notified::receive(&shop.reconciler, forged.as_bytes()).await;
    assert!(matches!(settled, Notified::Asked(found) if found.is_settled()));
}

#[tokio::test]
async fn events_that_settle_nothing_start_no_question() {
    let (shop, order) = Shop::paid_order().await;
    for event in Event::KNOWN.iter().filter(|event| !event.may_mean_paid()) {
        let notified = shop.notify(&order, event.clone()).await;
        assert_eq!(notified, Notified::SettlesNothing);
        assert_eq!(notified.reply().status, 200);
    }
    let long = "x".repeat(17 * 1024);
    for (body, status) in [
        ("", 400),
        ("Notification=%FF", 400),
        ("Notification=EnginePaySuccess&OrderId=a&OrderId=b", 400),
        (&long, 413),
    ] {
        let notified = Notified::receive(&shop.reconciler, body.as_bytes()).await;
        assert_eq!(notified.reply().status, status, "{body}");
    }
    assert_eq!((shop.asked(), shop.runs()), (0, 0));
}

#[test]
fn payture_is_asked_to_come_again_only_where_that_helps() {
    use std::time::Duration;
    let key = payture::OrderKey::new("m", "a").unwrap();
    let paid = |decision| Found::Paid(vec![(key.clone(), decision)]);
    let retry_after = Duration::from_millis(2_100);
    let failed = HandlerFailure::Error;
    let no_store = Decision::Unavailable(paid_once::Unavailable::Store);
    let refunded = ReviewReason::RefundedBefore;
    for (found, status, pause) in [
        (paid(Decision::Settled), 200, None),
        (paid(Decision::Duplicate), 200, None),
        (paid(other_amount()), 200, None),
        (paid(Decision::ConflictRecorded), 200, None),
        (paid(Decision::InProgress { retry_after }), 503, Some(3)),
        (paid(Decision::HandlerFailed(failed)), 500, None),
        (paid(no_store), 503, Some(15)),
        (Found::Review(refunded, no_store), 503, Some(15)),
        (review(refunded), 200, None),
        (Found::AlreadyPaid, 200, None),
        (Found::NotYet, 200, None),
        (Found::StaysOpen, 200, None),
        (Found::Unavailable, 503, Some(15)),
    ] {
        let reply = Notified::Asked(found.clone()).reply();
        assert_eq!(
            (reply.status, reply.retry_after),
            (status, pause),
            "{found:?}"
        );
    }
}
