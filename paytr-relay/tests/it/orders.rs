//! Orders that the app opens, reads and refunds.

use std::time::Duration;

use paytr_core::testing::PaymentNotification;
use paytr_sandbox::TestCard;
use serde_json::{Value, json};
use shop_suite::eventually;
use sqlx::{Connection as _, SqliteConnection, raw_sql};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::world::{Relay, TOKEN, World};

async fn post(world: &World, relay: &Relay, path: &str, key: &str, body: &Value) -> (u16, Value) {
    let request = world.http.post(format!("{}{path}", relay.url));
    let request = world.ask(request.header("idempotency-key", key).json(body));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn one_idempotency_key_is_one_order_and_no_other_amount() {
    let world = World::new().await;
    let relay = world.relay().await;
    let order = json!({"amount": 5_000, "description": "Kalem", "buyer": World::buyer()});
    let (status, one) = post(&world, &relay, "/orders", "cart-1", &order).await;
    assert_eq!(status, 200, "{one}");
    assert_eq!(one["state"], "pending");
    let page = one["page_url"].as_str().unwrap();
    let oid = one["merchant_oid"].as_str().unwrap();
    assert_eq!(page, format!("https://pay.example/acme/paytr/pay/{oid}"));
    let (_, two) = post(&world, &relay, "/orders", "cart-1", &order).await;
    assert_eq!(one, two);
    let mut dearer = order.clone();
    dearer["amount"] = 5_001.into();
    let (status, reused) = post(&world, &relay, "/orders", "cart-1", &dearer).await;
    assert_eq!((status, &reused["code"]), (409, &"key_reused".into()));
    assert_eq!(world.sandbox.orders().len(), 1);

    let page = world
        .http
        .get(format!("{}/acme/paytr/pay/{oid}", relay.url))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("iframe"));
}

#[tokio::test]
async fn the_same_key_with_anything_else_is_refused() {
    let mut world = World::new().await;
    world.merchant = "shop_url = \"https://shop.example/\"".to_owned();
    let relay = world.relay().await;
    let order = json!({"amount": 5_000, "description": "Kalem", "currency": "TRY", "max_installments": 3,
                       "ok_url": "https://shop.example/ok", "fail_url": "https://shop.example/fail",
                       "buyer": World::buyer()});
    assert_eq!(
        post(&world, &relay, "/orders", "cart-1", &order).await.0,
        200
    );
    let mut buyer = World::buyer();
    buyer["email"] = "fatma@example.com".into();
    for (field, other) in [
        ("amount", json!(5_001)),
        ("description", json!("Defter")),
        ("currency", json!("EUR")),
        ("max_installments", json!(1)),
        ("ok_url", json!("https://shop.example/other")),
        ("fail_url", json!(null)),
        ("buyer", buyer),
    ] {
        let mut changed = order.clone();
        changed[field] = other;
        let (status, reused) = post(&world, &relay, "/orders", "cart-1", &changed).await;
        assert_eq!(
            (status, &reused["code"]),
            (409, &"key_reused".into()),
            "{field}"
        );
    }
    let rows = json!([{"name": "Kalem", "unit_price": 2_500, "quantity": 2}]);
    let mut split = order.clone();
    split["basket"] = rows;
    split.as_object_mut().unwrap().remove("description");
    let (status, _) = post(&world, &relay, "/orders", "cart-1", &split).await;
    assert_eq!(status, 409, "another basket of the same amount");
    assert_eq!(world.sandbox.orders().len(), 1);
    // Another key is another order.
    assert_eq!(
        post(&world, &relay, "/orders", "cart-2", &order).await.0,
        200
    );
    assert_eq!(world.sandbox.orders().len(), 2);
}

