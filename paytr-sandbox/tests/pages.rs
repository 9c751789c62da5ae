//! The payment pages, as a browser without scripts goes through them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::Language;
use paytr_core::api::{Installments, PageDesign};
use paytr_sandbox::{OrderState, Sandbox, TestCard};
use support::{card, client, http, open, open_card, sandbox, transfer};

async fn get(url: &str) -> String {
    let reply = http().get(url).send().await.unwrap();
    assert_eq!(reply.status(), 200, "{url}");
    reply.text().await.unwrap()
}

/// Posts a form and gives the page the browser ends on.
async fn post(url: String, form: &str) -> String {
    let request = http()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    request.send().await.unwrap().text().await.unwrap()
}

fn typed(number: &str) -> String {
    format!(
        "cc_owner=PAYTR+TEST&card_number={number}&expiry_month=12&expiry_year=30&cvv=000&installments=1"
    )
}

fn state(sandbox: &Sandbox) -> OrderState {
    sandbox.orders().remove(0).state
}

#[tokio::test]
async fn a_buyer_pays_through_the_form_and_3d_secure() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let form = get(&page).await;
    for part in [
        "id=\"card-form\"",
        "name=\"cc_owner\"",
        "name=\"card_number\"",
        "name=\"expiry_month\"",
        "name=\"expiry_year\"",
        "name=\"cvv\"",
        "id=\"pay\"",
        "id=\"leave\"",
        "34,56 TL",
        "2 × Kalem",
        "SANDBOX – PayTR değildir",
        "4355 0843 5508 4358",
    ] {
        assert!(form.contains(part), "{part}");
    }
    let asked = post(format!("{page}/card"), &typed("4355+0843+5508+4358")).await;
    for part in ["id=\"three-d-form\"", "name=\"code\"", "id=\"confirm\""] {
        assert!(asked.contains(part), "{part}");
    }
    assert!(asked.contains("435508******4358") && !asked.contains("4355084355084358"));
    assert_eq!(state(&sandbox), OrderState::Waiting);
    let paid = post(format!("{page}/three-d"), "code=123456").await;
    assert!(
        paid.contains("href=\"http://127.0.0.1:3000/ok\" target=\"_top\""),
        "{paid}"
    );
    assert!(matches!(state(&sandbox), OrderState::Paid { .. }));
}

#[tokio::test]
async fn a_declined_buyer_sees_why_and_pays_with_another_card_on_the_same_page() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    for decline in TestCard::ALL {
        let Some(reason) = decline.failed_reason() else {
            continue;
        };
        let shown = post(format!("{page}/card"), &typed(decline.number())).await;
        assert!(shown.contains("id=\"decline\"") && shown.contains(reason.turkish()));
        let code = reason.code();
        assert_eq!(state(&sandbox), OrderState::Failed { code });
    }
    post(format!("{page}/card"), &typed(TestCard::Troy.number())).await;
    let wrong = post(format!("{page}/three-d"), "code=000000").await;
    assert!(wrong.contains("id=\"decline\""), "{wrong}");
    assert_eq!(state(&sandbox), OrderState::Failed { code: "2" });
    post(format!("{page}/card"), &typed(TestCard::Troy.number())).await;
    post(format!("{page}/three-d"), "code=&cancel=1").await;
    assert_eq!(state(&sandbox), OrderState::Failed { code: "1" });
    post(format!("{page}/card"), &typed(TestCard::Troy.number())).await;
    post(format!("{page}/three-d"), "code=123456").await;
    assert!(matches!(state(&sandbox), OrderState::Paid { .. }));
}

#[tokio::test]
async fn a_card_that_is_not_of_the_sandbox_is_refused_and_never_shown_again() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let shown = post(format!("{page}/card"), &typed("4111111111111111")).await;
    assert!(shown.contains("id=\"form-problem\"") && !shown.contains("41111111"));
    assert_eq!(state(&sandbox), OrderState::Waiting);
    let everything = format!("{:?}", sandbox.orders());
    assert!(!everything.contains("41111111"), "{everything}");
}

#[tokio::test]
async fn a_buyer_who_leaves_goes_back_to_the_fail_address() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let left = post(format!("{page}/leave"), "").await;
    assert!(left.contains("href=\"http://127.0.0.1:3000/fail\" target=\"_top\""));
    assert_eq!(state(&sandbox), OrderState::Failed { code: "6" });
}

