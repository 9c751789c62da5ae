//! From the catalogue to a receipt, over HTTP.

use anyhow::{Context as _, Result};
use paytr_sandbox::{EftOutcome, OrderState, TestCard};
use serde_json::Value;

use crate::Program;
use crate::harness::{CALLBACK, Market, PATIENCE, Purchase, Receipt};

/// `GET /products` is a list of `{id, name, unit_price, currency}`, prices in minor units.
pub async fn products_are_listed_with_prices_in_minor_units(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let answer = shop.get("/products").await?;
    assert_eq!(answer.status, 200);
    let json = answer.json()?;
    let products = json.as_array().context("not a list")?;
    assert!(products.len() > 1, "{products:?}");
    for product in products {
        let fields = product.as_object().context("not an object")?;
        let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["currency", "id", "name", "unit_price"]);
        assert!(fields.values().take(2).all(Value::is_string), "{product}");
        assert!(
            product["unit_price"]
                .as_u64()
                .is_some_and(|price| price > 0)
        );
        assert_eq!(product["currency"], "TRY");
    }
    let pen = products.iter().find(|product| product["id"] == "cam-kalem");
    assert_eq!(pen.context("no pen")?["unit_price"], Purchase::PEN_PRICE);
    Ok(())
}

/// A purchase by card: pending, then paid by PayTR's own notification, with one receipt.
pub async fn a_card_payment_ends_paid_with_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let order = shop
        .buy(&Purchase::of(&[("cam-kalem", 2), ("bakir-cezve", 1)]))
        .await?;
    assert_eq!(order.status, "success");
    let (token, iframe_url) = (
        order.token.context("token")?,
        order.iframe_url.context("url")?,
    );
    let page = format!("{}/odeme/guvenli/{token}", market.sandbox().base_url());
    assert_eq!(iframe_url, page);
    assert_eq!(shop.state(&order.merchant_oid).await?, "pending");
    assert_eq!(shop.receipts().await?, []);

    market.sandbox().set_notify_url(&shop.url(CALLBACK))?;
    market.sandbox().pay(&order.merchant_oid, TestCard::Visa)?;
    let told = market
        .sandbox()
        .wait_until_acknowledged(&order.merchant_oid, PATIENCE);
    assert_eq!(told.await?.attempts.len(), 1);
    assert_eq!(shop.state(&order.merchant_oid).await?, "paid");
    assert_eq!(
        shop.receipts().await?,
        [Receipt::paid(&order.merchant_oid, 95_912)]
    );
    Ok(())
}

/// A purchase by bank transfer ends the same way.
pub async fn a_bank_transfer_ends_paid_with_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let order = shop
        .buy(&Purchase::pen().with("payment_type", "eft"))
        .await?;
    let asked = market.asked_for(&order.merchant_oid)?;
    assert_eq!(
        (asked.payment_type, asked.amount),
        ("eft", Purchase::PEN_PRICE)
    );
    let page = format!("{}{}", market.sandbox().base_url(), asked.page);
    assert_eq!(order.iframe_url.context("url")?, page);

    market.sandbox().set_notify_url(&shop.url(CALLBACK))?;
    market
        .sandbox()
        .decide_transfer(&order.merchant_oid, EftOutcome::Arrived)?;
    market
        .sandbox()
        .wait_until_acknowledged(&order.merchant_oid, PATIENCE)
        .await?;
    assert_eq!(shop.state(&order.merchant_oid).await?, "paid");
    assert_eq!(
        shop.receipts().await?,
        [Receipt::paid(&order.merchant_oid, Purchase::PEN_PRICE)]
    );
    Ok(())
}

/// With instalments PayTR collects more than the price; the receipt has what was paid.
pub async fn an_instalment_surcharge_is_accepted_and_booked(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let oid = shop.open_order().await?;
    market.sandbox().set_notify_url(&shop.url(CALLBACK))?;
    market
        .sandbox()
        .pay_in_installments(&oid, TestCard::Mastercard, 6)?;
    let told = market
        .sandbox()
        .wait_until_acknowledged(&oid, PATIENCE)
        .await?;
    let OrderState::Paid { total, .. } = told.state else {
        anyhow::bail!("{told:?}");
    };
    assert!(total > Purchase::PEN_PRICE);
    assert_eq!(shop.receipts().await?, [Receipt::paid(&oid, total)]);
    Ok(())
}

/// The notification comes before the browser has the answer of `POST /paytr/pay`: it counts all the same.
pub async fn a_notification_right_after_the_order_is_opened_counts(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    market.sandbox().set_notify_url(&shop.url(CALLBACK))?;
    let purchase = Purchase::pen();
    let pay_at_once = async {
        let oid = crate::harness::eventually("PayTR is asked", async || {
            let orders = market.sandbox().orders();
            Ok(orders.first().map(|order| order.merchant_oid.clone()))
        })
        .await?;
        anyhow::Ok(market.sandbox().pay(&oid, TestCard::Troy)?)
    };
    let (order, paid_at_once) = tokio::join!(shop.buy(&purchase), pay_at_once);
    let (order, ()) = (order?, paid_at_once?);
    market
        .sandbox()
        .wait_until_acknowledged(&order.merchant_oid, PATIENCE)
        .await?;
    assert_eq!(
        shop.receipts().await?,
        [Receipt::paid(&order.merchant_oid, Purchase::PEN_PRICE)]
    );
    Ok(())
}

/// The same click twice at once, and once more later, is one order; another cart under the same key is
/// refused.
pub async fn a_repeated_click_is_the_same_order(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let click = Purchase::pen().with("idempotency_key", "click-1");
    let (first, second) = tokio::join!(shop.buy(&click), shop.buy(&click));
    let (first, second) = (first?, second?);
    assert_eq!(first, second);
    assert_eq!(shop.buy(&click).await?, first);
    assert_eq!(market.sandbox().orders().len(), 1);

    let other_cart = Purchase::of(&[("cam-kalem", 2)]).with("idempotency_key", "click-1");
    let refused = shop.try_buy(&other_cart).await?;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(refused.field("code")?, "key_reused");
    let another = shop
        .buy(&Purchase::pen().with("idempotency_key", "click-2"))
        .await?;
    assert_ne!(another.merchant_oid, first.merchant_oid);
    Ok(())
}

/// A click repeated after the payment does not offer to pay again.
pub async fn a_repeated_click_on_a_paid_order_has_no_token(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let click = Purchase::pen().with("idempotency_key", "click-1");
    let oid = shop.buy(&click).await?.merchant_oid;
    assert!(shop.notify(&market.paid(&oid)).await?.is_ok());
    let again = shop.buy(&click).await?;
    assert_eq!((&again.merchant_oid, &*again.state), (&oid, "paid"));
    assert_eq!((again.token, again.iframe_url), (None, None));
    Ok(())
}

/// An order that this shop did not open has no state.
pub async fn an_unknown_order_is_404(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let known = shop.open_order().await?;
    let last = if known.ends_with('0') { '1' } else { '0' };
    let stranger: String = known.chars().take(31).chain([last]).collect();
    for oid in [stranger.as_str(), "X", "%00", "SHOP'%20OR%201=1"] {
        let answer = shop.get(&format!("/paytr/orders/{oid}")).await?;
        assert_eq!(answer.status, 404, "{oid}: {answer:?}");
    }
    Ok(())
}