/// PayTR's page, which leads the buyer back.
async fn end_of_page(world: &World, opened: &Value) -> String {
    let page = world.http.get(opened["iframe_url"].as_str().unwrap());
    page.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn paytr_sends_the_buyer_where_the_order_says_and_only_to_the_shop() {
    let mut world = World::new().await;
    world.merchant =
        "shop_url = \"https://shop.example/\"\nreturn_hosts = [\"app.example\"]".to_owned();
    let relay = world.relay().await;
    let mut order = json!({"amount": 5_000, "buyer": World::buyer()});
    for (field, wrong) in [
        ("ok_url", "https://evil.example/"),
        ("fail_url", "https://shop.example.evil.example/"),
        ("ok_url", "http://shop.example/"),
        ("fail_url", "javascript:alert(1)"),
    ] {
        let mut order = order.clone();
        order[field] = wrong.into();
        let (status, refused) = post(&world, &relay, "/orders", "wrong", &order).await;
        assert_eq!(
            (status, &refused["code"]),
            (400, &"invalid_field".into()),
            "{wrong}"
        );
        let named = refused["message"].as_str().unwrap();
        assert!(named.starts_with(&format!("{field}: ")), "{named}");
    }
    order["payment_type"] = "eft".into();
    order["ok_url"] = "https://shop.example/ok".into();
    let (status, _) = post(&world, &relay, "/orders", "wrong", &order).await;
    assert_eq!(status, 400, "nobody is sent back after a bank transfer");
    assert!(world.sandbox.orders().is_empty());

    order["payment_type"] = "card".into();
    order["ok_url"] = "https://shop.example/thanks?cart=1&lang=tr".into();
    order["fail_url"] = "https://app.example/again".into();
    let (status, opened) = post(&world, &relay, "/orders", "right", &order).await;
    assert_eq!(status, 200, "{opened}");
    let paid = opened["merchant_oid"].as_str().unwrap();
    world.sandbox.pay(paid, TestCard::Visa).unwrap();
    let page = end_of_page(&world, &opened).await;
    let shown = "href=\"https://shop.example/thanks?cart=1&#38;lang=tr\"";
    assert!(page.contains(shown), "{page}");

    let (_, opened) = post(&world, &relay, "/orders", "left", &order).await;
    let left = opened["merchant_oid"].as_str().unwrap();
    world.sandbox.leave(left).unwrap();
    let page = end_of_page(&world, &opened).await;
    assert!(
        page.contains("href=\"https://app.example/again\""),
        "{page}"
    );
}

#[tokio::test]
async fn without_the_token_nothing_is_opened_or_read() {
    let world = World::new().await;
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let order = json!({"amount": 5_000, "buyer": World::buyer()});
    let url = |path: &str| format!("{}{path}", relay.url);
    for wrong in [
        "",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0",
    ] {
        let asked = [
            world.http.post(url("/orders")).json(&order),
            world.http.get(url(&format!("/orders/{oid}"))),
            world
                .http
                .post(url(&format!("/orders/{oid}/refund")))
                .json(&json!({"amount": 1})),
        ];
        for request in asked {
            let answer = request.bearer_auth(wrong).send().await.unwrap();
            assert_eq!(answer.status(), 401);
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        }
    }
    // The route of the purchase flow is for carts that a shop prices; here only the app names prices.
    let cart = json!({"basket": [{"product_id": "a", "quantity": 1}], "email": "a@example.com", "user_name": "A",
                      "user_address": "B", "user_phone": "1"});
    let answer = world
        .http
        .post(url("/acme/paytr/pay"))
        .json(&cart)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 422);
    assert_eq!(world.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused_with_the_name_of_the_field() {
    let world = World::new().await;
    let relay = world.relay().await;
    let good = json!({"amount": 5_000, "buyer": World::buyer()});
    let row = |price: u64| json!([{"name": "Kalem", "unit_price": price, "quantity": 2}]);
    let wrong = [
        ("amount", json!("5000"), "bad_json"),
        ("amount", json!(-1), "bad_json"),
        ("amount", json!(50.5), "bad_json"),
        ("currency", json!("tl"), "invalid_field"),
        ("basket", row(2_499), "invalid_field"),
        ("basket", json!([]), "invalid_field"),
        ("max_installments", json!(13), "invalid_field"),
        ("language", json!("de"), "invalid_field"),
        ("payment_type", json!("cash"), "invalid_field"),
        ("price", json!(1), "bad_json"),
    ];
    for (field, value, code) in wrong {
        let mut order = good.clone();
        order[field] = value.clone();
        let (status, body) = post(&world, &relay, "/orders", "k", &order).await;
        assert_eq!(
            (status, &body["code"]),
            (400, &code.into()),
            "{field} = {value}: {body}"
        );
    }
    let mut order = good.clone();
    order["buyer"]["email"] = "".into();
    let (_, body) = post(&world, &relay, "/orders", "k", &order).await;
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .starts_with("buyer.email: "),
        "{body}"
    );
    order["basket"] = row(2_500);
    order["buyer"] = World::buyer();
    assert_eq!(post(&world, &relay, "/orders", "k", &order).await.0, 200);
    assert_eq!(world.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn one_key_refunds_once_and_never_more_than_was_paid() {
    let world = World::new().await;
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let path = format!("/orders/{oid}/refund");
    let (status, first) = post(&world, &relay, &path, "r1", &json!({"amount": 990})).await;
    assert_eq!(
        (status, &first["state"]),
        (200, &"executed".into()),
        "{first}"
    );
    let (status, again) = post(&world, &relay, &path, "r1", &json!({"amount": 990})).await;
    assert_eq!((status, again), (200, first));
    let (status, reused) = post(&world, &relay, &path, "r1", &json!({"amount": 991})).await;
    assert_eq!((status, &reused["code"]), (409, &"key_reused".into()));
    let (status, too_much) = post(&world, &relay, &path, "r2", &json!({"amount": 12_001})).await;
    assert_eq!((status, &too_much["code"]), (409, &"exceeds".into()));
    assert_eq!(
        post(&world, &relay, &path, "r3", &json!({"amount": 12_000}))
            .await
            .0,
        200
    );
    let order = world.state(&relay, &oid).await;
    assert_eq!(order["refunded"], 12_990);
    assert_eq!(order["refunds"].as_array().unwrap().len(), 2);

    let request = world.ask(
        world
            .http
            .post(format!("{}{path}", relay.url))
            .json(&json!({"amount": 1})),
    );
    assert_eq!(
        request.send().await.unwrap().status(),
        400,
        "a refund needs a key"
    );
    let opened = world.open(&relay).await;
    let path = format!(
        "/orders/{}/refund",
        opened["merchant_oid"].as_str().unwrap()
    );
    let (status, unpaid) = post(&world, &relay, &path, "r4", &json!({"amount": 1})).await;
    assert_eq!((status, &unpaid["code"]), (409, &"not_paid".into()));
    let (status, _) = post(
        &world,
        &relay,
        "/orders/SHOP1/refund",
        "r5",
        &json!({"amount": 1}),
    )
    .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_key_of_one_order_is_not_that_of_another() {
    let world = World::new().await;
    let relay = world.relay().await;
    for _ in 0..2 {
        let oid = world.buy(&relay).await;
        world.acknowledged(&oid).await;
        let path = format!("/orders/{oid}/refund");
        let (status, refund) = post(&world, &relay, &path, "r1", &json!({"amount": 990})).await;
        assert_eq!((status, &refund["state"]), (200, &"executed".into()));
        assert_eq!(world.state(&relay, &oid).await["refunded"], 990);
    }
}

/// The process that sent it died before it wrote down what came of it.
#[tokio::test]
async fn a_refund_without_an_outcome_is_asked_about_until_it_has_one() {
    let world = World::new().await;
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let path = format!("/orders/{oid}/refund");
    let (_, refund) = post(&world, &relay, &path, "r1", &json!({"amount": 990})).await;
    assert_eq!(refund["state"], "executed");
    let file = world.directory.path().join("paytr-relay.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    let age = "UPDATE paid_once_refunds SET state = 'reserved', decided_at = NULL, \
               reserved_at = reserved_at - 121000";
    let aged = raw_sql(age).execute(&mut connection).await.unwrap();
    assert_eq!(aged.rows_affected(), 1);
    let decided = eventually("PayTR is asked, and it is written down", async || {
        let order = world.state(&relay, &oid).await;
        Ok((order["refunds"][0]["state"] == "executed").then_some(order))
    });
    assert_eq!(decided.await.unwrap()["refunded"], 990);
}

#[tokio::test]
async fn a_request_that_is_not_as_described_does_nothing() {
    let world = World::new().await;
    let relay = world.relay().await;
    let url = format!("{}/orders", relay.url);
    let order = json!({"amount": 5_000, "buyer": World::buyer()}).to_string();
    let send = |content_type: &'static str, keys: &[&str], body: String| {
        let request = world
            .ask(world.http.post(&url))
            .header("content-type", content_type);
        let request = keys.iter().fold(request, |request, key| {
            request.header("idempotency-key", *key)
        });
        request.body(body).send()
    };
    let json = "application/json";
    let long = "k".repeat(129);
    for (content_type, keys, body, status) in [
        ("text/plain", &[][..], order.clone(), 415),
        ("application/x-www-form-urlencoded", &[], order.clone(), 415),
        (json, &["one", "two"], order.clone(), 400),
        (json, &[&*long], order.clone(), 400),
        (json, &[""], order.clone(), 400),
        (json, &[], format!("{order}{}", " ".repeat(1 << 20)), 413),
        (json, &[], format!("{order},"), 400),
        (json, &[], String::new(), 400),
    ] {
        let answer = send(content_type, keys, body).await.unwrap();
        assert_eq!(answer.status(), status, "{content_type} {keys:?}");
        let body = answer.json::<Value>().await.unwrap();
        assert_eq!(body["status"], "error", "{body}");
    }
    assert!(world.sandbox.orders().is_empty());
    let refund = world.ask(world.http.post(format!("{url}/SHOP1/refund")));
    let refund = refund.header("idempotency-key", &long).body("{}");
    let refused = refund.header("content-type", json).send().await.unwrap();
    assert_eq!(
        refused.status(),
        400,
        "a key that is none, before any order is looked for"
    );
    let refused = refused.json::<Value>().await.unwrap();
    assert_eq!(refused["code"], "invalid_field");
    let put = world.ask(world.http.put(&url)).send().await.unwrap();
    assert_eq!(put.status(), 405);
    let right = send("application/json; charset=utf-8", &["one"], order).await;
    assert_eq!(right.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_has_64_kib_and_ten_seconds() {
    let world = World::new().await;
    let relay = world.relay().await;
    let order = json!({"amount": 5_000, "buyer": World::buyer()}).to_string();
    let longest = 64 * 1024;
    let padded = |length| order.clone() + &" ".repeat(length - order.len());
    for (length, status) in [(longest, 200), (longest + 1, 413)] {
        let request = world.ask(world.http.post(format!("{}/orders", relay.url)));
        let request = request.header("content-type", "application/json");
        let answer = request.body(padded(length)).send().await;
        assert_eq!(answer.unwrap().status(), status, "{length}");
    }

    let address = relay.url.trim_start_matches("http://");
    let head = format!(
        "POST /orders HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\n"
    );
    // Without a length it is counted as it comes.
    let chunk = format!("{longest:x}\r\n{}\r\n", padded(longest));
    let chunks = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}1\r\n \r\n0\r\n\r\n");
    let never_ends = format!("{head}content-length: 100\r\n\r\n{{");
    for (request, code) in [(chunks, "413"), (never_ends, "408")] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        let answered = timeout(Duration::from_secs(30), stream.read_exact(&mut answer));
        answered.await.unwrap().unwrap();
        assert_eq!(answer, format!("HTTP/1.1 {code}").as_bytes());
    }
    assert_eq!(world.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn one_buyer_opens_so_many_orders_in_a_minute() {
    let mut world = World::new().await;
    world.orders_per_minute = Some(3);
    world.merchant = "order_prefix = \"KITAP\"".to_owned();
    let relay = world.relay().await;
    let mut order = json!({"amount": 5_000, "buyer": World::buyer()});
    for number in 0..3 {
        let (status, opened) = post(&world, &relay, "/orders", &number.to_string(), &order).await;
        assert_eq!(status, 200);
        assert!(
            opened["merchant_oid"]
                .as_str()
                .unwrap()
                .starts_with("KITAP")
        );
    }
    let url = format!("{}/orders", relay.url);
    let more = world
        .ask(world.http.post(&url))
        .json(&order)
        .send()
        .await
        .unwrap();
    assert_eq!(more.status(), 429);
    let pause: u64 = more.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&pause), "{pause}");
    order["buyer"]["ip"] = "203.0.113.8".into();
    let (status, _) = post(&world, &relay, "/orders", "other", &order).await;
    assert_eq!(status, 200, "another buyer");
}

#[tokio::test]
async fn what_waits_for_a_person_is_listed() {
    let world = World::new().await;
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let less = PaymentNotification::success(oid, 12_989)
        .sign(&world.credentials())
        .to_body();
    assert_eq!(
        world.notify(&relay, "/callback/acme", less).await.status(),
        400
    );
    let request = world.ask(world.http.get(format!("{}/reviews", relay.url)));
    let listed = request.send().await.unwrap().json::<Value>().await.unwrap();
    let entry = &listed["reviews"][0];
    assert_eq!(
        (&entry["merchant_oid"], &entry["reason"]),
        (&oid.into(), &"amount_mismatch".into())
    );
    assert_eq!(
        (&entry["total"], &entry["currency"]),
        (&12_989.into(), &"TRY".into())
    );
    assert_eq!(world.state(&relay, oid).await["state"], "review");
}

#[tokio::test]
async fn buyers_find_the_way_back_to_the_shop() {
    let mut world = World::new().await;
    world.merchant = "shop_url = \"https://shop.example/thanks\"".to_owned();
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let page = world
        .http
        .get(format!("{}/acme/paytr/ok?oid={oid}", relay.url))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(
        page.text().await.unwrap().contains("href=\"/acme/\""),
        "the page links to the shop"
    );
    let back = world
        .http
        .get(format!("{}/acme/", relay.url))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (back.status().as_u16(), &back.headers()["location"]),
        (303, &"https://shop.example/thanks".parse().unwrap())
    );
}
