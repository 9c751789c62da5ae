//! The description of the API, against what the relay answers.

use paytr_core::testing::PaymentNotification;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Relay, World};

/// Whether a value has the form that a schema of the description says. Unknown fields have not.
fn fits(api: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.strip_prefix('#').unwrap();
        return fits(api, api.pointer(pointer).unwrap(), value);
    }
    let of_type = |name: &str| match name {
        "object" => {
            let (fields, known) = (value.as_object(), &schema["properties"]);
            let required = schema["required"].as_array().into_iter().flatten();
            fields.is_some_and(|fields| {
                let are_known = fields.iter().all(|(name, value)| {
                    known
                        .get(name)
                        .is_some_and(|schema| fits(api, schema, value))
                });
                let all_there = required.map(|name| name.as_str().unwrap());
                are_known && all_there.into_iter().all(|name| fields.contains_key(name))
            })
        }
        "array" => {
            let items = value.as_array();
            items.is_some_and(|items| items.iter().all(|item| fits(api, &schema["items"], item)))
        }
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the test does not know the type {other}"),
    };
    match &schema["type"] {
        Value::String(name) => of_type(name),
        Value::Array(names) => names.iter().any(|name| of_type(name.as_str().unwrap())),
        _ => panic!("a schema without a type: {schema}"),
    }
}

struct Client<'a> {
    world: &'a World,
    relay: &'a Relay,
    api: Value,
    answered: Vec<(String, String)>,
}

impl Client<'_> {
    /// Asks, and holds the answer to the description. Both the request and the answer are those of `path`.
    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        oid: &str,
        body: Option<&Value>,
        token: bool,
    ) -> Value {
        let url = format!("{}{}", self.relay.url, path.replace("{oid}", oid));
        let operation = &self.api["paths"][path][method.as_str().to_lowercase()];
        let mut request = self
            .world
            .http
            .request(method.clone(), url)
            .header("idempotency-key", "one");
        if let Some(body) = body {
            request = request.json(body);
        }
        if token {
            request = self.world.ask(request);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_str().to_owned();
        let said: Value = answer.json().await.unwrap();
        let response = &operation["responses"][&status];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path} answers {status}, which is not described: {said}"
        );
        assert!(
            fits(&self.api, schema, &said),
            "{method} {path} {status}: {said} is not {schema}"
        );
        if let Some(body) = body.filter(|_| status.starts_with('2')) {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert!(
                fits(&self.api, schema, body),
                "{body} was taken and is not {schema}"
            );
        }
        self.answered.push((path.to_owned(), status));
        said
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one walk through the whole API")]
async fn every_answer_is_as_described() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"\nshop_url = \"https://shop.example/\"".to_owned();
    let relay = world.relay().await;
    let api = world
        .http
        .get(format!("{}/openapi.json", relay.url))
        .send()
        .await
        .unwrap();
    let api: Value = api.json().await.unwrap();
    let mut client = Client {
        world: &world,
        relay: &relay,
        api,
        answered: Vec::new(),
    };

    let order = json!({"amount": 12_990, "currency": "TRY", "language": "tr", "payment_type": "card", "max_installments": 3,
                       "basket": [{"name": "Kalem", "unit_price": 12_990, "quantity": 1}], "buyer": World::buyer(),
                       "ok_url": "https://shop.example/thanks", "fail_url": "https://shop.example/again"});
    let opened = client
        .ask(Method::POST, "/orders", "", Some(&order), true)
        .await;
    let oid = opened["merchant_oid"].as_str().unwrap().to_owned();
    let mut dearer = order.clone();
    (dearer["amount"], dearer["basket"][0]["unit_price"]) = (12_991.into(), 12_991.into());
    client
        .ask(Method::POST, "/orders", "", Some(&dearer), true)
        .await;
    client
        .ask(
            Method::POST,
            "/orders",
            "",
            Some(&json!({"amount": 1})),
            true,
        )
        .await;
    let cheap = json!({"amount": 1, "buyer": World::buyer()});
    client
        .ask(Method::POST, "/orders", "", Some(&cheap), true)
        .await;
    client
        .ask(Method::GET, "/orders/{oid}", &oid, None, true)
        .await;
    client
        .ask(
            Method::POST,
            "/orders/{oid}/refund",
            &oid,
            Some(&json!({"amount": 5})),
            true,
        )
        .await;

    let less = PaymentNotification::success(&oid, 12_989)
        .sign(&world.credentials())
        .to_body();
    world.notify(&relay, "/callback/acme", less).await;
    client.ask(Method::GET, "/reviews", "", None, true).await;
    let paid = PaymentNotification::success(&oid, 12_990)
        .sign(&world.credentials())
        .to_body();
    world.notify(&relay, "/callback/acme", paid).await;
    world
        .sandbox
        .pay(&oid, paytr_sandbox::TestCard::Visa)
        .unwrap();
    // PayTR gives nothing back before its notification was taken.
    world.acknowledged(&oid).await;
    client
        .ask(Method::GET, "/orders/{oid}", &oid, None, true)
        .await;
    client
        .ask(Method::GET, "/orders/{oid}", "NOBODY1", None, true)
        .await;
    client
        .ask(
            Method::POST,
            "/orders/{oid}/refund",
            &oid,
            Some(&json!({"amount": 5})),
            true,
        )
        .await;
    client
        .ask(Method::GET, "/orders/{oid}", &oid, None, true)
        .await;
    let link = json!({"name": "Kırmızı Defter", "amount": 9_900, "stock": 3});
    client
        .ask(Method::POST, "/links", "", Some(&link), true)
        .await;
    client
        .ask(
            Method::POST,
            "/links",
            "",
            Some(&json!({"name": "a", "amount": 1})),
            true,
        )
        .await;
    for (method, path) in [
        (Method::POST, "/orders"),
        (Method::GET, "/orders/{oid}"),
        (Method::GET, "/reviews"),
        (Method::POST, "/links"),
    ] {
        client.ask(method, path, &oid, None, false).await;
    }
    let seen = |path: &str, status: &str| {
        client
            .answered
            .iter()
            .any(|(p, s)| p == path && s == status)
    };
    for (path, status) in [
        ("/orders", "200"),
        ("/orders", "409"),
        ("/orders", "400"),
        ("/orders", "422"),
        ("/orders", "401"),
        ("/orders/{oid}/refund", "409"),
        ("/orders/{oid}/refund", "200"),
        ("/links", "200"),
        ("/links", "422"),
        ("/reviews", "200"),
    ] {
        assert!(
            seen(path, status),
            "{path} never answered {status}: {:?}",
            client.answered
        );
    }
}

#[test]
fn the_test_would_see_a_field_too_many_and_one_too_few() {
    let api = json!({});
    let schema =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}});
    assert!(fits(&api, &schema, &json!({"a": 1})));
    for wrong in [
        json!({}),
        json!({"a": "1"}),
        json!({"a": 1, "b": 2}),
        json!([]),
    ] {
        assert!(!fits(&api, &schema, &wrong), "{wrong}");
    }
}
