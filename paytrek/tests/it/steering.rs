//! The control API: what a test in another language does to the fake.

use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{PaytrekError, SaleStatus};
use serde_json::{Value, json};

use crate::common::sale_of;

struct Steering {
    fake: FakePaytrek,
    http: reqwest::Client,
}

impl Steering {
    async fn start() -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let fake = FakePaytrek::start().await.unwrap();
        Self { fake, http }
    }

    async fn open(&self, order: &str) -> paytrek::api::Sale {
        let client = self.fake.client().unwrap();
        client.create_sale(&sale_of(order)).await.unwrap()
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/_fake{path}", self.fake.host());
        self.http.request(method.parse().unwrap(), url)
    }

    /// What a call answers, with its status. The content type is the one of `curl -d`.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self
            .request(method, path)
            .header("content-type", "application/x-www-form-urlencoded");
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = request.body(text).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap())
    }
}

#[tokio::test]
async fn a_sale_is_paid_by_its_token_or_by_the_number_of_its_order() {
    let steering = Steering::start().await;
    let one = steering.open("A").await.sale_token;
    let path = format!("/sales/{}/pay", one.as_str());
    let (status, sale) = steering.call("POST", &path, Value::Null).await;
    assert_eq!(
        (status, &sale["status"], &sale["declined"]),
        (200, &json!("Paid"), &Value::Null)
    );
    let two = steering.open("B").await.sale_token;
    let card = json!({ "card": "akbank" });
    let (_, sale) = steering.call("POST", "/sales/B/pay", card).await;
    assert_eq!(
        (&sale["sale_token"], &sale["status"]),
        (&json!(two.as_str()), &json!("Paid"))
    );
    assert_eq!(steering.fake.sale(&two).unwrap().status, SaleStatus::Paid);
    let (_, listed) = steering.call("GET", "/sales?order=B", Value::Null).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let (_, listed) = steering.call("GET", "/sales", Value::Null).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_code_declines_and_a_wrong_password_at_the_bank_ends_the_sale_as_declined() {
    let steering = Steering::start().await;
    let declined = json!({ "card": "4508034508034509", "cvc": "020" });
    steering.open("A").await;
    let (status, sale) = steering.call("POST", "/sales/A/pay", declined).await;
    assert_eq!(
        (status, &sale["declined"]["error_code"]),
        (200, &json!("10020"))
    );
    assert_eq!(sale["status"], "Created");
    // Only a sale that asks for 3-D Secure leads to the bank.
    let client = steering.fake.client().unwrap();
    let secure = sale_of("B").three_d_secure(paytrek::api::ThreeDSecure::Ask);
    client.create_sale(&secure).await.unwrap();
    let wrong = json!({ "card": "finansbank", "password": "b" });
    let (_, sale) = steering.call("POST", "/sales/B/pay", wrong).await;
    assert_eq!(
        (&sale["declined"]["error_code"], &sale["status"]),
        (&json!("40006"), &json!("Declined"))
    );
}

#[tokio::test]
async fn a_status_a_fault_and_the_clock_are_set_over_http() {
    let steering = Steering::start().await;
    let sale = steering.open("A").await.sale_token;
    let status = json!({ "status": "Ready to Send" });
    steering.call("PUT", "/sales/A/status", status).await;
    assert_eq!(
        steering.fake.sale(&sale).unwrap().status,
        SaleStatus::ReadyToSend
    );

    let fault = json!({ "resource": "sale", "fault": "refuse" });
    assert_eq!(steering.call("POST", "/faults", fault.clone()).await.0, 200);
    let client = steering.fake.client().unwrap();
    let refused = client.create_sale(&sale_of("B")).await.unwrap_err();
    assert!(!matches!(refused, PaytrekError::Invalid(_)), "{refused}");
    steering.call("POST", "/faults", fault).await;
    steering.call("DELETE", "/faults", Value::Null).await;
    client.create_sale(&sale_of("B")).await.unwrap();

    let hours = json!({ "seconds": 3601 });
    steering.call("POST", "/clock/advance", hours).await;
    let (_, late) = steering.call("POST", "/sales/B/pay", Value::Null).await;
    assert_eq!(late["declined"]["error_code"], "30002");
}

#[tokio::test]
async fn what_it_saw_is_listed_without_a_card_and_forgotten_by_a_reset() {
    let steering = Steering::start().await;
    let charge = paytrek::api::DirectCharge::new(sale_of("A"), crate::common::card());
    steering
        .fake
        .client()
        .unwrap()
        .direct_charge(&charge)
        .await
        .unwrap();
    let (_, seen) = steering.call("GET", "/requests", Value::Null).await;
    assert_eq!(
        (&seen[0]["resource"], &seen[0]["status"]),
        (&json!("direct_charge"), &json!(200))
    );
    let fields = seen[0]["fields"].as_array().unwrap();
    assert!(
        fields.contains(&json!("number")) && fields.contains(&json!("cvc")),
        "{fields:?}"
    );
    assert!(!seen.to_string().contains("4508034508034509"), "{seen}");
    let (_, overview) = steering.call("GET", "", Value::Null).await;
    assert_eq!(
        (&overview["sales"], &overview["requests"]),
        (&json!(1), &json!(1))
    );

    steering.call("POST", "/reset", Value::Null).await;
    let (_, overview) = steering.call("GET", "", Value::Null).await;
    assert_eq!(
        (&overview["sales"], &overview["requests"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(steering.call("GET", "/sales/A", Value::Null).await.0, 404);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_would() {
    let steering = Steering::start().await;
    steering.open("A").await;
    for (method, path, body, status, told) in [
        ("POST", "/sales/B/pay", Value::Null, 404, "sale"),
        (
            "POST",
            "/sales/A/pay",
            json!({ "card": "gold" }),
            422,
            "isbank",
        ),
        (
            "POST",
            "/sales/A/pay",
            json!({ "crad": "isbank" }),
            422,
            "crad",
        ),
        ("PUT", "/sales/A/status", json!({}), 422, "status"),
        (
            "POST",
            "/faults",
            json!({ "resource": "sale", "fault": "no" }),
            422,
            "lose_answer",
        ),
        (
            "PUT",
            "/used-orders",
            json!({ "used_orders": "no" }),
            422,
            "charge",
        ),
        (
            "POST",
            "/clock/advance",
            json!({ "seconds": -1 }),
            422,
            "u32",
        ),
        ("POST", "/plans/x/y/charge", Value::Null, 404, "plan"),
    ] {
        let (refused, answer) = steering.call(method, path, body).await;
        let error = answer["error"].as_str().unwrap();
        assert!(
            refused == status && error.contains(told),
            "{path}: {refused} {error}"
        );
    }
    let names: std::collections::BTreeSet<_> = Fault::ALL.map(Fault::name).into();
    assert_eq!(names.len(), Fault::ALL.len());
}

/// A page that a developer visits must not pay orders on the fake that runs beside the browser.
#[tokio::test]
async fn pages_of_other_sites_and_foreign_names_cannot_steer_it() {
    let steering = Steering::start().await;
    let sale = steering.open("A").await.sale_token;
    for (header, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("host", "evil.example", 421),
    ] {
        let request = steering
            .request("POST", "/sales/A/pay")
            .header(header, value);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{header}: {value}");
    }
    assert_eq!(
        steering.fake.sale(&sale).unwrap().status,
        SaleStatus::Created
    );
    // A link may lead here: looking changes nothing.
    let look = steering
        .request("GET", "")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(look.send().await.unwrap().status(), 200);
    let own = steering.fake.host().to_string();
    let request = steering
        .request("POST", "/sales/A/pay")
        .header("origin", own);
    assert_eq!(request.send().await.unwrap().status(), 200);
}
