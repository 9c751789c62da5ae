//! `kasapay-paytr` of crates.io: its base URL is the sandbox, and every call of PayTR's that it makes works.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

use std::time::Duration;

use foreign_clients::Shop;
use kasapay_core::{Currency, Money, OrderRef, Provider as _, Status, Webhook as _};
use kasapay_paytr::{CardScheme, Config, Credentials, Notice, PayTr, payment};
use paytr_sandbox::{OrderState, Sandbox, TestCard};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(20);
const KEY: &str = "kasapayKEY123456";
const SALT: &str = "kasapaySALT65432";

struct Bench {
    shop: Shop,
    sandbox: Sandbox,
    paytr: PayTr,
}

async fn bench() -> Bench {
    let shop = Shop::open().await.unwrap();
    let merchant = "000042";
    let sandbox = Sandbox::builder()
        .credentials(paytr_sandbox_credentials(merchant))
        .notify_url(shop.url())
        .start()
        .await
        .unwrap();
    let credentials = Credentials::new(merchant, KEY, SALT);
    let paytr = PayTr::new(Config::at(sandbox.base_url(), credentials).unwrap()).unwrap();
    Bench {
        shop,
        sandbox,
        paytr,
    }
}

fn paytr_sandbox_credentials(merchant: &str) -> paytr_core::Credentials {
    paytr_core::Credentials::new(merchant, KEY, SALT).unwrap()
}

fn lira(text: &str) -> Money {
    Money::parse(text, Currency::Try).unwrap()
}

fn payment(order: &str) -> payment::Payment {
    let payer = payment::Payer {
        email: "ayse@example.com".into(),
        ip: "88.255.10.20".into(),
        name: "Ayşe Yılmaz".into(),
        address: "Bağdat Cad. 1".into(),
        phone: "05350000000".into(),
        success_url: "https://merchant.example/ok".parse().unwrap(),
        failure_url: "https://merchant.example/no".parse().unwrap(),
    };
    payment::Payment::builder(OrderRef::new(order), lira("149.90"), payer)
        .item(payment::BasketItem {
            name: "Kahve".into(),
            price: lira("149.90"),
            quantity: 1,
        })
        .build()
        .unwrap()
}

#[tokio::test]
async fn kasapay_opens_a_payment_and_reads_its_notice_and_its_status() {
    let Bench {
        shop,
        sandbox,
        paytr,
    } = bench().await;
    let opened = paytr.start_payment(&payment("K1")).await.unwrap();
    assert_eq!(opened.status, Status::RequiresAction);
    assert_eq!(
        paytr
            .lookup(&OrderRef::new("K1"))
            .await
            .unwrap()
            .map(|_| ()),
        None
    );

    sandbox
        .pay_in_installments("K1", TestCard::Visa, 3)
        .unwrap();
    let order = sandbox.wait_until_acknowledged("K1", LIMIT).await.unwrap();
    assert!(matches!(
        order.state,
        OrderState::Paid { total: 15_665, .. }
    ));

    let body = shop.bodies().pop().unwrap();
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(body.as_bytes());
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned().into_boxed_str())
    };
    let notice = Notice {
        merchant_oid: field("merchant_oid").unwrap(),
        status: field("status").unwrap(),
        total_amount: field("total_amount").unwrap(),
        hash: field("hash").unwrap(),
        failed_reason_code: field("failed_reason_code"),
        failed_reason_msg: field("failed_reason_msg"),
        payment_amount: field("payment_amount"),
        currency: field("currency"),
        payment_type: field("payment_type"),
        test_mode: field("test_mode"),
    };
    let told = notice.charge(paytr.credentials(), Currency::Try).unwrap();
    assert_eq!(
        (told.status, told.amount),
        (Status::Captured, lira("156.65"))
    );
    assert_eq!(told.order_amount, Some(lira("149.90")));
    assert_eq!(kasapay_paytr::PAYTR, paytr.provider());

    let found = paytr.lookup(&OrderRef::new("K1")).await.unwrap().unwrap();
    assert_eq!(found.amount, lira("156.65"));
    assert_eq!(found.order_amount, Some(lira("149.90")));
}

#[tokio::test]
async fn kasapay_refunds_in_parts_and_lists_them() {
    let Bench { sandbox, paytr, .. } = bench().await;
    let order = OrderRef::new("K2");
    paytr.start_payment(&payment("K2")).await.unwrap();
    let early = paytr.refund(&order, lira("1.00")).await.unwrap_err();
    assert_eq!(early.code(), Some("005"));

    sandbox.pay("K2", TestCard::Troy).unwrap();
    sandbox.wait_until_acknowledged("K2", LIMIT).await.unwrap();
    paytr.refund(&order, lira("49.90")).await.unwrap();
    paytr.refund(&order, lira("100.00")).await.unwrap();
    let over = paytr.refund(&order, lira("0.01")).await.unwrap_err();
    assert_eq!(over.code(), Some("009"));
    let refunds = paytr.refunds(&order).await.unwrap();
    let amounts: Vec<_> = refunds.iter().map(|refund| refund.amount).collect();
    assert_eq!(amounts, [lira("49.90"), lira("100.00")]);
}

#[tokio::test]
async fn kasapay_looks_cards_and_rates_up() {
    let bench = bench().await;
    let paytr = &bench.paytr;
    let card = paytr.bin_details("435508").await.unwrap().unwrap();
    assert_eq!(card.scheme, CardScheme::Visa);
    assert!(paytr.bin_details("411111").await.unwrap().is_none());
    let rates = paytr.instalment_rates("r1", true, true).await.unwrap();
    assert_eq!(rates.max_instalments, Some(12));
    let raw: Value = serde_json::from_str(&rates.raw.to_string()).unwrap();
    assert_eq!(raw["oranlar"]["world"]["taksit_2"], 3.0);
}

#[tokio::test]
async fn kasapay_with_a_wrong_key_is_refused() {
    let Bench { sandbox, .. } = &bench().await;
    let credentials = Credentials::new("000042", "wrongKEY12345678", SALT);
    let paytr = PayTr::new(Config::at(sandbox.base_url(), credentials).unwrap()).unwrap();
    let refused = paytr.start_payment(&payment("K3")).await.unwrap_err();
    let text = "paytr_token gonderilmedi veya gecersiz (get-token)";
    assert!(refused.to_string().contains(text), "{refused}");
    let refused = paytr.refund(&OrderRef::new("K3"), lira("1.00")).await;
    assert_eq!(refused.unwrap_err().code(), Some("004"));
}
