//! `POST /odeme` and the stored cards: what a browser posts from the shop's own page, and what its
//! server asks for later.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::api::{
    Authentication, BkmAmountUnit, BkmExpress, BrowserPayment, CardStorage, CardToken,
    ChargeOutcome, CvvInput, DirectPayment, Retry, StoredCardCharge, StoredCardPayment, UserToken,
};
use paytr_core::{Mode, PaytrError};
use paytr_sandbox::{OrderState, Sandbox, TestCard};
use support::endpoints::{
    DIRECT, FAIL_URL, Form, OK_URL, direct_order, direct_payment, send, set, sign,
};
use support::{LIMIT, Shop, client};

/// What a browser posts: the hidden fields, and what the buyer typed.
fn typed(sandbox: &Sandbox, payment: &impl BrowserPayment, card: TestCard) -> Form {
    let mut form = hidden(sandbox, payment);
    for (name, value) in [
        ("cc_owner", "PAYTR TEST"),
        ("card_number", card.number()),
        ("expiry_month", "12"),
        ("expiry_year", "40"),
        ("cvv", "000"),
    ] {
        form.push((name.to_owned(), value.to_owned()));
    }
    form
}

fn hidden(sandbox: &Sandbox, payment: &impl BrowserPayment) -> Form {
    let form = payment.form(&sandbox.credentials()).unwrap();
    let body = form.to_urlencoded();
    let fields = url::form_urlencoded::parse(body.as_bytes());
    fields.into_owned().collect()
}

async fn location(sandbox: &Sandbox, form: &Form) -> Option<String> {
    let reply = send(sandbox, "/odeme", form).await;
    let location = reply.headers().get("location");
    location.map(|value| value.to_str().unwrap().to_owned())
}

fn non_3d(id: &str, minor_units: u64) -> DirectPayment {
    let mut payment = direct_payment(id, minor_units);
    payment.authentication = Authentication::Non3d;
    payment
}

async fn sandbox_with_shop() -> (Sandbox, Shop) {
    let shop = Shop::answering(Vec::new()).await;
    let sandbox = Sandbox::builder().notify_url(&shop.url).start().await;
    (sandbox.unwrap(), shop)
}

/// A user with a stored Visa, and what it is known by.
async fn stored_card(sandbox: &Sandbox, shop: &Shop, id: &str) -> (UserToken, CardToken) {
    let mut payment = non_3d(id, 1_000);
    payment.storage = CardStorage::NewUser;
    let form = typed(sandbox, &payment, TestCard::Visa);
    assert_eq!(location(sandbox, &form).await.as_deref(), Some(OK_URL));
    sandbox.wait_until_acknowledged(id, LIMIT).await.unwrap();
    let last = |name| shop.field(name).pop().unwrap().unwrap();
    let user = UserToken::new(&last("utoken")).unwrap();
    (user, CardToken::new(&last("ctoken")).unwrap())
}

#[tokio::test]
async fn without_3d_secure_the_browser_goes_straight_to_the_shop_and_the_notification_follows() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let form = typed(&sandbox, &non_3d("D1", 10_099), TestCard::Visa);
    assert_eq!(location(&sandbox, &form).await.as_deref(), Some(OK_URL));
    sandbox.wait_until_acknowledged("D1", LIMIT).await.unwrap();
    assert_eq!(shop.field("total_amount"), [Some("10099".to_owned())]);
    assert_eq!(shop.field("installment_count"), [Some("1".to_owned())]);
}

#[tokio::test]
async fn with_3d_secure_the_code_is_asked_for_and_one_wrong_code_ends_it() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let form = typed(&sandbox, &direct_payment("D1", 5_000), TestCard::Troy);
    let page = location(&sandbox, &form).await.unwrap();
    assert!(page.starts_with("/odeme/direkt/"), "{page}");
    assert_eq!(sandbox.order("D1").unwrap().state, OrderState::Waiting);
    let code = vec![("code".to_owned(), "000000".to_owned())];
    send(&sandbox, &format!("{page}/three-d"), &code).await;
    sandbox.wait_until_acknowledged("D1", LIMIT).await.unwrap();
    assert_eq!(shop.field("failed_reason_code"), [Some("2".to_owned())]);
    assert_eq!(shop.field("total_amount"), [Some("0".to_owned())]);
    assert!(sandbox.pay("D1", TestCard::Visa).is_err());

    let form = typed(&sandbox, &direct_payment("D2", 5_000), TestCard::Troy);
    let page = location(&sandbox, &form).await.unwrap();
    let code = vec![("code".to_owned(), "123456".to_owned())];
    send(&sandbox, &format!("{page}/three-d"), &code).await;
    assert!(matches!(
        sandbox.order("D2").unwrap().state,
        OrderState::Paid { total: 5_000, .. }
    ));
}

