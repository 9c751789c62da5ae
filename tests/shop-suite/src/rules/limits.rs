//! How many purchases may be started, and what is said to one too many.

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;

use crate::Program;
use crate::harness::{Answer, Market, Purchase, Shop, request};

/// A purchase of a buyer behind the trusted proxy that the test is.
async fn buy_from(shop: &Shop, buyer: &str) -> Result<Answer> {
    let body = Purchase::pen().to_json().to_string();
    let headers = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\nX-Forwarded-For: {buyer}\r\n",
        body.len()
    );
    let purchase = request("POST /paytr/pay", &headers, body.as_bytes());
    shop.exchange(&purchase).await
}

/// The answer is the flow's 429; gives its `Retry-After`.
fn seconds_to_wait(refused: &Answer) -> Result<u64> {
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(refused.header("content-type"), Some("application/json"));
    let body: serde_json::Value = serde_json::from_slice(&refused.body)?;
    assert_eq!(body.get("status"), Some(&"error".into()), "{body}");
    assert_eq!(
        body.get("code"),
        Some(&"too_many_requests".into()),
        "{body}"
    );
    let seconds = refused.header("retry-after").context("no retry-after")?;
    Ok(seconds.parse()?)
}

/// A buyer above the limit is told when to come back and costs no page of PayTR; the others go on. The log says
/// it once, and not who it was.
pub async fn a_buyer_who_starts_too_many_purchases_is_429_and_others_are_not(
    program: Program,
) -> Result<()> {
    const BUYER: &str = "198.51.100.7";
    let market = Market::open(program).await?;
    let shop = market
        .shop()
        .set("SHOP_TRUSTED_PROXIES", "127.0.0.1")
        .set("SHOP_PAY_LIMIT", 2)
        .start()
        .await?;
    // Two fill it; one more becomes possible each half a minute.
    for _ in 0..2 {
        assert_eq!(buy_from(&shop, BUYER).await?.status, 200);
    }
    for _ in 0..20 {
        let seconds = seconds_to_wait(&buy_from(&shop, BUYER).await?)?;
        assert!((1..=30).contains(&seconds), "{seconds}");
    }
    assert_eq!(buy_from(&shop, "198.51.100.8").await?.status, 200);
    // The addresses of one IPv6 network are one buyer.
    for last in 1..=2 {
        let address = format!("2001:db8:1:2::{last}");
        assert_eq!(buy_from(&shop, &address).await?.status, 200);
    }
    seconds_to_wait(&buy_from(&shop, "2001:db8:1:2:a:b:c:d").await?)?;
    assert_eq!(market.sandbox().orders().len(), 5);
    let exit = shop.stop().await?;
    let said = exit.stderr + &exit.stdout;
    let times = said.matches("purchases are refused").count();
    assert_eq!(times, 1, "{said}");
    assert!(!said.contains(BUYER), "{said}");
    Ok(())
}

/// A flood of purchases opens as many orders as the limit in all allows, and each of the rest is 429.
pub async fn a_flood_of_purchases_opens_no_more_orders_than_the_limit_allows(
    program: Program,
) -> Result<()> {
    const LIMIT: usize = 10;
    let market = Market::open(program).await?;
    let shop = market.shop().set("SHOP_PAY_LIMIT_IN_ALL", LIMIT);
    let shop = shop.start().await?;
    let pen = Purchase::pen();
    let begun = std::time::Instant::now();
    let answers = try_join_all((0..100).map(|_| shop.try_buy(&pen))).await?;
    let opened = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(opened + refused, 100, "{answers:?}");
    // One more each six seconds that the flood took.
    let later = usize::try_from(begun.elapsed().as_secs() / 6)?;
    assert!((LIMIT..=LIMIT + later).contains(&opened), "{opened}");
    assert_eq!(market.sandbox().orders().len(), opened);
    // What was bought can be paid, and notifications are not limited.
    for order in market.sandbox().orders() {
        let paid = shop.notify(&market.paid(&order.merchant_oid)).await?;
        assert!(paid.is_ok(), "{paid:?}");
    }
    assert_eq!(shop.receipts().await?.len(), opened);
    Ok(())
}
