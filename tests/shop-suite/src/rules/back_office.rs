//! The day after: a person at the back office, and money that goes back.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use paytr_core::client::BaseUrl;
use paytr_core::{Credentials, MerchantOid, PaytrClient};
use paytr_sandbox::TestCard;
use reqwest::StatusCode;

use crate::Program;
use crate::harness::{
    CALLBACK, Form, KEY, MERCHANT_ID, Market, Office, PATIENCE, Page, Purchase, Receipt, SALT,
    Shop, eventually,
};

/// A market, a shop with a back office, and an order that PayTR and the shop know as paid.
async fn paid(program: Program) -> Result<(Market, Shop, String)> {
    let market = Market::open(program).await?;
    let shop = market.shop().with_office().start().await?;
    let oid = paid_order(&market, &shop).await?;
    Ok((market, shop, oid))
}

async fn paid_order(market: &Market, shop: &Shop) -> Result<String> {
    let sandbox = market.sandbox();
    sandbox.set_notify_url(&shop.url(CALLBACK))?;
    let oid = shop.open_order().await?;
    sandbox.pay(&oid, TestCard::Visa)?;
    // PayTR refunds nothing that it has not told the shop of.
    sandbox.wait_until_acknowledged(&oid, PATIENCE).await?;
    Ok(oid)
}

/// A market, a shop with a back office, and an order whose payment was a lira short and waits in the queue.
async fn short(program: Program) -> Result<(Market, Shop, String)> {
    let market = Market::open(program).await?;
    let shop = market.shop().with_office().start().await?;
    let oid = shop.open_order().await?;
    let answer = shop.notify(&short_payment(&market, &oid)).await?;
    ensure!(
        !answer.is_ok() && shop.state(&oid).await? == "review",
        "{answer:?}"
    );
    Ok((market, shop, oid))
}

fn short_payment(market: &Market, oid: &str) -> String {
    market.paid_total(oid, Purchase::PEN_PRICE - 100)
}