#[tokio::test]
async fn a_declined_card_brings_the_buyer_back_with_a_message() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let form = typed(&sandbox, &non_3d("D1", 5_000), TestCard::FraudAlert);
    let page = location(&sandbox, &form).await.unwrap();
    let reply = support::http().get(format!("{}{page}", sandbox.base_url()));
    let text = reply.send().await.unwrap().text().await.unwrap();
    assert!(
        text.contains("fail_message") && text.contains(FAIL_URL),
        "{text}"
    );
    assert_eq!(
        sandbox.order("D1").unwrap().state,
        OrderState::Failed { code: "11" }
    );
}

#[tokio::test]
async fn changing_any_signed_field_of_a_payment_is_refused_and_nothing_is_opened() {
    let sandbox = support::sandbox().await;
    for (name, value) in [
        ("user_ip", "88.255.10.21"),
        ("merchant_oid", "D2"),
        ("email", "b@example.com"),
        ("payment_amount", "1.00"),
        ("installment_count", "2"),
        ("currency", "USD"),
        ("test_mode", "1"),
        ("non_3d", "0"),
        ("paytr_token", "AAAA"),
    ] {
        let mut payment = non_3d("D1", 5_000);
        payment.answer = paytr_core::api::DirectAnswer::Json;
        let mut form = typed(&sandbox, &payment, TestCard::Visa);
        set(&mut form, name, value);
        // A page for a buyer and JSON for a server: the same reason in both.
        form.retain(|(known, _)| known != "sync_mode");
        let text = send(&sandbox, "/odeme", &form).await.text().await.unwrap();
        assert!(
            text.contains("paytr_token gonderilmedi veya gecersiz"),
            "{name}: {text}"
        );
    }
    assert!(sandbox.orders().is_empty());
}

#[tokio::test]
async fn an_order_id_is_used_once() {
    let sandbox = support::sandbox().await;
    let form = typed(&sandbox, &non_3d("D1", 5_000), TestCard::LimitExceeded);
    assert!(location(&sandbox, &form).await.is_some());
    let again = typed(&sandbox, &non_3d("D1", 5_000), TestCard::Visa);
    assert_eq!(location(&sandbox, &again).await, None);
    assert_eq!(
        sandbox.order("D1").unwrap().state,
        OrderState::Failed { code: "0" }
    );
}

#[tokio::test]
async fn a_real_card_number_is_refused_and_kept_nowhere() {
    let sandbox = support::sandbox().await;
    let mut form = typed(&sandbox, &non_3d("D1", 5_000), TestCard::Visa);
    set(&mut form, "card_number", "4111111111111111");
    let text = send(&sandbox, "/odeme", &form).await.text().await.unwrap();
    assert!(
        text.contains("card_number") && !text.contains("41111111"),
        "{text}"
    );
    assert!(sandbox.orders().is_empty());
}

#[tokio::test]
async fn the_direct_payment_expires_with_code_6() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let mut payment = direct_payment("D1", 5_000);
    payment.timeout_minutes = Some(2);
    location(&sandbox, &typed(&sandbox, &payment, TestCard::Visa)).await;
    sandbox.advance_clock(std::time::Duration::from_secs(121));
    sandbox.wait_until_acknowledged("D1", LIMIT).await.unwrap();
    assert_eq!(shop.field("failed_reason_code"), [Some("6".to_owned())]);
}

#[tokio::test]
async fn a_forced_failure_works_in_test_mode() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let mut payment = non_3d("D1", 5_000);
    payment.order.mode = Mode::Test;
    payment.fail_test = true;
    location(&sandbox, &typed(&sandbox, &payment, TestCard::Visa)).await;
    sandbox.wait_until_acknowledged("D1", LIMIT).await.unwrap();
    assert_eq!(shop.statuses(), ["failed"]);
}

