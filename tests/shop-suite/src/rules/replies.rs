//! What PayTR is answered, byte for byte.

use std::time::Duration;

use anyhow::{Context as _, Result};
use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;

use crate::Program;
use crate::harness::{
    Answer, CALLBACK, FORM, KEY, MERCHANT_ID, Market, Purchase, SALT, Shop, request,
};

const PRICE: u64 = Purchase::PEN_PRICE;

/// `OK` is two bytes of plain text.
pub async fn a_settled_payment_is_answered_with_exactly_ok(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let answer = shop.notify(&market.paid(&oid)).await?;
    assert_eq!(answer.body, b"OK");
    assert!(
        answer.head.starts_with("http/1.1 200 ok\r\n"),
        "{}",
        answer.head
    );
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(answer.header("content-length"), Some("2"));
    for absent in [
        "location",
        "set-cookie",
        "content-encoding",
        "transfer-encoding",
    ] {
        assert_eq!(answer.header(absent), None, "{absent}");
    }
    assert_eq!(shop.state(&oid).await?, "paid");
    Ok(())
}

/// A notification that was handled is acknowledged again and not handled again.
pub async fn a_repeated_payment_is_ok_without_a_second_receipt(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    for _ in 0..5 {
        assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    }
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// A failure after a settled success is acknowledged and changes nothing.
pub async fn a_failure_after_a_success_is_ok_and_changes_nothing(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    assert!(shop.notify(&market.failed(&oid)).await?.is_ok());
    assert_eq!(shop.state(&oid).await?, "paid");
    let receipts = shop.receipts().await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    Ok(())
}

/// A second success with another total is acknowledged, recorded for a person and not booked.
pub async fn a_second_success_with_another_total_is_ok_and_not_booked(
    program: Program,
) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    for _ in 0..2 {
        assert!(
            shop.notify(&market.paid_total(&oid, PRICE + 100))
                .await?
                .is_ok()
        );
    }
    let receipts = shop.receipts().await?;
    assert_eq!(
        (
            receipts.len(),
            receipts.first().map(|receipt| receipt.total)
        ),
        (1, Some(PRICE))
    );
    Ok(())
}

/// A test payment of a live order is acknowledged and not booked; the real one still counts.
pub async fn a_test_payment_is_ok_and_not_booked(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let test = PaymentNotification::success(&oid, PRICE).field("test_mode", "1");
    assert!(shop.notify(&market.sign(test)).await?.is_ok());
    assert_eq!(shop.receipts().await?, []);
    assert_eq!(shop.state(&oid).await?, "review");
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// Forged hashes are 400 `bad hash`, whatever key or fields they were made with.
pub async fn a_wrong_hash_is_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let signed_with = |key: &str, salt: &str| {
        let stranger = Credentials::new(MERCHANT_ID, key, salt)?;
        anyhow::Ok(
            PaymentNotification::success(&oid, PRICE)
                .sign(&stranger)
                .to_body(),
        )
    };
    let genuine = market.paid(&oid);
    let other_order = genuine.replace(&oid, &shop.open_order().await?);
    let cases = [
        signed_with("x9Y8z7W6v5U4t3S2", SALT)?,
        signed_with(KEY, "x9Y8z7W6v5U4t3S2")?,
        signed_with(SALT, KEY)?,
        genuine.replace(&format!("total_amount={PRICE}"), "total_amount=345600"),
        genuine
            .replace("status=success", "status=failed")
            .replace(&format!("={PRICE}"), "=0"),
        other_order,
    ];
    for body in cases {
        refused(&shop, &body, "bad hash").await?;
    }
    assert_eq!(shop.receipts().await?, []);
    assert_eq!(shop.state(&oid).await?, "pending");
    assert!(shop.notify(&genuine).await?.is_ok());
    Ok(())
}