/// Nobody finds a back office in a shop that has no password for it.
pub async fn without_a_password_there_is_no_back_office(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let office = Office::of(&shop)?;
    for path in ["", "/", "/orders", "/reviews/1/deliver"] {
        let page = office.read(path).await?;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    Ok(())
}

/// Every page and every form asks who it is, and says the same to everybody else.
pub async fn the_back_office_lets_in_who_knows_the_password(program: Program) -> Result<()> {
    let (_market, shop, oid) = short(program).await?;
    let office = Office::of(&shop)?;
    for path in ["", "/orders", "/orders.csv", "/reviews/1", "/nothing"] {
        for password in [None, Some(""), Some("kanarya sarisi 43")] {
            let page = office.read_as(path, password).await?;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
            assert!(!page.html.contains(&oid), "{path}");
        }
    }
    for path in ["", "/", "/orders", "/reviews", "/undelivered", "/refunds"] {
        let page = office.read(path).await?;
        assert_eq!(page.status, StatusCode::OK, "{path}: {page:?}");
    }
    assert_eq!(office.read("/nothing").await?.status, StatusCode::NOT_FOUND);
    assert!(office.read("/orders").await?.html.contains(&oid));
    let log = shop.stop().await?.stderr;
    assert!(!log.contains("kanarya"), "the password is in the log");
    Ok(())
}

/// A payment that was refused is delivered by a person, once, and the provider's next message is answered.
pub async fn a_short_payment_is_delivered_by_hand_once(program: Program) -> Result<()> {
    let (market, shop, oid) = short(program).await?;
    let office = Office::of(&shop)?;
    let deliver = office.form("/reviews/1/deliver").await?;
    let done = office
        .post(&deliver.with("note", "a lira is on us"))
        .await?;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{done:?}");
    assert_eq!(shop.state(&oid).await?, "paid");
    let receipt = Receipt::paid(&oid, Purchase::PEN_PRICE - 100);
    assert_eq!(shop.receipts().await?, std::slice::from_ref(&receipt));
    assert!(shop.notify(&short_payment(&market, &oid)).await?.is_ok());
    assert_eq!(shop.receipts().await?, [receipt]);
    let entry = office.read("/reviews/1").await?;
    assert!(
        entry.html.contains("a lira is on us") && entry.html.contains("admin"),
        "{entry:?}"
    );
    Ok(())
}

/// Ten times the price is no surcharge, and neither is what is above the shop's own share: both wait for a person,
/// who may deliver them.
pub async fn a_total_far_above_the_price_is_delivered_by_hand_alone(
    program: Program,
) -> Result<()> {
    const PRICE: u64 = Purchase::PEN_PRICE;
    let with_share = program.clone().set("SHOP_LARGEST_SURCHARGE_PERCENT", 25);
    for (program, most) in [(program, PRICE * 10 - 1), (with_share, PRICE * 5 / 4)] {
        let market = Market::open(program).await?;
        let shop = market.shop().with_office().start().await?;
        let oid = shop.open_order().await?;
        assert!(
            shop.notify(&market.paid_total(&oid, most)).await?.is_ok(),
            "{most}"
        );
        assert_eq!(
            shop.receipts_of(&oid).await?,
            [Receipt::paid(&oid, most)],
            "a surcharge"
        );

        let oid = shop.open_order().await?;
        let above = market.paid_total(&oid, most + 1);
        let answer = shop.notify(&above).await?;
        assert_eq!(answer.body, b"PAYTR notification failed: amount mismatch");
        assert_eq!(shop.state(&oid).await?, "review");
        let office = Office::of(&shop)?;
        let list = office.read("/reviews?reason=surcharge_too_high").await?;
        assert!(list.html.contains(&oid), "{list:?}");
        let deliver = office.form("/reviews/1/deliver").await?;
        let done = office.post(&deliver).await?;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{done:?}");
        assert_eq!(
            shop.receipts_of(&oid).await?,
            [Receipt::paid(&oid, most + 1)],
            "by hand"
        );
        assert!(shop.notify(&above).await?.is_ok());
        assert_eq!(shop.receipts().await?.len(), 2);
    }
    Ok(())
}

/// Two people decide about one entry: one of them does it, and the other reads who did.
pub async fn of_two_people_who_resolve_one_entry_one_wins(program: Program) -> Result<()> {
    let (_market, shop, oid) = short(program).await?;
    let office = Office::of(&shop)?;
    let deliver = office.form("/reviews/1/deliver").await?;
    let dismiss = office.form("/reviews/1/dismiss").await?;
    let (first, second) = tokio::join!(office.post(&deliver), office.post(&dismiss));
    let statuses = [first?.status, second?.status];
    let told = |status| statuses.contains(&status);
    assert!(
        told(StatusCode::SEE_OTHER) && told(StatusCode::CONFLICT),
        "{statuses:?}"
    );
    // Whoever won, nothing is booked twice, and what is dismissed can be told from what is delivered.
    assert!(shop.receipts_of(&oid).await?.len() <= 1);
    let late = office.read("/reviews/1/deliver").await?;
    assert_eq!(late.status, StatusCode::CONFLICT, "{late:?}");
    Ok(())
}

/// What a page of another site sends, what no page sent, and what was sent before: refused, and nothing done.
pub async fn a_form_from_elsewhere_is_refused(program: Program) -> Result<()> {
    let (_market, shop, oid) = short(program).await?;
    let office = Office::of(&shop)?;
    let form = office.form("/reviews/1/deliver").await?;
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let page = office.post_from(origin, &form).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    let other = office.form("/reviews/1/dismiss").await?;
    let token = |form: &Form| {
        form.fields
            .iter()
            .find(|(name, _)| name == "token")
            .cloned()
    };
    let (_, foreign) = token(&other).context("a token")?;
    for wrong in [
        form.clone().without("token"),
        form.clone().without("token").with("token", ""),
        form.clone().without("token").with("token", &foreign),
    ] {
        let page = office.post(&wrong).await?;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{wrong:?}");
    }
    assert_eq!(
        (
            shop.state(&oid).await?.as_str(),
            shop.receipts().await?.len()
        ),
        ("review", 0)
    );
    assert_eq!(office.post(&form).await?.status, StatusCode::SEE_OTHER);
    assert_eq!(office.post(&form).await?.status, StatusCode::FORBIDDEN);
    assert_eq!(shop.receipts().await?.len(), 1);
    Ok(())
}

/// Two parts, a third that would be too much, and a form that is sent twice.
pub async fn no_more_is_refunded_than_was_paid(program: Program) -> Result<()> {
    let (market, shop, oid) = paid(program).await?;
    let office = Office::of(&shop)?;
    for part in ["10,00", "24.06"] {
        let form = office
            .form(&format!("/orders/{oid}/refund?amount={part}"))
            .await?;
        let done = office.post(&form).await?;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{part}: {done:?}");
        let again = office.post(&form).await?;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "{part}");
    }
    // The pages do not even offer it; a form that was made before is refused by the ledger.
    let too_much = office
        .read(&format!("/orders/{oid}/refund?amount=0,51"))
        .await?;
    assert!(too_much.status.is_client_error(), "{too_much:?}");
    let last = format!("/orders/{oid}/refund?amount=0,50");
    let (one, other) = (office.form(&last).await?, office.form(&last).await?);
    let (first, second) = tokio::join!(office.post(&one), office.post(&other));
    let statuses = [first?.status, second?.status];
    assert!(statuses.contains(&StatusCode::SEE_OTHER), "{statuses:?}");
    assert!(
        statuses.iter().any(StatusCode::is_client_error),
        "{statuses:?}"
    );

    assert_eq!(refunds_at_paytr(&market, &oid).await?, [1_000, 2_406, 50]);
    let state = shop.get(&format!("/paytr/orders/{oid}")).await?.json()?;
    assert_eq!(
        state.get("refunded").and_then(serde_json::Value::as_u64),
        Some(3_456),
        "{state}"
    );
    Ok(())
}

