//! Payments whose notification does not come, or comes to a handler that fails.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use paytr_sandbox::TestCard;

use crate::Program;
use crate::harness::{Booking, Market, Purchase, Receipt, Shop};

const EVERY: Duration = Duration::from_millis(300);
/// Longer than any rule runs.
const NEVER: Duration = Duration::from_hours(1);

/// A shop that asks PayTR often, about orders of this age.
fn asking(program: Program, after: Duration) -> Program {
    program
        .set("SHOP_RECONCILE_EVERY_MS", EVERY.as_millis())
        .set("SHOP_RECONCILE_AFTER_MS", after.as_millis())
}

/// PayTR takes the money and tells nobody: PayTR is asked, and the payment is booked once.
pub async fn a_notification_that_never_comes_is_made_good_with_one_receipt(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = asking(market.shop(), EVERY).start().await?;
    let (oid, abandoned) = (shop.open_order().await?, shop.open_order().await?);
    market.sandbox().pay(&oid, TestCard::Visa)?;
    shop.until_state(&oid, "paid").await?;
    let receipt = Receipt::paid(&oid, Purchase::PEN_PRICE);
    assert_eq!(shop.receipts().await?, std::slice::from_ref(&receipt));
    // The notification comes after all.
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    assert_eq!(shop.receipts().await?, [receipt]);
    assert_eq!(shop.state(&abandoned).await?, "pending");
    Ok(())
}

/// The handler fails for ten deliveries and PayTR gives up. The order is neither open nor forgotten: its
/// pages say that the payment was received, and it is delivered when the fault is gone.
pub async fn a_payment_that_no_delivery_could_book_is_booked_when_the_fault_is_gone(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = asking(market.shop(), NEVER).start().await?;
    let click = Purchase::pen().with("idempotency_key", "cart-1");
    let order = shop.buy(&click).await?;
    let oid = order.merchant_oid;
    market.sandbox().pay(&oid, TestCard::Visa)?;
    let booking = Booking::of(market.database_url());
    booking.block().await?;
    for _ in 0..10 {
        let answer = shop.notify(&market.paid(&oid)).await?;
        ensure!(answer.asks_again(), "{answer:?}");
    }
    owed(&shop, &oid, &click).await?;
    // A late failure changes nothing.
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    owed(&shop, &oid, &click).await?;

    booking.mend().await?;
    // The buyer looks again.
    shop.get(&format!("/paytr/ok?oid={oid}")).await?;
    shop.until_state(&oid, "paid").await?;
    let receipts = shop.receipts_of(&oid).await?;
    let [receipt] = receipts.as_slice() else {
        anyhow::bail!("one receipt, not {receipts:?}");
    };
    assert_eq!(receipt.total, Purchase::PEN_PRICE);
    ensure!(receipt.attempt >= 11, "{receipt:?}");
    Ok(())
}

/// A declined card, then a paid one whose booking fails: the money is there, so nobody is invited to pay
/// again, and the same click opens no second order.
pub async fn a_declined_order_that_is_paid_and_not_booked_opens_no_second_one(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = asking(market.shop(), NEVER).start().await?;
    let click = Purchase::pen().with("idempotency_key", "cart-1");
    let oid = shop.buy(&click).await?.merchant_oid;
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    assert_eq!(shop.state(&oid).await?, "failed");
    let booking = Booking::of(market.database_url());
    booking.block().await?;
    let answer = shop.notify(&market.paid(&oid)).await?;
    ensure!(answer.asks_again(), "{answer:?}");
    owed(&shop, &oid, &click).await?;
    booking.mend().await?;
    shop.notify_until_ok(&market.paid(&oid)).await?;
    assert_eq!(shop.state(&oid).await?, "paid");
    let outcomes = shop.receipts_of(&oid).await?.into_iter();
    let outcomes: Vec<_> = outcomes.map(|receipt| receipt.outcome).collect();
    assert_eq!(outcomes, ["failed", "paid"]);
    Ok(())
}

/// The buyer has paid and has nothing: the shop's pages and answers say so.
async fn owed(shop: &Shop, oid: &str, click: &Purchase) -> Result<()> {
    let state = shop.get(&format!("/paytr/orders/{oid}")).await?;
    assert_eq!(state.field("state")?, "undelivered");
    let total = state
        .json()?
        .get("total")
        .and_then(serde_json::Value::as_u64);
    assert_eq!(total, Some(Purchase::PEN_PRICE));
    let again = shop.buy(click).await?;
    assert_eq!(
        (again.merchant_oid.as_str(), again.state.as_str()),
        (oid, "undelivered")
    );
    assert_eq!((again.token, again.iframe_url), (None, None));
    for page in ["ok", "fail"] {
        let page = shop
            .get(&format!("/paytr/{page}?oid={oid}&lang=en"))
            .await?;
        let text = "Payment received, your order is being confirmed";
        ensure!(page.text.contains(text), "{page:?}");
        ensure!(!page.text.contains("try-again"), "{page:?}");
    }
    Ok(())
}