#[tokio::test]
async fn a_card_is_stored_listed_charged_and_deleted() {
    let (sandbox, shop) = sandbox_with_shop().await;
    let client = client(&sandbox);
    let (user, card) = stored_card(&sandbox, &shop, "S1").await;

    let mut second = non_3d("S2", 1_000);
    second.storage = CardStorage::ForUser(user.clone());
    location(&sandbox, &typed(&sandbox, &second, TestCard::Mastercard)).await;
    let cards = client.stored_cards(&user).await.unwrap();
    let last: Vec<_> = cards
        .iter()
        .map(|card| card.last_four.clone().unwrap())
        .collect();
    assert_eq!(last, ["4358", "5403"]);
    let cvv: Vec<_> = cards.iter().map(|card| card.cvv).collect();
    assert_eq!(cvv, [CvvInput::NotAsked, CvvInput::Asked]);

    let recurring =
        StoredCardCharge::recurring(direct_order("S3", 700), user.clone(), card.clone());
    assert!(matches!(
        client.charge(&recurring).await.unwrap(),
        ChargeOutcome::Paid(_)
    ));
    sandbox.wait_until_acknowledged("S3", LIMIT).await.unwrap();
    let again = client.charge(&recurring).await.unwrap();
    assert!(
        matches!(again, ChargeOutcome::Declined(Retry::Never, _)),
        "{again:?}"
    );

    let by_browser = StoredCardPayment::new(
        direct_order("S4", 800),
        user.clone(),
        card.clone(),
        CvvInput::NotAsked,
    );
    let page = location(&sandbox, &hidden(&sandbox, &by_browser))
        .await
        .unwrap();
    assert!(page.starts_with("/odeme/direkt/"), "{page}");
    // While the buyer has the page open, a charge of the same order has to wait.
    let waiting = StoredCardCharge::recurring(direct_order("S4", 800), user.clone(), card.clone());
    let waiting = client.charge(&waiting).await.unwrap();
    assert!(
        matches!(waiting, ChargeOutcome::Declined(Retry::Later, _)),
        "{waiting:?}"
    );

    client.delete_stored_card(&user, &card).await.unwrap();
    let gone = client.delete_stored_card(&user, &card).await.unwrap_err();
    assert!(matches!(gone, PaytrError::Refused(_)), "{gone:?}");
    assert_eq!(client.stored_cards(&user).await.unwrap().len(), 1);
    let charge = StoredCardCharge::recurring(direct_order("S5", 700), user, card);
    assert!(matches!(
        client.charge(&charge).await.unwrap(),
        ChargeOutcome::Declined(..)
    ));
}

#[tokio::test]
async fn bkm_express_is_approved_on_its_page_and_told_as_bex() {
    let (sandbox, shop) = sandbox_with_shop().await;
    for (id, unit) in [("B1", BkmAmountUnit::Major), ("B2", BkmAmountUnit::Minor)] {
        let payment = BkmExpress::new(direct_order(id, 1_520), unit);
        let page = location(&sandbox, &hidden(&sandbox, &payment))
            .await
            .unwrap();
        send(&sandbox, &format!("{page}/bkm"), &Form::new()).await;
        sandbox.wait_until_acknowledged(id, LIMIT).await.unwrap();
    }
    assert_eq!(shop.field("payment_type"), vec![Some("bex".to_owned()); 2]);
    assert_eq!(shop.field("total_amount"), vec![Some("1520".to_owned()); 2]);
}

