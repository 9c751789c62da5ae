//! What each answer of `GetState` does to an order that costs 124.80 at the terminal `Merchant`.

use payture::settlement::{Event, Missing};
use payture::testing::{Edit, Fault, TestCard};
use payture::{Currency, Disposition, ErrorCode, Expected, Money, OrderState, Standing, State};

use crate::common::shop::Shop;
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

#[tokio::test]
async fn charged_with_the_amount_settles_once_and_is_settled_afterwards() {
    let (shop, order) = Shop::with_order().await;
    assert_eq!(
        shop.check_answered(&order, &charged(12_480)).await,
        Disposition::Settled
    );
    let asked = shop.asked();
    assert_eq!(shop.check(&order).await, Disposition::AlreadySettled);
    assert_eq!(shop.asked(), asked, "the shop's own record answers");
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn another_amount_is_a_mismatch_for_a_person_lower_and_higher() {
    for amount in [12_479, 12_481, 1] {
        let (shop, order) = Shop::with_order().await;
        let disposition = shop.check_answered(&order, &charged(amount)).await;
        assert_eq!(disposition.as_str(), "amount_mismatch", "{amount}");
        assert_eq!(shop.reviews().await.len(), 1, "{amount}");
        assert_eq!(shop.runs(), 0);
    }
}

#[tokio::test]
async fn a_ledger_that_allows_a_surcharge_compares_for_equality_all_the_same() {
    let shop = Shop::open().await;
    let order = oid(OID);
    shop.expect(&order, Expected::AtLeast(roubles(12_480)))
        .await;
    let disposition = shop.check_answered(&order, &charged(12_481)).await;
    assert_eq!(disposition.as_str(), "amount_mismatch");
    assert_eq!(
        shop.check_answered(&order, &charged(12_480)).await,
        Disposition::Settled
    );
}

#[tokio::test]
async fn an_order_in_another_currency_is_a_mismatch() {
    let shop = Shop::open().await;
    let order = oid(OID);
    shop.expect(&order, Expected::Exactly(Money::new(12_480, Currency::TRY)))
        .await;
    let disposition = shop.check_answered(&order, &charged(12_480)).await;
    assert_eq!(disposition.as_str(), "currency_mismatch");
}

#[tokio::test]
async fn held_is_a_hold_only_and_refunded_before_is_not_settled() {
    let (shop, order) = Shop::with_order().await;
    let held = state("Authorized", r#"Amount="12480""#, "");
    assert_eq!(
        shop.check_answered(&order, &held).await,
        Disposition::HoldOnly
    );
    let refunded = std::str::from_utf8(golden_answer("R1")).unwrap();
    assert_eq!(
        shop.check_answered(&order, refunded).await,
        Disposition::Refunded
    );
    let disputed = state("Chargeback", r#"Amount="12480""#, "");
    assert_eq!(
        shop.check_answered(&order, &disputed).await,
        Disposition::Disputed
    );
    // Held is in order; money that went back before anything was delivered is for a person, once per order.
    assert_eq!((shop.runs(), shop.reviews().await.len()), (0, 1));
}

#[tokio::test]
async fn a_partial_refund_after_settlement_never_unsettles() {
    let (shop, order) = Shop::paid_order().await;
    assert_eq!(shop.check(&order).await, Disposition::Settled);
    shop.fake.edit(&order, Edit::RefundedPart(10_000)).unwrap();
    assert_eq!(shop.check(&order).await, Disposition::AlreadySettled);
    assert_eq!(
        shop.check_answered(&order, &charged(2_480)).await,
        Disposition::AlreadySettled
    );
    assert_eq!((shop.runs(), shop.reviews().await.len()), (1, 0));
    // The state itself, seen with the shop's record, is "partly refunded", not "unpaid".
    let shop = Shop::paid_order().await.0;
    shop.fake.edit(&order, Edit::RefundedPart(10_000)).unwrap();
    let status = shop
        .client
        .state(payture::Interface::InPay, &order)
        .await
        .unwrap();
    let standing = status.standing(Some(roubles(12_480)));
    let partly = Standing::PartlyRefunded {
        paid: roubles(12_480),
        left: roubles(2_480),
    };
    assert_eq!(standing, partly);
    assert!(standing.is_paid());
}

/// The other hint settles and the merchant refunds a part, both while this one waits for its answer.
#[tokio::test]
async fn settled_and_refunded_while_the_question_was_on_its_way_is_settled() {
    let (shop, order) = Shop::paid_order().await;
    let source = Slow {
        client: shop.client.clone(),
        settle: shop.gate.clone(),
        handler: std::sync::Arc::new(shop.handler()),
    };
    let gate = payture::Gate::builder(shop.ledger.clone(), shop.ledger.clone())
        .build()
        .unwrap();
    let late = payture::PaytureGate::new(
        shop.client.terminal().clone(),
        std::sync::Arc::new(source),
        shop.ledger.clone(),
        gate,
    );
    assert_eq!(
        late.check(&order, shop.handler()).await,
        Disposition::AlreadySettled
    );
    assert_eq!((shop.runs(), shop.reviews().await.len()), (1, 0));
}

type Handler = dyn Fn(payture::VerifiedPayment) -> std::future::Ready<Result<(), payture::BoxError>>
    + Send
    + Sync;

/// A source whose answer is overtaken by a settlement.
struct Slow {
    client: payture::PaytureClient,
    settle: payture::PaytureGate,
    handler: std::sync::Arc<Handler>,
}

#[paid_once::async_trait]
impl payture::settlement::StateSource for Slow {
    async fn state(
        &self,
        order: &payture::OrderId,
    ) -> Result<payture::OrderStatus, payture::settlement::StateError> {
        let handler = self.handler.clone();
        let settled = self
            .settle
            .check(order, move |payment| handler(payment))
            .await;
        assert_eq!(settled, Disposition::Settled);
        let late = self.client.state(payture::Interface::InPay, order).await;
        let mut late = late.expect("a state");
        late.amount = Some(roubles(2_480));
        Ok(late)
    }
}

#[tokio::test]
async fn an_order_that_payture_does_not_know_is_not_paid() {
    let (shop, order) = Shop::with_order().await;
    let answer = r#"<GetState Success="False" ErrCode="ORDER_NOT_FOUND"/>"#;
    let disposition = shop.check_answered(&order, answer).await;
    assert_eq!(disposition, Disposition::NotThere(ErrorCode::OrderNotFound));
}

#[tokio::test]
async fn another_terminal_and_a_forwarded_order_are_reported() {
    for (edit, expected) in [
        (
            Edit::MerchantContract("Other".to_owned()),
            Disposition::WrongTerminal,
        ),
        (
            Edit::MerchantContract("Merchant2".to_owned()),
            Disposition::WrongTerminal,
        ),
        (
            Edit::MerchantContract("MERCHANT".to_owned()),
            Disposition::Settled,
        ),
        (Edit::Forwarded, Disposition::Forwarded),
        (Edit::State(State::Forwarded), Disposition::Forwarded),
    ] {
        let (shop, order) = Shop::paid_order().await;
        shop.fake.edit(&order, edit).unwrap();
        let settles = expected.is_settled();
        assert_eq!(shop.check(&order).await, expected);
        let counts = (shop.runs(), shop.reviews().await.len());
        assert_eq!(counts, if settles { (1, 0) } else { (0, 1) });
    }
    let (shop, order) = Shop::with_order().await;
    let elsewhere = state("Charged", r#"Amount="12480""#, r#"ForwardedTo="Other""#);
    assert_eq!(
        shop.check_answered(&order, &elsewhere).await,
        Disposition::Forwarded
    );
}

#[tokio::test]
async fn an_answer_about_another_order_or_about_none_settles_nothing() {
    let (shop, order) = Shop::paid_order().await;
    shop.fake
        .edit(&order, Edit::AnswersAs("another".to_owned()))
        .unwrap();
    assert_eq!(shop.check(&order).await, Disposition::OtherOrder);
    let nameless = r#"<GetState Success="True" State="Charged" Amount="12480"/>"#;
    assert_eq!(
        shop.check_answered(&order, nameless).await,
        Disposition::OtherOrder
    );
    let upper = charged(12_480).replace(OID, &OID.to_uppercase());
    assert_eq!(
        shop.check_answered(&order, &upper).await,
        Disposition::OtherOrder
    );
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_may_be_asked_again() {
    let (shop, order) = Shop::paid_order().await;
    let unknown = Disposition::Unavailable(Missing::GetState);
    // A question is repeated twice, so three answers must be bad.
    for _ in 0..3 {
        shop.fake.fault("GetState", Fault::ServerError);
    }
    assert_eq!(shop.check(&order).await, unknown);
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
        assert_eq!(shop.check_answered(&order, body).await, unknown, "{body}");
    }
    assert_eq!(unknown.reply().status, 503);
    assert_eq!(shop.runs(), 0);
    assert_eq!(
        shop.check(&order).await,
        Disposition::Settled,
        "and then it is known"
    );
}

#[tokio::test]
async fn no_state_but_charged_settles() {
    let (shop, order) = Shop::with_order().await;
    for other in State::KNOWN
        .iter()
        .filter(|state| **state != State::Charged)
    {
        let answer = state(other.as_str(), r#"Amount="12480""#, "");
        let disposition = shop.check_answered(&order, &answer).await;
        assert!(!disposition.is_settled(), "{other}: {disposition:?}");
    }
    for open in ["PendingRefund", "PendingCharge", "Paid", "charged "] {
        let answer = state(open, r#"Amount="12480""#, "");
        let disposition = shop.check_answered(&order, &answer).await;
        assert!(
            matches!(disposition, Disposition::LookAgain(_)),
            "{open}: {disposition:?}"
        );
    }
    for amount in ["", r#"Amount="""#, r#"Amount="0""#] {
        let disposition = shop
            .check_answered(&order, &state("Charged", amount, ""))
            .await;
        assert!(
            matches!(disposition, Disposition::LookAgain(_)),
            "{amount}: {disposition:?}"
        );
    }
    assert_eq!(shop.runs(), 0);
    assert_eq!(
        shop.check_answered(&order, &state("CHARGED", r#"Amount="12480""#, ""))
            .await,
        Disposition::Settled,
        "case does not matter"
    );
}

#[tokio::test]
async fn an_order_that_this_shop_never_opened_is_not_even_asked_about() {
    let (shop, _) = Shop::paid_order().await;
    let other = oid("somebody-elses");
    assert_eq!(shop.check(&other).await, Disposition::UnknownOrder);
    assert_eq!((shop.asked(), shop.reviews().await.len()), (0, 0));
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
    let _ = payture::OrderLedger::open(&*shop.ledger, new)
        .await
        .unwrap();
    assert_eq!(shop.check(&order).await, Disposition::Settled);
    let record = payture::OrderLedger::get(&*shop.ledger, &key)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.state, OrderState::Pending);
}

#[tokio::test]
async fn a_forged_notification_is_contradicted_by_the_state() {
    let (shop, order) = Shop::with_order().await;
    let disposition = shop.notify(&order, Event::EnginePaySuccess).await;
    assert_eq!(disposition, Disposition::NotPaid(State::New));
    assert_eq!(disposition.reply().status, 200);
    // Its amount and its terminal are not looked at.
    let body =
        "Notification=EnginePaySuccess&Success=True&Amount=1&MerchantContract=Other&OrderId=";
    let forged = format!("{body}{OID}");
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let settled = shop.gate.receive(forged.as_bytes(), shop.handler()).await;
    assert_eq!(settled, Disposition::Settled);
}

#[tokio::test]
async fn events_that_settle_nothing_start_no_question() {
    let (shop, order) = Shop::paid_order().await;
    for event in Event::KNOWN.iter().filter(|event| !event.may_mean_paid()) {
        let disposition = shop.notify(&order, event.clone()).await;
        assert_eq!(disposition, Disposition::Ignored(event.clone()));
    }
    for body in [
        "",
        "Notification=%FF",
        "Notification=EnginePaySuccess&OrderId=a&OrderId=b",
    ] {
        let disposition = shop.gate.receive(body.as_bytes(), shop.handler()).await;
        assert_eq!(disposition.reply().status, 400, "{body}");
    }
    let long = "x".repeat(17 * 1024);
    let disposition = shop.gate.receive(long.as_bytes(), shop.handler()).await;
    assert_eq!(disposition.reply().status, 413);
    assert_eq!((shop.asked(), shop.runs()), (0, 0));
}
