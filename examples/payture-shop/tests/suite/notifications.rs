//! Notifications are hints: repeated, forged, late, about something else.

use std::collections::BTreeSet;

use anyhow::Result;
use futures_util::future::try_join_all;
use payture::State;
use payture::settlement::Event;
use payture::testing::{Edit, Fault, TestCard};

use crate::harness::{Answer, Market, PEN, Receipt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_copies_at_once_over_two_processes_leave_one_receipt() -> Result<()> {
    let market = Market::open().await?.set("SHOP_HANDLER_DELAY_MS", "30");
    let (first, second) = (market.start().await?, market.start().await?);
    let order = market.paid_order(&first).await?;
    let body = market.paid(&order)?;
    let copies = (0..100).map(|number| if number % 2 == 0 { &first } else { &second });
    let answers = try_join_all(copies.map(|shop| shop.notify(body.clone()))).await?;
    let statuses: BTreeSet<_> = answers.iter().map(|answer| answer.status).collect();
    assert!(
        statuses.is_subset(&BTreeSet::from([200, 503])),
        "{statuses:?}"
    );
    assert!(answers.iter().any(Answer::is_ok));
    first.notify_until_ok(&body).await?;
    let receipt = Receipt {
        order_id: order.to_string(),
        total: PEN,
        currency: "TRY".to_owned(),
        attempt: 1,
    };
    assert_eq!(first.receipts().await?, [receipt]);
    assert_eq!(second.state(&order).await?, "paid");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_notification_books_nothing_and_a_true_one_after_it_does() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    for event in [
        Event::EnginePaySuccess,
        Event::CustomerPaySuccess,
        Event::MerchantPay,
    ] {
        let forged = market.fake.notification_body(&order, event)?;
        assert!(shop.notify(forged).await?.is_ok());
    }
    market.fake.pay(&order, TestCard::AMOUNT_EXCEED)?;
    shop.notify(market.paid(&order)?).await?;
    assert_eq!(
        (
            shop.state(&order).await?.as_str(),
            shop.receipts().await?.len()
        ),
        ("pending", 0)
    );
    market.fake.pay(&order, TestCard::SUCCESS)?;
    shop.notify_until_ok(&market.paid(&order)?).await?;
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_amount_terminal_order_or_state_books_nothing() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    for (edit, state) in [
        (Edit::Amount(PEN - 1), "review"),
        (Edit::Amount(PEN + 1), "review"),
        (Edit::MerchantContract("Other".to_owned()), "review"),
        (Edit::Forwarded, "review"),
        (Edit::AnswersAs("another-order".to_owned()), "pending"),
        (Edit::State(State::Authorized), "pending"),
        (
            Edit::State(State::Pending("PendingCharge".to_owned())),
            "pending",
        ),
        (Edit::State(State::Refunded), "review"),
    ] {
        let order = market.paid_order(&shop).await?;
        market.fake.edit(&order, edit.clone())?;
        let answer = shop.notify(market.paid(&order)?).await?;
        let asks_again = matches!(edit, Edit::AnswersAs(_) | Edit::State(State::Pending(_)));
        assert_eq!(
            answer.status,
            if asks_again { 503 } else { 200 },
            "{edit:?}"
        );
        assert_eq!(shop.state(&order).await?, state, "{edit:?}");
    }
    assert_eq!(shop.receipts().await?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_notifications_are_refused_and_ask_nothing() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    let twice = format!("{}&OrderId={order}", market.paid(&order)?);
    for (body, status) in [
        (String::new(), 400),
        ("Notification=%FF".to_owned(), 400),
        (twice, 400),
        (
            format!("Notification=EnginePaySuccess&X={}", "x".repeat(20_000)),
            413,
        ),
    ] {
        assert_eq!(shop.notify(body).await?.status, status);
    }
    let unknown = market
        .paid(&order)?
        .replace(order.as_str(), "somebody-elses");
    assert!(shop.notify(unknown).await?.is_ok());
    assert_eq!(shop.get("/payture/notify").await?.status, 405);
    let asked = market
        .fake
        .requests()
        .iter()
        .any(|request| request == "apim/GetState");
    assert!(!asked);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_payture_does_not_answer_the_notification_may_come_again() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    for _ in 0..3 {
        market.fake.fault("GetState", Fault::ServerError);
    }
    let answer = shop.notify(market.paid(&order)?).await?;
    assert_eq!((answer.status, answer.text.as_str()), (503, "try again"));
    assert_eq!(shop.receipts().await?, []);
    shop.notify_until_ok(&market.paid(&order)?).await?;
    market.fake.edit(&order, Edit::RefundedPart(1_000))?;
    assert!(shop.notify(market.paid(&order)?).await?.is_ok());
    assert_eq!(
        shop.state(&order).await?,
        "paid",
        "a partial refund never unsettles"
    );
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_that_nobody_sent_is_made_up_for() -> Result<()> {
    let market = Market::open().await?.set("SHOP_RECONCILE_MS", "100");
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    shop.until_state(&order, "paid").await?;
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_booked_is_told_and_booked_later_once() -> Result<()> {
    let blocked = Market::open()
        .await?
        .set("SHOP_HANDLER_DELAY_MS", "20000")
        .set("SHOP_HANDLER_TIMEOUT_MS", "100");
    let shop = blocked.start().await?;
    let order = blocked.paid_order(&shop).await?;
    let body = blocked.paid(&order)?;
    for _ in 0..3 {
        let answer = shop.notify(body.clone()).await?;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (500, "handler error")
        );
        assert_eq!(shop.state(&order).await?, "undelivered");
    }
    let page = shop
        .get(&format!("/payture/return?orderid={order}"))
        .await?;
    assert!(page.text.contains("data-state=\"undelivered\""), "{page:?}");
    drop(shop);
    // Nobody says anything any more.
    let market = blocked
        .set("SHOP_HANDLER_DELAY_MS", "0")
        .set("SHOP_RECONCILE_MS", "100");
    let shop = market.start().await?;
    shop.until_state(&order, "paid").await?;
    let receipts = shop.receipts().await?;
    assert!(
        receipts.len() == 1 && receipts[0].attempt >= 4,
        "{receipts:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_during_the_handler_waits_for_it() -> Result<()> {
    let market = Market::open().await?.set("SHOP_HANDLER_DELAY_MS", "700");
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    let body = market.paid(&order)?;
    let (answer, stopped) = tokio::join!(shop.notify(body.clone()), async {
        market.until_asked().await?;
        let second = shop.notify(body.clone()).await?;
        assert_eq!(second.status, 503, "the first one is being handled");
        shop.process.terminate()
    });
    stopped?;
    assert!(answer?.is_ok());
    let exit = shop.process.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let shop = market.start().await?;
    assert_eq!(shop.receipts_of(&order).await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_a_handler_whose_client_hung_up() -> Result<()> {
    let market = Market::open().await?.set("SHOP_HANDLER_DELAY_MS", "2000");
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    let body = market.paid(&order)?;
    tokio::select! {
        // It is dropped unanswered: its client hangs up.
        answer = shop.notify(body.clone()) => anyhow::bail!("answered: {answer:?}"),
        claimed = async {
            market.until_asked().await?;
            shop.notify(body.clone()).await
        } => assert_eq!(claimed?.status, 503, "the first one is being handled"),
    }
    shop.process.terminate()?;
    let exit = shop.process.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let shop = market.start().await?;
    assert_eq!(shop.state(&order).await?, "paid");
    assert_eq!(shop.receipts_of(&order).await?.len(), 1);
    Ok(())
}
