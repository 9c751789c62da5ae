//! A lost answer to a charge, a capture, a cancel or a refund is answered by a query, never by a resend.

use paytrek::api::{
    Cancel, Capture, Charge, ChargeWithToken, Happened, MovesMoney, NewStoredCard, Refund,
    WhenToCapture,
};
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{Outcome, PaytrekClient, PaytrekError, SaleStatus, SaleToken};

use crate::common::golden::{CAPTURE_ANSWER, PAID_SALE, PAID_TOKEN, paid_sale_with, with};
use crate::common::server::{Served, Server, ok, reply};
use crate::common::{card, lira, sale_of, token};

/// The call does its work and its answer does not come.
const LOST: [Fault; 5] = [
    Fault::LoseAnswer,
    Fault::GatewayError,
    Fault::AnswerWithHtml,
    Fault::Silence,
    Fault::Redirect,
];

async fn created(client: &PaytrekClient, id: &str, capture: WhenToCapture) -> SaleToken {
    let sale = client.create_sale(&sale_of(id).capture(capture)).await;
    sale.unwrap().sale_token
}

/// A client that gives up soon.
fn client(fake: &FakePaytrek) -> PaytrekClient {
    PaytrekClient::builder(fake.host().clone(), fake.credentials().clone())
        .total_timeout(std::time::Duration::from_millis(300))
        .build()
        .unwrap()
}

async fn assert_asked<R: MovesMoney + Sync>(
    fake: &FakePaytrek,
    resource: &str,
    request: &R,
    expected: Happened,
) {
    let (sent, asked) = (fake.count("POST", resource), fake.count("GET", "sale"));
    let outcome = client(fake).send_money(request).await.unwrap();
    let Outcome::AnswerLost {
        happened,
        sale,
        why,
    } = outcome
    else {
        panic!("the answer of {resource} was lost")
    };
    assert_eq!(happened, expected, "{resource}: {why}");
    assert_eq!(sale.sale_token, *request.sale_token());
    assert!(why.leaves_outcome_open());
    assert_eq!(
        fake.count("POST", resource),
        sent + 1,
        "{resource} was sent again"
    );
    assert_eq!(fake.count("GET", "sale"), asked + 1);
}

#[tokio::test]
async fn every_lost_answer_that_took_effect_is_found_out() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let stored = client
        .store_card(&NewStoredCard::new(card()))
        .await
        .unwrap();
    for (number, fault) in LOST.into_iter().enumerate() {
        let at_once = WhenToCapture::AtOnce;
        let sale = created(&client, &format!("CHARGE-{number}"), at_once).await;
        fake.fail_next("charge", fault);
        let charge = Charge::new(sale.clone(), card());
        assert_asked(&fake, "charge", &charge, Happened::Yes).await;

        let paid = client.sale(&sale).await.unwrap();
        fake.fail_next("refund", fault);
        assert_asked(
            &fake,
            "refund",
            &Refund::part(&paid, lira(970)),
            Happened::Yes,
        )
        .await;
        assert_eq!(fake.sale(&sale).unwrap().refunded_amount, Some(lira(970)));

        let sale = created(&client, &format!("TOKEN-{number}"), at_once).await;
        fake.fail_next("charge_with_token", fault);
        let charge = ChargeWithToken {
            sale_token: sale.clone(),
            card_token: stored.card_token.clone(),
        };
        assert_asked(&fake, "charge_with_token", &charge, Happened::Yes).await;
        fake.fail_next("cancel", fault);
        assert_asked(&fake, "cancel", &Cancel::new(sale), Happened::Yes).await;

        let sale = created(&client, &format!("CAPTURE-{number}"), WhenToCapture::Later).await;
        fake.pay(&sale, TestCard::Isbank).unwrap();
        fake.fail_next("capture", fault);
        assert_asked(&fake, "capture", &Capture::new(sale), Happened::Yes).await;
    }
}

