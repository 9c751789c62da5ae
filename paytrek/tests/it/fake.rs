//! The fake behaves as Paytrek is documented to, so that tests on it mean something.

use std::time::Duration;

use paytrek::api::{DirectCharge, InstalmentQuery, NextStep, SaveCard};
use paytrek::card::{CardForm, ExpiredCards, TestCard, YearMonth};
use paytrek::testing::FakePaytrek;
use paytrek::{Credentials, Decimal, PaytrekClient, PaytrekError, SaleStatus};

use crate::common::{card, sale_of};

fn http() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn strangers_and_other_content_types_are_refused() {
    let fake = FakePaytrek::start().await.unwrap();
    let wrong = Credentials::new(FakePaytrek::API_KEY, "another-secret-1").unwrap();
    let client = PaytrekClient::new(fake.host().clone(), wrong).unwrap();
    let error = client.create_sale(&sale_of("A")).await.unwrap_err();
    assert!(matches!(&error, PaytrekError::Refused(refusal) if refusal.status == 401));
    let url = format!("{}/api/v2/vault/", fake.host());
    let bare = http()
        .get(&url)
        .header("authorization", fake.credentials().authorization());
    assert_eq!(bare.send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_path_without_its_slash_is_a_redirect() {
    let fake = FakePaytrek::start().await.unwrap();
    let url = format!("{}/api/v2/sale", fake.host());
    let answer = http().post(&url).body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 301);
    assert_eq!(answer.headers()["location"], "/api/v2/sale/");
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_direct_charge_is_a_paid_sale_at_once() {
    let fake = FakePaytrek::start().await.unwrap();
    let charge = DirectCharge::new(sale_of("A"), card()).save_card(SaveCard::Yes);
    let answer = fake.client().unwrap().direct_charge(&charge).await.unwrap();
    assert_eq!(answer.sale.status, SaleStatus::Paid);
    assert_eq!(
        answer.sale.financial_status.as_deref(),
        Some("Ready to Send")
    );
    assert!(answer.charge.succeeded && answer.charge.card_token.is_some());
    assert_eq!(answer.charge.number.as_deref(), Some("450803******4509"));
    assert_eq!(answer.charge.next_step(), NextStep::ReadSale);
}

#[tokio::test]
async fn a_security_code_chooses_the_decline() {
    let fake = FakePaytrek::start().await.unwrap();
    let today = YearMonth::new(2026, 11).unwrap();
    for (id, cvc, code) in [("A", "020", "10020"), ("B", "777", "10033")] {
        let form = CardForm {
            cvc,
            ..TestCard::YapiKredi.form()
        };
        let card = form.check(today, ExpiredCards::AllowTestCards).unwrap();
        let charge = DirectCharge::new(sale_of(id), card);
        let answer = fake.client().unwrap().direct_charge(&charge).await.unwrap();
        let NextStep::Declined(error) = answer.charge.next_step() else {
            panic!("{answer:?}")
        };
        assert_eq!(error.code.as_ref().unwrap().as_str(), code);
        let sale = fake.sale(&answer.sale.sale_token).unwrap();
        assert_eq!(sale.status, SaleStatus::Created);
        let noted = sale.transactions[0].paytrek_error.as_ref().unwrap();
        assert_eq!(noted.code.as_ref().unwrap().as_str(), code);
    }
}

#[tokio::test]
async fn a_sale_cannot_be_paid_after_an_hour() {
    let fake = FakePaytrek::start().await.unwrap();
    let sale = fake
        .client()
        .unwrap()
        .create_sale(&sale_of("A"))
        .await
        .unwrap();
    fake.advance(Duration::from_mins(61));
    assert!(fake.pay(&sale.sale_token, TestCard::Isbank).is_err());
    let page = http()
        .get(fake.host().hosted_page(&sale.sale_token))
        .send()
        .await
        .unwrap();
    let html = page.text().await.unwrap();
    assert!(
        html.contains("id=\"closed\"") && !html.contains("id=\"pay\""),
        "{html}"
    );
}

#[tokio::test]
async fn the_hosted_page_takes_a_card_and_sends_the_buyer_back() {
    let fake = FakePaytrek::start().await.unwrap();
    let sale = fake
        .client()
        .unwrap()
        .create_sale(&sale_of("A"))
        .await
        .unwrap();
    let token = sale.sale_token.as_str();
    let pay = |cvc: &'static str| {
        let form = format!(
            "token={token}&number=4508+0345+0803+4509&expiration=12%2F2030&cvc={cvc}&card_holder_name=A+B"
        );
        let request = http().post(format!("{}/", fake.host())).body(form);
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
    };
    let declined = pay("020").await.unwrap();
    assert_eq!(declined.status(), 200);
    assert!(declined.text().await.unwrap().contains("limitini"));
    let paid = pay("000").await.unwrap();
    assert_eq!(paid.status(), 303);
    let back = format!("https://shop.example/return/A?token={token}");
    assert_eq!(paid.headers()["location"].to_str().unwrap(), back);
    assert_eq!(
        fake.sale(&sale.sale_token).unwrap().status,
        SaleStatus::Paid
    );
    let unknown = http()
        .get(format!("{}/?token=x", fake.host()))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn a_buyer_who_leaves_is_sent_back_too() {
    let fake = FakePaytrek::start().await.unwrap();
    let sale = fake
        .client()
        .unwrap()
        .create_sale(&sale_of("A"))
        .await
        .unwrap();
    let leave = format!("{}/leave/{}", fake.host(), sale.sale_token.as_str());
    let answer = http().get(leave).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(
        fake.sale(&sale.sale_token).unwrap().status,
        SaleStatus::Created
    );
}

#[tokio::test]
async fn instalments_are_offered() {
    let fake = FakePaytrek::start().await.unwrap();
    let amount: Decimal = "123.00".parse().unwrap();
    let query = InstalmentQuery::new(amount).bin("510118");
    let table = fake.client().unwrap().instalments(&query).await.unwrap();
    assert_eq!((table.amount, table.banks[0].options.len()), (amount, 6));
    let six = &table.banks[0].options[5];
    assert_eq!(
        six.total_amount.hundredths() - six.commission.hundredths(),
        12_300
    );
}
