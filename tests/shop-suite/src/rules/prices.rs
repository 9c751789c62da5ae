//! Prices come from the server; a browser names products and quantities.

use anyhow::Result;
use serde_json::{Value, json};

use crate::Program;
use crate::harness::{Market, Purchase};

/// No price, amount, currency, order id or IP address that a browser sends is used.
pub async fn what_the_client_says_about_money_is_never_used(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let line = json!([{
        "product_id": "bakir-cezve", "quantity": 2,
        "price": 1, "unit_price": 1, "amount": 1, "total": 1, "currency": "RUB",
    }]);
    let forged = Purchase::pen().with("basket", line);
    let forged = [
        ("price", json!(1)),
        ("amount", json!(1)),
        ("payment_amount", json!("100")),
        ("total", json!(1)),
        ("total_amount", json!(1)),
        ("user_basket", json!("W10=")),
        ("currency", json!("RUB")),
        ("merchant_oid", json!("MINE0001")),
        ("user_ip", json!("8.8.8.8")),
        ("test_mode", json!(1)),
    ]
    .into_iter()
    .fold(forged, |purchase, (name, value)| purchase.with(name, value));

    let order = shop.buy(&forged).await?;
    assert_ne!(order.merchant_oid, "MINE0001");
    let orders = market.sandbox().orders();
    assert_eq!(orders.len(), 1, "{orders:?}");
    let asked = market.asked_for(&order.merchant_oid)?;
    assert_eq!((asked.amount, asked.currency), (178_000, "TL"));

    // The ledger expects the server's price too.
    let cheap = shop
        .notify(&market.paid_total(&order.merchant_oid, 177_999))
        .await?;
    assert_eq!(
        (cheap.status, &*cheap.text()),
        (400, "PAYTR notification failed: amount mismatch")
    );
    assert!(
        shop.notify(&market.paid_total(&order.merchant_oid, 178_000))
            .await?
            .is_ok()
    );
    Ok(())
}

/// Quantities are whole numbers from 1 to 999; anything else opens no order.
pub async fn a_wrong_quantity_is_refused(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let wrong = [
        json!(0),
        json!(-1),
        json!(1_000),
        json!(u64::MAX),
        json!(1.5),
        json!(1e3),
        json!("1"),
        json!("1e3"),
        json!(true),
        json!([1]),
        Value::Null,
    ];
    for quantity in wrong {
        let line = json!([{ "product_id": "cam-kalem", "quantity": quantity }]);
        refuse(
            &shop,
            &Purchase::pen().with("basket", line),
            400,
            "invalid_field",
            "quantity",
        )
        .await?;
    }
    let twice = Purchase::of(&[("cam-kalem", 999), ("cam-kalem", 1)]);
    refuse(&shop, &twice, 400, "invalid_field", "quantity").await?;
    assert_eq!(market.sandbox().orders(), []);
    Ok(())
}

/// What is not sold, not a cart or not a buyer is refused with a text that names the field.
pub async fn a_purchase_that_makes_no_sense_is_refused(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let unknown = Purchase::of(&[("cam-kalem", 1), ("bedava", 1)]);
    let answer = shop.try_buy(&unknown).await?;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(answer.field("code")?, "unknown_product");
    assert_eq!(answer.field("product_id")?, "bedava");

    let pen = Purchase::pen;
    let cases = [
        (pen().with("basket", json!([])), "basket"),
        (pen().with("basket", json!("cam-kalem")), "basket"),
        (pen().without("basket"), "basket"),
        (
            pen().with("basket", json!([{ "quantity": 1 }])),
            "product_id",
        ),
        (pen().without("email"), "email"),
        (pen().with("email", "nobody"), "email"),
        (pen().with("user_name", "  "), "user_name"),
        (pen().with("user_address", "x".repeat(401)), "user_address"),
        (pen().with("user_phone", 5), "user_phone"),
        (pen().with("lang", "de"), "lang"),
        (pen().with("payment_type", "cash"), "payment_type"),
        (pen().with("idempotency_key", ""), "idempotency_key"),
    ];
    for (purchase, field) in cases {
        refuse(&shop, &purchase, 400, "invalid_field", field).await?;
    }
    assert_eq!(market.sandbox().orders(), []);
    Ok(())
}

/// Only JSON opens orders: a form of another site cannot send it with the buyer's address.
pub async fn a_purchase_that_is_not_json_is_refused(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let json = Purchase::pen().to_json().to_string();
    let post = |content_type: Option<&'static str>, body: String| {
        let http = reqwest::Client::builder().no_proxy().build();
        let url = shop.url("/paytr/pay");
        async move {
            let request = http?.post(url).body(body);
            let request = match content_type {
                Some(content_type) => request.header("content-type", content_type),
                None => request,
            };
            anyhow::Ok(request.send().await?.status().as_u16())
        }
    };
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        assert_eq!(
            post(Some(content_type), json.clone()).await?,
            415,
            "{content_type}"
        );
    }
    assert_eq!(post(None, json.clone()).await?, 415);
    for broken in ["", "[]", "null", "{", "\"text\""] {
        assert_eq!(
            post(Some("application/json"), broken.to_owned()).await?,
            400,
            "{broken}"
        );
    }
    let huge = format!("{json}{}", " ".repeat(64 * 1024));
    assert_eq!(post(Some("application/json"), huge).await?, 413);
    assert_eq!(market.sandbox().orders(), []);
    assert_eq!(
        post(Some("application/json; charset=utf-8"), json).await?,
        200
    );
    Ok(())
}

async fn refuse(
    shop: &crate::harness::Shop,
    purchase: &Purchase,
    status: u16,
    code: &str,
    names: &str,
) -> Result<()> {
    let answer = shop.try_buy(purchase).await?;
    assert_eq!(
        (answer.status, &*answer.field("code")?),
        (status, code),
        "{purchase:?}"
    );
    let message = answer.field("message")?;
    assert!(message.contains(names), "{names} is not named: {message}");
    Ok(())
}
