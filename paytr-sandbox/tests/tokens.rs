//! Every endpoint checks its token; and the two that only look things up.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::MerchantOid;
use paytr_sandbox::{Sandbox, TestCard};
use support::endpoints::{Form, json};
use support::{client, oid};

#[tokio::test]
async fn bins_and_rates_are_those_of_the_payment_pages() {
    let sandbox = support::sandbox().await;
    let client = client(&sandbox);
    let visa = paytr_core::api::BinLookup::new("43550843").unwrap();
    let reply = client.bin(&visa).await.unwrap();
    assert_eq!(reply.detail().unwrap().bank.as_deref(), Some("Akbank"));
    let foreign = paytr_core::api::BinLookup::new("400000").unwrap();
    assert!(client.bin(&foreign).await.unwrap().detail().is_none());

    let request = paytr_core::api::InstallmentRates::new("r1").unwrap();
    let rates = client.installment_rates(&request).await.unwrap();
    let rate = rates
        .rate(&paytr_core::wire::CardProgram::World, 3)
        .unwrap();
    let order = MerchantOid::new("R1").unwrap();
    client
        .iframe_token(&support::card(order.as_str()))
        .await
        .unwrap();
    sandbox
        .pay_in_installments("R1", TestCard::Visa, 3)
        .unwrap();
    let status = client.status(&oid("R1")).await.unwrap();
    assert_eq!(rate.to_string(), "4.50");
    assert_eq!(status.payment_total.minor_units(), 3_456 + 156);
}

type Fields = &'static [(&'static str, &'static str)];

const SPAN: Fields = &[
    ("start_date", "2026-06-01 00:00:00"),
    ("end_date", "2026-06-02 00:00:00"),
];
const DAYS: Fields = &[("start_date", "2026-06-01"), ("end_date", "2026-06-02")];
const LINK: Fields = &[
    ("id", "ABC1234"),
    ("cell_phone", "05001112233"),
    ("email", "a@example.com"),
];
const TRANSFER: Fields = &[
    ("merchant_oid", "A1"),
    ("trans_id", "T1"),
    ("submerchant_amount", "1"),
    ("total_amount", "2"),
    ("transfer_name", "Ali Veli"),
    ("transfer_iban", "TR330006100519786457841326"),
];
const PRODUCT: Fields = &[
    ("name", "Defter"),
    ("price", "1445"),
    ("currency", "TL"),
    ("max_installment", "12"),
    ("link_type", "product"),
    ("lang", "tr"),
    ("min_count", "1"),
];
/// Path, fields without a token, and the error code that PayTR documents for a wrong one.
const CASES: [(&str, Fields, Option<&str>); 16] = [
    ("/odeme/capi/list", &[("utoken", "u")], None),
    (
        "/odeme/capi/delete",
        &[("utoken", "u"), ("ctoken", "c")],
        None,
    ),
    ("/odeme/api/bin-detail", &[("bin_number", "435508")], None),
    (
        "/odeme/taksit-oranlari",
        &[("request_id", "r")],
        Some("003"),
    ),
    (
        "/odeme/iade",
        &[("merchant_oid", "A1"), ("return_amount", "1.00")],
        Some("004"),
    ),
    ("/odeme/durum-sorgu", &[("merchant_oid", "A1")], Some("003")),
    ("/rapor/islem-dokumu", SPAN, Some("003")),
    ("/rapor/odeme-dokumu", DAYS, Some("003")),
    ("/rapor/odeme-dokumu/", DAYS, Some("003")),
    (
        "/rapor/odeme-detayi",
        &[("date", "2026-06-01")],
        Some("003"),
    ),
    ("/odeme/api/link/create", PRODUCT, None),
    ("/odeme/api/link/delete", LINK, None),
    ("/odeme/api/link/send-sms", LINK, None),
    ("/odeme/api/link/send-email", LINK, None),
    ("/odeme/platform/transfer", TRANSFER, Some("004")),
    ("/odeme/geri-donen-transfer", SPAN, Some("004")),
];

#[tokio::test]
async fn wrong_tokens_are_refused_by_every_endpoint() {
    let sandbox = Sandbox::builder().store_kind(paytr_sandbox::StoreKind::Marketplace);
    let sandbox = sandbox.start().await.unwrap();
    for (path, fields, code) in CASES {
        for token in [
            None,
            Some("AAAA"),
            Some("4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E="),
        ] {
            let merchant = (
                "merchant_id",
                sandbox.credentials().merchant_id().to_string(),
            );
            let mut form: Form = vec![(merchant.0.to_owned(), merchant.1)];
            form.extend(
                fields
                    .iter()
                    .map(|(name, value)| ((*name).into(), (*value).into())),
            );
            form.extend(token.map(|token| ("paytr_token".to_owned(), token.to_owned())));
            let reply = json(&sandbox, path, &form).await;
            let text = reply["err_msg"]
                .as_str()
                .or(reply["reason"].as_str())
                .unwrap();
            assert!(
                text.starts_with("paytr_token gonderilmedi veya gecersiz"),
                "{path}: {reply}"
            );
            assert_eq!(reply["err_no"].as_str(), code, "{path}: {reply}");
        }
    }
    let cashout = vec![
        (
            "merchant_id".to_owned(),
            sandbox.credentials().merchant_id().to_string(),
        ),
        ("trans_id".to_owned(), "C1".to_owned()),
    ];
    assert_eq!(
        json(&sandbox, "/odeme/hesaptan-gonder", &cashout).await["err_no"],
        "201"
    );
}

#[tokio::test]
async fn the_table_of_behaviours_is_served_for_people_and_for_machines() {
    let sandbox = support::sandbox().await;
    let get = async |path: &str| {
        let url = format!("{}{path}", sandbox.base_url());
        support::http()
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let rows: serde_json::Value =
        serde_json::from_str(&get("/_sandbox/behaviours.json").await).unwrap();
    let page = get("/_sandbox/behaviours").await;
    assert_eq!(
        rows.as_array().unwrap().len(),
        paytr_sandbox::behaviours().count()
    );
    assert_eq!(
        page.matches("<tr>").count(),
        paytr_sandbox::behaviours().count() + 1
    );
    assert!(!page.contains('`') && page.contains("/odeme/hesaptan-gonder"));
}