#[tokio::test]
async fn bkm_express_without_return_addresses_is_taken_with_a_warning() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let payment = BkmExpress::new(direct_order("B1", 1_520), BkmAmountUnit::Major);
    let mut form = hidden(&sandbox, &payment);
    form.retain(|(name, _)| !name.ends_with("_url"));
    let page = location(&sandbox, &form).await.unwrap();
    send(&sandbox, &format!("{page}/bkm"), &Form::new()).await;
    let order = sandbox.wait_until_acknowledged("B1", LIMIT).await.unwrap();
    assert_eq!(order.warnings.len(), 2, "{:?}", order.warnings);
    assert!(order.warnings[0].starts_with("merchant_ok_url is not sent"));
    assert!(order.warnings[1].starts_with("merchant_fail_url is not sent"));
    let page = support::http().get(format!("{}{page}", sandbox.base_url()));
    let text = page.send().await.unwrap().text().await.unwrap();
    assert!(
        text.contains("data-paid=\"true\"") && !text.contains("back-to-shop"),
        "{text}"
    );

    // A card payment needs them.
    let mut form = typed(&sandbox, &direct_payment("D1", 5_000), TestCard::Visa);
    form.retain(|(name, _)| name != "merchant_ok_url");
    assert_eq!(location(&sandbox, &form).await, None);
    assert!(sandbox.order("D1").is_none());
}

#[tokio::test]
async fn an_expired_test_card_and_an_empty_non_3d_are_taken_with_a_warning() {
    let (sandbox, _shop) = sandbox_with_shop().await;
    let mut form = typed(&sandbox, &direct_payment("D1", 5_000), TestCard::Visa);
    set(&mut form, "expiry_year", "24");
    set(&mut form, "non_3d", "");
    set(&mut form, "installment_count", "");
    sign(&mut form, DIRECT, &sandbox);
    let page = location(&sandbox, &form).await.unwrap();
    assert!(page.starts_with("/odeme/direkt/"), "{page}");
    assert_eq!(
        sandbox.order("D1").unwrap().warnings,
        [
            "installment_count is empty: it is taken as 0 here",
            "non_3d is empty: it is taken as 0 here",
            "the expiry date of the card has passed: a test card is taken with any"
        ]
    );
    for (name, value) in [("expiry_month", "13"), ("expiry_year", ""), ("cvv", "111")] {
        let mut form = typed(&sandbox, &direct_payment("D2", 5_000), TestCard::Visa);
        set(&mut form, name, value);
        assert_eq!(location(&sandbox, &form).await, None, "{name}={value}");
    }
    let mut form = typed(&sandbox, &direct_payment("D2", 5_000), TestCard::Visa);
    form.retain(|(name, _)| name != "non_3d");
    sign(&mut form, DIRECT, &sandbox);
    assert_eq!(location(&sandbox, &form).await, None, "without non_3d");
}

#[tokio::test]
async fn an_expired_test_card_is_taken_on_the_payment_page_too() {
    let sandbox = support::sandbox().await;
    let page = support::open_card(&sandbox, "A1").await;
    let page = page.strip_prefix(sandbox.base_url()).unwrap();
    let mut form = Form::new();
    for (name, value) in [
        ("cc_owner", "PAYTR TEST"),
        ("card_number", TestCard::FraudAlert.number()),
        ("expiry_month", "12"),
        ("expiry_year", "24"),
        ("cvv", "000"),
    ] {
        set(&mut form, name, value);
    }
    send(&sandbox, &format!("{page}/card"), &form).await;
    send(&sandbox, &format!("{page}/card"), &form).await;
    let order = sandbox.order("A1").unwrap();
    assert_eq!(order.state, OrderState::Failed { code: "11" });
    assert_eq!(order.warnings.len(), 1, "{:?}", order.warnings);
}

#[tokio::test]
async fn the_refusal_page_speaks_the_buyers_language() {
    let sandbox = support::sandbox().await;
    for (code, language, title) in [
        (None, "tr", "Ödeme başlatılamadı"),
        (Some("tr"), "tr", "Ödeme başlatılamadı"),
        (Some("en"), "en", "PayTR refuses this payment"),
        (Some("de"), "tr", "Ödeme başlatılamadı"),
    ] {
        let mut form = typed(&sandbox, &direct_payment("D1", 5_000), TestCard::Visa);
        form.retain(|(name, _)| name != "client_lang");
        if let Some(code) = code {
            set(&mut form, "client_lang", code);
        }
        set(&mut form, "payment_amount", "49.99");
        let text = send(&sandbox, "/odeme", &form).await.text().await.unwrap();
        assert!(
            text.contains(&format!("<html lang=\"{language}\">")),
            "{text}"
        );
        assert!(text.contains(title), "{text}");
    }
}