#[tokio::test]
async fn every_lost_request_is_found_not_to_have_happened() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let open = created(&client, "OPEN", WhenToCapture::AtOnce).await;
    fake.fail_next("charge", Fault::Refuse);
    let charge = Charge::new(open, card());
    assert_asked(&fake, "charge", &charge, Happened::NotSoFar).await;

    let held = created(&client, "HELD", WhenToCapture::Later).await;
    fake.pay(&held, TestCard::Isbank).unwrap();
    fake.fail_next("capture", Fault::Refuse);
    assert_asked(&fake, "capture", &Capture::new(held), Happened::NotSoFar).await;

    let paid = created(&client, "PAID", WhenToCapture::AtOnce).await;
    fake.pay(&paid, TestCard::Isbank).unwrap();
    fake.fail_next("cancel", Fault::Refuse);
    assert_asked(
        &fake,
        "cancel",
        &Cancel::new(paid.clone()),
        Happened::NotSoFar,
    )
    .await;
    let sale = client.sale(&paid).await.unwrap();
    fake.fail_next("refund", Fault::Refuse);
    assert_asked(&fake, "refund", &Refund::full(&sale), Happened::NotSoFar).await;
}

#[tokio::test]
async fn two_refunds_at_once_cannot_be_told_apart() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let paid = created(&client, "PAID", WhenToCapture::AtOnce).await;
    fake.pay(&paid, TestCard::Isbank).unwrap();
    let before = client.sale(&paid).await.unwrap();
    let other = Refund::part(&before, lira(100));
    assert!(client.refund(&other).await.unwrap().answer().is_some());
    fake.fail_next("refund", Fault::LoseAnswer);
    let refund = Refund::part(&before, lira(970));
    assert_asked(&fake, "refund", &refund, Happened::Unclear).await;
}

#[tokio::test]
async fn an_unreadable_sale_leaves_the_first_error() {
    let server = Server::scripted(vec![
        Served::Reset(Vec::new()),
        reply("500 Internal Server Error", ""),
    ])
    .await;
    let error = server
        .client()
        .capture(&Capture::new(token(PAID_TOKEN)))
        .await
        .unwrap_err();
    assert!(matches!(error, PaytrekError::Indeterminate(_)));
    let requests = server.requests();
    let captures = requests
        .iter()
        .filter(|request| request.starts_with("POST"));
    assert_eq!((captures.count(), requests.len()), (1, 4));
}

#[tokio::test]
async fn an_answer_about_another_sale_is_as_good_as_lost() {
    let server = Server::scripted(vec![ok(CAPTURE_ANSWER), ok(PAID_SALE)]).await;
    let outcome = server
        .client()
        .capture(&Capture::new(token(PAID_TOKEN)))
        .await;
    let Outcome::AnswerLost { happened, why, .. } = outcome.unwrap() else {
        panic!("the answer is about another sale")
    };
    assert_eq!(happened, Happened::Yes);
    assert!(matches!(*why, PaytrekError::Undecodable { .. }));
}

#[tokio::test]
async fn a_code_that_says_nothing_about_the_outcome_is_answered_by_a_query() {
    let no = |code: &str| {
        let body = with(
            CAPTURE_ANSWER,
            "a16a810b503c4a91bb5c3d883617530a",
            PAID_TOKEN,
        );
        let failed = format!("\"succeeded\":false,\"error_code\":\"{code}\"");
        ok(&with(&body, "\"succeeded\":true", &failed))
    };
    for code in ["20015", "20017", "UNKNOWN_ERROR", "30015"] {
        let server = Server::scripted(vec![no(code), ok(PAID_SALE)]).await;
        let outcome = server
            .client()
            .capture(&Capture::new(token(PAID_TOKEN)))
            .await;
        assert!(matches!(outcome, Ok(Outcome::AnswerLost { .. })), "{code}");
    }
    let server = Server::always(no("30005")).await;
    let error = server
        .client()
        .capture(&Capture::new(token(PAID_TOKEN)))
        .await
        .unwrap_err();
    assert!(matches!(error, PaytrekError::Refused(_)));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_sale_with_an_unknown_status_tells_nothing() {
    let foo = paid_sale_with("status", "\"Foo\"");
    let sale = paytrek::api::Sale::decode(foo.as_bytes()).unwrap();
    assert_eq!(sale.status, SaleStatus::Other("Foo".into()));
    let token = token(PAID_TOKEN);
    assert_eq!(
        Capture::new(token.clone()).happened(&sale),
        Happened::Unclear
    );
    assert_eq!(
        Cancel::new(token.clone()).happened(&sale),
        Happened::Unclear
    );
    assert_eq!(
        Charge::new(token, card()).happened(&sale),
        Happened::Unclear
    );
}