/// What is not a payment notification is 400 `bad request`.
pub async fn a_malformed_notification_is_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let genuine = market.paid(&oid);
    let (fields, hash) = genuine.rsplit_once("&hash=").context("a hash")?;
    let signed = |notification: PaymentNotification| market.sign(notification);
    let with_hash = |hash: &str| format!("{fields}&hash={hash}");
    let cases = [
        String::new(),
        "{}".to_owned(),
        format!("\u{feff}{genuine}"),
        fields.to_owned(),
        with_hash(""),
        with_hash(hash.trim_end_matches("%3D")),
        with_hash(&format!("{hash}%0A")),
        with_hash(&"0".repeat(64)),
        format!("{genuine}&hash={hash}"),
        format!("{genuine}&merchant_oid={oid}"),
        genuine.replace("hash=", "hash%5B%5D="),
        genuine.replace("status=", "%73tatus="),
        signed(PaymentNotification::new(&oid, "SUCCESS", PRICE.to_string())),
        signed(PaymentNotification::new(
            &oid,
            " success",
            PRICE.to_string(),
        )),
        signed(PaymentNotification::new(&oid, "success3", "456")),
        signed(PaymentNotification::new(&oid, "success", "-1")),
        signed(PaymentNotification::new(&oid, "success", "34.56")),
        signed(PaymentNotification::new(&oid, "success", "1e9")),
        signed(PaymentNotification::new(
            &oid,
            "success",
            "18446744073709551616",
        )),
        signed(PaymentNotification::new("", "success", PRICE.to_string())),
        signed(PaymentNotification::new(
            format!("{oid}-1"),
            "success",
            PRICE.to_string(),
        )),
        signed(PaymentNotification::new(
            "A".repeat(65),
            "success",
            PRICE.to_string(),
        )),
        // A payment link's notification has the same message: order id and callback id are one text.
        signed(PaymentNotification::success(&oid, PRICE).field("callback_id", "7")),
    ];
    for body in cases {
        refused(&shop, &body, "bad request").await?;
    }
    // Compressed without saying so.
    let headers = format!("Content-Type: {FORM}\r\nContent-Length: 4\r\n");
    let gzip = request(&format!("POST {CALLBACK}"), &headers, b"\x1f\x8b\x08\x00");
    assert_eq!(shop.exchange(&gzip).await?.status, 400);
    assert_eq!(shop.receipts().await?, []);
    assert!(shop.notify(&genuine).await?.is_ok());
    Ok(())
}

/// A genuine notification of another amount, currency or order than the shop's own records is 400.
pub async fn a_payment_unlike_the_records_is_refused(program: Program) -> Result<()> {
    let (market, shop, oid) = Market::with_order(program).await?;
    let euro = PaymentNotification::success(&oid, PRICE).field("currency", "EUR");
    // The unsigned amount is right, the signed total is not.
    let fooled =
        PaymentNotification::success(&oid, PRICE - 1).field("payment_amount", PRICE.to_string());
    let cases = [
        (market.paid_total(&oid, PRICE - 1), "amount mismatch"),
        (market.paid_total(&oid, 0), "amount mismatch"),
        (market.paid_total(&oid, PRICE * 10), "amount mismatch"),
        (market.sign(fooled), "amount mismatch"),
        (market.sign(euro), "amount mismatch"),
        (
            market.paid("SHOP0000000000000000000000000000"),
            "unknown order",
        ),
        (market.paid("A1"), "unknown order"),
    ];
    for (body, why) in cases {
        refused(&shop, &body, why).await?;
    }
    assert_eq!(shop.receipts().await?, []);
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// While one delivery is handled, another is 503 with `Retry-After`.
pub async fn a_payment_in_progress_asks_to_come_again(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let slow = market.shop().handler_delay(Duration::from_millis(1_500));
    let shop = slow.start().await?;
    let (oid, mut first) = market.delivery_in_handler(&shop).await?;
    for second in [
        market.paid(&oid),
        market.paid_total(&oid, PRICE + 1),
        market.failed(&oid),
    ] {
        let answer = shop.notify(&second).await?;
        assert!(answer.is_in_progress(), "{answer:?}");
        let seconds: u64 = answer
            .header("retry-after")
            .context("retry-after")?
            .parse()?;
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    assert!(Answer::read(&mut first).await?.is_ok());
    assert_eq!(shop.receipts_of(&oid).await?.len(), 1);
    Ok(())
}

/// A handler that is too slow is 500, its claim is given back, and the next delivery runs it again.
pub async fn a_handler_that_runs_out_of_time_is_run_again(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let settings = market
        .shop()
        .handler_timeout(Duration::from_millis(100))
        .lease(Duration::from_mins(1));
    let too_slow = settings.clone().handler_delay(Duration::from_secs(20));
    let shop = too_slow.start().await?;
    let oid = shop.open_order().await?;
    for _ in 0..2 {
        // Not 503: the claim does not wait for its lease to run out.
        let answer = shop.notify(&market.paid(&oid)).await?;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.text(), "PAYTR notification failed: handler error");
    }
    assert_eq!(shop.state(&oid).await?, "undelivered");
    assert_eq!(shop.receipts().await?, []);
    drop(shop);

    let shop = settings.start().await?;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    let receipts = shop.receipts().await?;
    let attempts: Vec<_> = receipts.iter().map(|receipt| receipt.attempt).collect();
    assert_eq!(attempts, [3], "two earlier runs may have left effects");
    Ok(())
}

/// A refusal has its text, nothing of the request, and the headers of every answer.
async fn refused(shop: &Shop, body: &str, why: &str) -> Result<()> {
    let answer = shop.notify(body).await?;
    assert_eq!(answer.status, 400, "{why}: {body}");
    assert_eq!(
        answer.text(),
        format!("PAYTR notification failed: {why}"),
        "{body}"
    );
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    Ok(())
}