/// Whatever moment of a refund a shop is killed in, PayTR executes it once at most, and what PayTR executed is
/// in the ledger when PayTR was asked.
pub async fn a_kill_at_any_moment_of_a_refund_sends_it_once_and_loses_nothing(
    program: Program,
) -> Result<()> {
    const MOMENTS: u64 = 8;
    let market = Market::open(program).await?;
    let (mut executed, mut lost) = (0, 0);
    for moment in 0..MOMENTS {
        let mut shop = market.shop().with_office().start().await?;
        let oid = paid_order(&market, &shop).await?;
        let office = Office::of(&shop)?;
        let form = office
            .form(&format!("/orders/{oid}/refund?amount=34,56"))
            .await?;
        let posted = {
            let (office, form) = (Office::of(&shop)?, form.clone());
            tokio::spawn(async move { office.post(&form).await })
        };
        tokio::time::sleep(Duration::from_millis(moment * 4)).await;
        shop.kill();
        // Its connection is cut, or it was answered before.
        let answered = posted.await?.ok();
        drop(shop);

        let shop = market.shop().with_office().start().await?;
        let office = Office::of(&shop)?;
        // The browser sends the same form to the shop that is back: its token is not known any more.
        let replayed = office.post(&form).await?;
        assert_eq!(replayed.status, StatusCode::FORBIDDEN, "{replayed:?}");
        let at_paytr = refunds_at_paytr(&market, &oid).await?;
        assert!(at_paytr.len() <= 1, "sent twice: {at_paytr:?}");
        let undecided = office.read("/refunds").await?;
        if undecided.html.contains(&oid) {
            ask(&office, &undecided, &oid).await?;
        }
        let refunded = eventually("the ledger is read", async || {
            let state = shop.get(&format!("/paytr/orders/{oid}")).await?.json()?;
            Ok(Some(
                state.get("refunded").and_then(serde_json::Value::as_u64),
            ))
        })
        .await?;
        if at_paytr.is_empty() {
            assert_eq!(refunded, None, "moment {moment}");
            // What is reserved and not sent still counts, until a person looks.
            lost += u64::from(undecided.html.contains(&oid));
        } else {
            assert_eq!(refunded, Some(3_456), "moment {moment}");
            executed += 1;
        }
        if answered.is_some_and(|page| page.status == StatusCode::SEE_OTHER) {
            assert_eq!(at_paytr, [3_456], "moment {moment}");
        }
    }
    // Some were killed too late to be stopped.
    assert!(
        executed > 0,
        "no refund reached PayTR, {lost} were reserved"
    );
    Ok(())
}

/// Which part cannot take payments, and that it is none.
pub async fn a_shop_says_that_it_is_ready(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let ready = shop.get("/ready").await?;
    assert_eq!(ready.status, 200, "{ready:?}");
    let is_ready = ready
        .json()?
        .get("ready")
        .and_then(serde_json::Value::as_bool);
    assert_eq!(is_ready, Some(true), "{ready:?}");
    Ok(())
}

/// Asks PayTR about the refund of an order, by the button of the page.
async fn ask(office: &Office, undecided: &Page, oid: &str) -> Result<()> {
    let (_, row) = undecided.html.split_once(oid).context("the refund's row")?;
    let page = Page {
        status: undecided.status,
        html: row.to_owned(),
    };
    let asked = office.post(&page.form()?).await?;
    ensure!(!asked.status.is_server_error(), "{asked:?}");
    Ok(())
}

/// What PayTR lists as refunds of an order, in minor units.
async fn refunds_at_paytr(market: &Market, oid: &str) -> Result<Vec<u64>> {
    let credentials = Credentials::new(MERCHANT_ID, KEY, SALT)?;
    let base_url = BaseUrl::new(market.sandbox().base_url())?;
    let client = PaytrClient::builder(credentials)
        .base_url(base_url)
        .build()?;
    let status = client.status(&MerchantOid::new(oid)?).await?;
    let returns = status.returns.iter();
    Ok(returns.map(|entry| entry.amount.minor_units()).collect())
}