#[tokio::test]
async fn a_second_tab_of_a_paid_order_says_that_it_is_paid() {
    let sandbox = sandbox().await;
    let first = open_card(&sandbox, "A1").await;
    let second = open_card(&sandbox, "A1").await;
    post(format!("{first}/card"), &typed(TestCard::Visa.number())).await;
    post(format!("{first}/three-d"), "code=123456").await;
    assert!(get(&second).await.contains("data-paid=\"true\""));
    let again = post(format!("{second}/leave"), "").await;
    assert!(again.contains("data-paid=\"true\""), "{again}");
    assert!(matches!(state(&sandbox), OrderState::Paid { .. }));
}

#[tokio::test]
async fn language_design_instalments_and_debug_are_honoured() {
    let sandbox = sandbox().await;
    let mut request = card("A1");
    request.language = Language::English;
    request.design = PageDesign::V2Dark;
    request.installments = Installments::UpTo(3);
    request.debug = true;
    let page = open(&sandbox, &request).await;
    let shown = get(&page).await;
    assert!(shown.contains("<html lang=\"en\">") && shown.contains("class=\"v2 dark\""));
    assert!(shown.contains("value=\"3\"") && !shown.contains("value=\"4\""));
    let fault = post(format!("{page}/card"), &typed("4000000000000994")).await;
    assert!(fault.contains("debug_on=1"), "{fault}");
    assert_eq!(state(&sandbox), OrderState::Failed { code: "0" });
    let too_many = typed("4355084355084358").replace("installments=1", "installments=4");
    let refused = post(format!("{page}/card"), &too_many).await;
    assert!(!refused.contains("three-d-form"), "{refused}");
    assert_eq!(state(&sandbox), OrderState::Failed { code: "0" });

    request.order = support::oid("A2");
    request.installments = Installments::None;
    let single = get(&open(&sandbox, &request).await).await;
    assert!(!single.contains("name=\"installments\""));
}

#[tokio::test]
async fn a_picked_test_card_fills_the_form_in() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let picked = get(&format!("{page}?card=troy")).await;
    assert!(picked.contains("value=\"9792 0303 9444 0796\""));
    assert!(!get(&page).await.contains("value=\"9792"));
}

#[tokio::test]
async fn what_a_shop_sends_is_text_on_the_page_never_markup() {
    let sandbox = sandbox().await;
    let mut request = card("A1");
    let basket = paytr_core::Basket::new(paytr_core::Currency::TRY);
    request.basket = basket.item("<script>alert(1)</script>", 3_456, 1).unwrap();
    let shown = get(&open(&sandbox, &request).await).await;
    assert!(!shown.contains("<script>alert"), "{shown}");
}

#[tokio::test]
async fn a_buyer_announces_a_transfer_and_the_bank_decides() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let token = client.iframe_token(&transfer("E1")).await.unwrap();
    let page = client.page_url(&token);
    assert!(get(&page).await.contains("id=\"eft-form\""));
    let incomplete = post(format!("{page}/notice"), "bank=akbank").await;
    assert!(incomplete.contains("id=\"form-problem\""));
    let notice = "bank=akbank&user_name=A+B&user_phone=05001112233&payment_sent_date=2026-01-01";
    let sent = post(format!("{page}/notice"), notice).await;
    assert!(sent.contains("id=\"arrived\"") && sent.contains("id=\"not-found\""));
    let missing = post(format!("{page}/transfer"), "outcome=not-found").await;
    assert!(missing.contains("id=\"decline\""));
    assert_eq!(state(&sandbox), OrderState::Failed { code: "4" });
    post(format!("{page}/notice"), notice).await;
    let paid = post(format!("{page}/transfer"), "outcome=arrived").await;
    assert!(paid.contains("data-paid=\"true\""), "{paid}");
    assert!(matches!(state(&sandbox), OrderState::Paid { .. }));
}

#[tokio::test]
async fn pages_run_only_their_own_scripts_and_may_be_framed() {
    let sandbox = sandbox().await;
    let page = open_card(&sandbox, "A1").await;
    let reply = http().get(&page).send().await.unwrap();
    let policy = reply.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"));
    assert!(!policy.contains("frame-ancestors") && !policy.contains("unsafe"));
    assert!(!reply.headers().contains_key("x-frame-options"));
    let text = reply.text().await.unwrap();
    assert!(!text.contains("style=\"") && !text.contains("onclick"));
    let script = get(&format!(
        "{}/js/iframeResizer.min.js?v2",
        sandbox.base_url()
    ))
    .await;
    assert!(script.contains("window.iFrameResize = function (options, selector)"));
}
