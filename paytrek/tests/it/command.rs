//! The command `paytrek-fake`, as a process.

use std::net::TcpListener;
use std::path::Path;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde_json::{Value, json};
use shop_suite::Process;

use crate::common::{KEY, SECRET};

/// Nobody listens there now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn spawn(settings: &[(&str, &str)]) -> Process {
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let program = Path::new(env!("CARGO_BIN_EXE_paytrek-fake"));
    Process::spawn(program, None, &settings).unwrap()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// From a sale to "Paid" with plain HTTP only, on the hosted page, as a browser does it.
#[tokio::test]
async fn at_a_chosen_port_with_chosen_credentials_a_purchase_is_made_by_plain_http() {
    let host = format!("http://127.0.0.1:{}", free_port());
    let settings = [
        ("PAYTREK_HOST", &*host),
        ("PAYTREK_USERNAME", KEY),
        ("PAYTREK_PASSWORD", SECRET),
    ];
    let mut process = spawn(&settings);
    assert_eq!(process.printed("PAYTREK_HOST=").await.unwrap(), host);
    let http = http();
    let sale = json!({
        "order_id": "A1", "amount": "24.00", "currency": "TRY", "installment": 1,
        "customer_first_name": "John", "customer_last_name": "Doe",
        "customer_email": "john@example.com", "customer_ip_address": "212.57.9.204",
        "billing_address": "x", "billing_city": "y", "billing_country": "TR", "items": [],
        "return_url": "http://127.0.0.1:3000/return/A1",
    });
    let create = |secret: &'static str| {
        http.post(format!("{host}/api/v2/sale/"))
            .basic_auth(KEY, Some(secret))
            .header(CONTENT_TYPE, "application/json")
            .body(sale.to_string())
    };
    assert_eq!(
        create("another-secret-1").send().await.unwrap().status(),
        401
    );
    let created = create(SECRET).send().await.unwrap();
    assert_eq!(created.status(), 201);
    let created: Value = serde_json::from_str(&created.text().await.unwrap()).unwrap();
    let token = created["sale_token"].as_str().unwrap();

    let page = http.get(format!("{host}/?token={token}"));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("24.00 TRY"), "{page}");
    let card = "number=4508034508034509&expiration=12%2F2030&cvc=000&card_holder_name=John";
    let paid = http
        .post(&host)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("token={token}&{card}"));
    let paid = paid.send().await.unwrap();
    assert_eq!(paid.status(), 303);
    let back = format!("http://127.0.0.1:3000/return/A1?token={token}");
    assert_eq!(paid.headers()[LOCATION], *back);

    let read = http
        .get(format!("{host}/api/v2/sale/{token}/"))
        .basic_auth(KEY, Some(SECRET))
        .header(CONTENT_TYPE, "application/json");
    let read = read.send().await.unwrap().text().await.unwrap();
    assert!(read.contains("\"status\":\"Paid\""), "{read}");

    // As Paytrek's Python client posts it.
    let refund = http
        .post(format!("{host}/api/v2/refund/{token}/"))
        .basic_auth(KEY, Some(SECRET))
        .header(CONTENT_TYPE, "application/json")
        .body("{\"amount\": 9.70}");
    assert_eq!(refund.send().await.unwrap().status(), 200);
    let exit = process.stop().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    assert!(
        exit.stderr.starts_with("warning: POST refund: "),
        "{}",
        exit.stderr
    );
    let printed = exit.stdout + &exit.stderr;
    assert!(
        !printed.contains(SECRET) && printed.contains(KEY),
        "{printed}"
    );
}

#[tokio::test]
async fn without_credentials_it_prints_new_ones_that_work() {
    let host = format!("http://127.0.0.1:{}", free_port());
    let mut process = spawn(&[("PAYTREK_HOST", &host)]);
    let username = process.printed("PAYTREK_USERNAME=").await.unwrap();
    let password = process.printed("PAYTREK_PASSWORD=").await.unwrap();
    let list = http()
        .get(format!("{host}/api/v2/vault/"))
        .basic_auth(username, Some(password))
        .header(CONTENT_TYPE, "application/json");
    assert_eq!(list.send().await.unwrap().status(), 200);
    assert_eq!(process.stop().await.unwrap().code, Some(0));
}

#[tokio::test]
async fn a_taken_port_and_half_credentials_are_told_with_the_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", taken.local_addr().unwrap());
    let exit = spawn(&[("PAYTREK_HOST", &host)]).end().await.unwrap();
    assert!(
        exit.code == Some(2) && exit.stderr.contains("choose another --port"),
        "{exit:?}"
    );
    let exit = spawn(&[("PAYTREK_PASSWORD", SECRET)]).end().await.unwrap();
    assert!(
        exit.code == Some(3) && exit.stderr.contains("PAYTREK_USERNAME is not set"),
        "{exit:?}"
    );
    assert!(
        !exit.stderr.contains(SECRET) && exit.stdout.is_empty(),
        "{exit:?}"
    );
}