/// A buyer who comes back makes the shop ask at once, however young the order is.
pub async fn a_buyer_who_lands_makes_the_shop_ask_at_once(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = asking(market.shop(), NEVER).start().await?;
    let oid = shop.open_order().await?;
    market.sandbox().pay(&oid, TestCard::Visa)?;
    shop.get(&format!("/paytr/ok?oid={oid}")).await?;
    shop.until_state(&oid, "paid").await?;
    let receipt = Receipt::paid(&oid, Purchase::PEN_PRICE);
    assert_eq!(shop.receipts().await?, [receipt]);
    Ok(())
}

/// What the buyer's bank or PayTR's Direct API posts is not read: it leads to the page.
pub async fn a_buyer_who_lands_by_post_is_led_to_the_page(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let address = market.file("nowhere");
    for page in ["ok", "fail"] {
        let body = format!(
            "fail_message=%3Cscript%3E&oid=OTHER&x={}",
            address.display()
        );
        let request = format!(
            "POST /paytr/{page}?oid={oid}&lang=en HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = shop.exchange(request.as_bytes()).await?;
        assert_eq!(answer.status, 303, "{answer:?}");
        let location = answer.header("location").context("location")?;
        // The harness reads headers in lower case.
        let page = format!("/paytr/{page}?oid={oid}&lang=en");
        assert_eq!(location, page.to_lowercase());
    }
    assert_eq!(shop.state(&oid).await?, "pending");
    Ok(())
}

/// Nobody pays: the order is closed after its horizon, its key is free, and a late success still wins.
pub async fn an_order_that_nobody_pays_is_closed_and_a_late_success_wins(
    program: Program,
) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = asking(market.shop(), EVERY).set("SHOP_ORDER_HORIZON_MS", 1_500);
    let shop = shop.start().await?;
    let click = Purchase::pen().with("idempotency_key", "cart-1");
    let oid = shop.buy(&click).await?.merchant_oid;
    shop.until_state(&oid, "closed").await?;
    let again = shop.buy(&click).await?;
    ensure!(
        again.merchant_oid != oid && again.token.is_some(),
        "{again:?}"
    );
    assert_eq!(shop.get(&format!("/paytr/pay/{oid}")).await?.status, 404);
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    assert_eq!(shop.receipts_of(&oid).await?, []);
    shop.notify_until_ok(&market.paid(&oid)).await?;
    assert_eq!(shop.state(&oid).await?, "paid");
    let receipt = Receipt::paid(&oid, Purchase::PEN_PRICE);
    assert_eq!(shop.receipts_of(&oid).await?, [receipt]);
    Ok(())
}

/// Two processes of one shop ask about the same orders: each payment is booked once.
pub async fn two_processes_that_ask_book_each_payment_once(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let program = asking(market.shop(), EVERY);
    let (one, other) = tokio::join!(program.start(), program.start());
    let (one, _other) = (one?, other?);
    let mut orders = Vec::new();
    for _ in 0..12 {
        let oid = one.open_order().await?;
        market.sandbox().pay(&oid, TestCard::Visa)?;
        orders.push(oid);
    }
    for oid in &orders {
        one.until_state(oid, "paid").await?;
    }
    let mut booked: Vec<_> = one.receipts().await?.into_iter().collect();
    booked.sort_by(|a, b| a.merchant_oid.cmp(&b.merchant_oid));
    orders.sort();
    let expected: Vec<_> = orders
        .iter()
        .map(|oid| Receipt::paid(oid, Purchase::PEN_PRICE))
        .collect();
    assert_eq!(booked, expected);
    Ok(())
}

/// A stop in the middle of a question waits for it and for what it finds.
pub async fn a_stop_during_a_question_waits_for_its_payment(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let slow = asking(market.shop(), EVERY).handler_delay(Duration::from_secs(2));
    let shop = slow.start().await?;
    let oid = shop.open_order().await?;
    market.sandbox().pay(&oid, TestCard::Visa)?;
    // Claimed by the reconciler: the notification finds it in progress.
    crate::eventually("the payment is being handled", async || {
        let answer = shop.notify(&market.failed(&oid)).await?;
        Ok(answer.is_in_progress().then_some(()))
    })
    .await?;
    shop.terminate()?;
    let exit = shop.end().await?;
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let shop = market.shop().start().await?;
    let receipts = shop.receipts_of(&oid).await?;
    ensure!(
        receipts.iter().any(|receipt| receipt.outcome == "paid"),
        "{receipts:?}"
    );
    Ok(())
}
