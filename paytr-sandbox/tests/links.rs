//! Payment links: made, paid several times, told to their callback address, sold out and deleted.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use base64::Engine as _;
use paytr_core::api::{CallbackTarget, CreateLink, CreatedLink, LinkKind};
use paytr_core::callback::{CallbackId, LinkCallback};
use paytr_core::{Currency, IdForm, Keyring, Money, PaytrError};
use paytr_sandbox::{OrderState, Sandbox, TestCard};
use support::endpoints::{Form, body, send};
use support::{LIMIT, Shop, client};

async fn sandbox_with_shop() -> (Sandbox, Shop) {
    let shop = Shop::answering(Vec::new()).await;
    let sandbox = Sandbox::builder().link_notify_url(&shop.url).start().await;
    (sandbox.unwrap(), shop)
}

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

fn told(mut link: CreateLink) -> CreateLink {
    let id = CallbackId::new("CALLBACK1").unwrap();
    link.callback = Some(CallbackTarget::new("https://shop.example/links", id));
    link
}

/// Fills in the form of the link and gives the order id it was opened under.
async fn open(sandbox: &Sandbox, link: &CreatedLink, fields: &[(&str, &str)]) -> Option<String> {
    let mut form: Form = vec![
        ("user_name".into(), "Ayşe Yılmaz".into()),
        ("email".into(), "a@example.com".into()),
    ];
    form.extend(
        fields
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    );
    let path = link.url.strip_prefix(sandbox.base_url()).unwrap();
    let reply = send(sandbox, &format!("{path}/pay"), &form).await;
    let location = reply
        .headers()
        .get("location")?
        .to_str()
        .unwrap()
        .to_owned();
    location.contains("/odeme/guvenli/").then_some(())?;
    Some(sandbox.orders().pop()?.merchant_oid)
}

#[tokio::test]
async fn a_product_is_paid_until_it_is_sold_out_and_each_payment_is_told_once() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let kind = LinkKind::Product {
        min_count: 1,
        max_count: Some(3),
    };
    let link = told(CreateLink::new("Defter", lira(1_445), kind));
    let link = client(&sandbox).create_link(&link).await.unwrap();
    for (count, total) in [("1", 1_445), ("2", 2_890)] {
        let order = open(&sandbox, &link, &[("count", count)]).await.unwrap();
        sandbox.pay(&order, TestCard::FraudAlert).unwrap();
        sandbox.pay(&order, TestCard::Visa).unwrap();
        let paid = sandbox
            .wait_until_acknowledged(&order, LIMIT)
            .await
            .unwrap();
        assert!(matches!(paid.state, OrderState::Paid { total: paid, .. } if paid == total));
    }
    assert_eq!(open(&sandbox, &link, &[("count", "1")]).await, None);
    let ids = shop.field("callback_id");
    assert_eq!(ids, vec![Some("CALLBACK1".to_owned()); 2]);
    assert_eq!(shop.statuses(), ["success", "success"]);
    let orders = shop.field("merchant_oid");
    assert_ne!(orders[0], orders[1]);
    let keyring = Keyring::new(sandbox.credentials());
    let body = body(&shop, "callback_id");
    let form = IdForm::existing("CALLBACK", 9).unwrap();
    LinkCallback::verify(&keyring, &form, body.as_bytes()).unwrap();
}

#[tokio::test]
async fn two_open_pages_cannot_sell_the_last_piece_twice() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let kind = LinkKind::Product {
        min_count: 1,
        max_count: Some(1),
    };
    let link = client(&sandbox);
    let link = link
        .create_link(&CreateLink::new("Defter", lira(1_445), kind))
        .await
        .unwrap();
    let first = open(&sandbox, &link, &[]).await.unwrap();
    let second = open(&sandbox, &link, &[]).await.unwrap();
    assert_ne!(first, second);
    sandbox.pay(&first, TestCard::Visa).unwrap();
    assert!(sandbox.pay(&second, TestCard::Visa).is_err());
}

#[tokio::test]
async fn a_collection_is_paid_once_and_can_be_refunded_by_its_order_id() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let client = client(&sandbox);
    let link = CreateLink::new("Aidat", lira(10_000), LinkKind::collection("a@example.com"));
    let link = client.create_link(&told(link)).await.unwrap();
    let order = open(&sandbox, &link, &[]).await.unwrap();
    sandbox.pay(&order, TestCard::Troy).unwrap();
    sandbox
        .wait_until_acknowledged(&order, LIMIT)
        .await
        .unwrap();
    assert_eq!(open(&sandbox, &link, &[]).await, None);
    let order = support::oid(&order);
    let status = client.status(&order).await.unwrap();
    assert_eq!(status.payment_total, lira(10_000));
    let refund = paytr_core::api::Refund::new(order, lira(10_000));
    client.send(&refund).await.unwrap();
}

#[tokio::test]
async fn a_flexible_link_takes_what_lies_between_its_prices() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let link = CreateLink::new("Bağış", lira(1_000), LinkKind::flex(lira(5_000)));
    let link = client(&sandbox).create_link(&link).await.unwrap();
    for (amount, is_taken) in [
        ("9.99", false),
        ("10", true),
        ("50,00", true),
        ("50.01", false),
    ] {
        let opened = open(&sandbox, &link, &[("amount", amount)]).await;
        assert_eq!(opened.is_some(), is_taken, "{amount}");
    }
}

