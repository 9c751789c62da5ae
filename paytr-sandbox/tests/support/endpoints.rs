//! What the tests of single endpoints share.

use paytr_core::api::{Buyer, DirectOrder, DirectPayment};
use paytr_core::credentials::SignedPart;
use paytr_core::wire::DateTime;
use paytr_core::{Basket, Currency};
use paytr_sandbox::Sandbox;
use serde_json::Value;

use super::{Fields, Shop, oid};

/// A client that shows a redirect instead of following it.
fn http() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy();
    let client = client.redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

pub const OK_URL: &str = "http://127.0.0.1:3000/ok";
pub const FAIL_URL: &str = "http://127.0.0.1:3000/fail";

pub type Form = Vec<(String, String)>;

pub fn direct_order(id: &str, minor_units: u64) -> DirectOrder {
    let basket = Basket::new(Currency::TRY)
        .item("Kalem", minor_units, 1)
        .unwrap();
    let ip = "88.255.10.20".parse().unwrap();
    let buyer = Buyer::new(ip, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
    DirectOrder::new(oid(id), basket, buyer, OK_URL, FAIL_URL)
}

pub fn direct_payment(id: &str, minor_units: u64) -> DirectPayment {
    DirectPayment::new(direct_order(id, minor_units))
}

/// What a token of get-token for a card covers.
pub const CARD: &[&str] = &[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "user_basket",
    "no_installment",
    "max_installment",
    "currency",
    "test_mode",
];

/// What a token of the Direct API covers.
pub const DIRECT: &[&str] = &[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "installment_count",
    "currency",
    "test_mode",
    "non_3d",
];

pub fn set(form: &mut Form, name: &str, value: &str) {
    form.retain(|(known, _)| known != name);
    form.push((name.to_owned(), value.to_owned()));
}

/// Signs the form anew, as a shop does that wrote these values.
pub fn sign(form: &mut Form, covered: &[&str], sandbox: &Sandbox) {
    let value = |name: &&str| {
        let field = form.iter().find(|(known, _)| known == name);
        field.map_or("", |(_, value)| value.as_str())
    };
    let fields = covered.iter().map(value);
    let mut message: Vec<_> = fields
        .map(|value| SignedPart::Field(value.as_bytes()))
        .collect();
    message.push(SignedPart::Salt);
    let token = sandbox.credentials().sign(&message).to_base64();
    set(form, "paytr_token", &token);
}

pub async fn send(sandbox: &Sandbox, path: &str, form: &Form) -> reqwest::Response {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let url = format!("{}{path}", sandbox.base_url());
    let request = http()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    request.send().await.unwrap()
}

pub async fn json(sandbox: &Sandbox, path: &str, form: &Form) -> Value {
    let reply = send(sandbox, path, form).await;
    assert_eq!(reply.status(), 200, "{path}");
    serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
}

/// The last notification with this field, as it was posted.
pub fn body(shop: &Shop, field: &str) -> String {
    let has = |fields: &Fields| fields.iter().any(|(name, _)| name == field);
    let fields = shop.received().into_iter().rev().find(has).unwrap();
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// What the sandbox's clock shows in Turkey.
pub fn now(sandbox: &Sandbox) -> DateTime {
    let since = sandbox.now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let epoch: DateTime = "1970-01-01 03:00:00".parse().unwrap();
    epoch
        .plus_seconds(i64::try_from(since.as_secs()).unwrap())
        .unwrap()
}

pub fn minor_units(amount: Option<paytr_core::wire::SignedMoney>) -> i64 {
    amount.unwrap().minor_units()
}