#[tokio::test]
async fn interest_free_instalments_cost_the_buyer_nothing_extra() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let mut link = CreateLink::new("Dolap", lira(100_000), LinkKind::product());
    link.interest_free_up_to = Some(3);
    let link = client(&sandbox).create_link(&link).await.unwrap();
    for (count, total) in [(3, 100_000), (4, 106_000)] {
        let order = open(&sandbox, &link, &[]).await.unwrap();
        sandbox
            .pay_in_installments(&order, TestCard::Visa, count)
            .unwrap();
        let state = sandbox.order(&order).unwrap().state;
        assert_eq!(
            state,
            OrderState::Paid {
                total,
                installments: count
            }
        );
    }
}

#[tokio::test]
async fn links_are_sent_and_deleted() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let client = client(&sandbox);
    let mut request = CreateLink::new("Defter", lira(1_445), LinkKind::product());
    request.qr_code = true;
    let link = client.create_link(&request).await.unwrap();
    let png = base64::engine::general_purpose::STANDARD.decode(link.qr_code.as_ref().unwrap());
    assert!(png.unwrap().starts_with(b"\x89PNG\r\n"));
    client
        .send_link_by_sms(&link.id, "05001112233")
        .await
        .unwrap();
    client
        .send_link_by_email(&link.id, "a@example.com")
        .await
        .unwrap();

    let other = client.create_link(&request).await.unwrap();
    let unknown = paytr_core::api::LinkId::new("nothing").unwrap();
    let deleted = client
        .delete_links(&[link.id.clone(), other.id.clone(), unknown])
        .await
        .unwrap();
    assert_eq!(deleted.deleted, [link.id.as_str(), other.id.as_str()]);
    assert_eq!(deleted.not_deleted, ["nothing"]);
    let refused = client
        .delete_links(std::slice::from_ref(&link.id))
        .await
        .unwrap_err();
    assert!(matches!(refused, PaytrError::Refused(_)), "{refused:?}");
    assert!(
        client
            .send_link_by_sms(&link.id, "05001112233")
            .await
            .is_err()
    );
    assert_eq!(open(&sandbox, &link, &[]).await, None);
}

async fn control(sandbox: &Sandbox, path: &str, body: &'static str) -> (u16, serde_json::Value) {
    let url = format!("{}/_sandbox/{path}", sandbox.base_url());
    let reply = support::http().post(url).body(body).send().await.unwrap();
    let status = reply.status().as_u16();
    let body = reply.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn the_control_api_lists_links_and_pays_them() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let client = client(&sandbox);
    let kind = LinkKind::Product {
        min_count: 1,
        max_count: Some(3),
    };
    let product = told(CreateLink::new("Defter", lira(1_445), kind));
    let product = client.create_link(&product).await.unwrap().id;
    let flex = CreateLink::new("Bağış", lira(1_000), LinkKind::flex(lira(5_000)));
    let flex = client.create_link(&flex).await.unwrap().id;

    let path = format!("links/{product}/pay");
    let (status, order) = control(&sandbox, &path, r#"{"card": "visa", "count": 2}"#).await;
    assert_eq!(status, 200, "{order}");
    assert_eq!(order["state"]["total"], 2_890);
    let id = order["merchant_oid"].as_str().unwrap();
    sandbox.wait_until_acknowledged(id, LIMIT).await.unwrap();
    assert_eq!(shop.field("callback_id"), [Some("CALLBACK1".to_owned())]);
    let declined = control(&sandbox, &path, r#"{"card": "decline-11"}"#).await;
    assert_eq!(declined.1["state"]["code"], "11");
    let too_many = control(&sandbox, &path, r#"{"card": "visa", "count": 2}"#).await;
    assert_eq!(too_many.0, 422, "{}", too_many.1);
    assert_eq!(control(&sandbox, &path, r#"{"card": "visa"}"#).await.0, 200);
    let (status, sold_out) = control(&sandbox, &path, r#"{"card": "visa"}"#).await;
    assert_eq!(
        (status, &sold_out["error"]),
        (409, &"the link is sold out".into())
    );

    let path = format!("links/{flex}/pay");
    let paid = control(&sandbox, &path, r#"{"card": "troy", "amount": 5000}"#).await;
    assert_eq!(paid.1["state"]["total"], 5_000);
    for body in [r#"{"card": "troy", "amount": 5001}"#, r#"{"card": "troy"}"#] {
        assert_eq!(control(&sandbox, &path, body).await.0, 422, "{body}");
    }

    let url = format!("{}/_sandbox/links", sandbox.base_url());
    let links = support::http().get(url).send().await.unwrap();
    let links: serde_json::Value = serde_json::from_slice(&links.bytes().await.unwrap()).unwrap();
    assert_eq!(links[0]["id"], product.as_str());
    assert_eq!(
        (&links[0]["state"], &links[0]["sold"]),
        (&"sold out".into(), &3.into())
    );
    assert_eq!(
        (&links[1]["state"], &links[1]["kind"]),
        (&"open".into(), &"flex".into())
    );
}
