//! What holds for every page: no script, a strict policy, both languages, and what helpers need to read it.

use paytr_core::paid_once::{FailureReason, Payment, ReviewReason};
use paytr_flow::FlowResponse;

use crate::support::{RefundScript, Shop};

/// Some of everything, so that no page is empty.
async fn full_shop() -> (Shop, Vec<String>) {
    let mut shop = Shop::start().await;
    shop.paid_order("PAID", 3_000).await;
    shop.short_payment("SHORT", 3_000).await;
    shop.undelivered_order("OWED", 3_000).await;
    shop.paytr.play(RefundScript::Lose);
    let address = "/orders/PAID/refund?amount=1";
    let form = shop.ayse().form(address, "/orders/PAID/refund").await;
    assert_eq!(shop.ayse().submit(&form).await.status, 502);
    let pages = [
        "",
        "/?hours=48",
        "/orders",
        "/orders?state=paid&starts=P",
        "/orders/PAID",
        "/orders/SHORT",
        "/orders/OWED",
        address,
        "/reviews",
        "/reviews?state=all",
        "/reviews/1",
        "/reviews/1/deliver",
        "/reviews/1/refund",
        "/reviews/1/dismiss",
        "/undelivered",
        "/undelivered/OWED/by-hand",
        "/statement",
        "/refunds",
        "/nothing",
        "/orders/PAID/refund?amount=x",
    ];
    (shop, pages.map(str::to_owned).into())
}

fn check_headers(response: &FlowResponse, address: &str) {
    let policy = response.header("content-security-policy").unwrap();
    let (before, after) = policy.split_once("'nonce-").unwrap();
    let (nonce, after) = after.split_once('\'').unwrap();
    assert_eq!(before, "default-src 'none'; style-src ");
    assert_eq!(
        after,
        "; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    assert_eq!(nonce.len(), 32);
    assert!(
        response
            .body
            .contains(&format!("<style nonce=\"{nonce}\">"))
    );
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ] {
        assert_eq!(response.header(name), Some(value), "{address}");
    }
}

fn check_body(html: &str, language: &str, address: &str) {
    let lower = html.to_lowercase();
    for forbidden in [
        "<script",
        " onclick=",
        " onload=",
        " style=",
        "javascript:",
        "<link",
        "http://",
        "<img",
    ] {
        assert!(!lower.contains(forbidden), "{address}: {forbidden}");
    }
    assert!(
        html.contains(&format!("<html lang=\"{language}\">")),
        "{address}"
    );
    for (part, count) in [
        ("<a class=\"skip\" href=\"#main\">", 1),
        ("<main id=\"main\"", 1),
        ("<header>", 1),
        ("<footer>", 1),
        ("<nav aria-label=\"", 1),
        ("<h1>", 1),
        ("aria-current=\"page\"", 1),
    ] {
        assert_eq!(html.matches(part).count(), count, "{address}: {part}");
    }
    for tag in html
        .split("<th")
        .skip(1)
        .filter(|tag| !tag.starts_with("ead"))
    {
        assert!(tag.starts_with(" scope=\""), "{address}: <th{}", &tag[..20]);
    }
    assert_eq!(
        html.matches("<table>").count(),
        html.matches("<caption").count(),
        "{address}"
    );
    for element in ["<input ", "<select ", "<textarea "] {
        for tag in html.split(element).skip(1) {
            let tag = tag.split('>').next().unwrap();
            if tag.contains("type=\"hidden\"") {
                continue;
            }
            let id = tag
                .split("id=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert!(
                html.contains(&format!("<label for=\"{id}\">")),
                "{address}: {id}"
            );
        }
    }
    for form in html
        .split("<form ")
        .skip(1)
        .filter(|form| form.contains("method=\"post\""))
    {
        assert!(form.contains("name=\"token\""), "{address}");
    }
}

#[tokio::test]
async fn every_page_has_its_policy_its_landmarks_and_no_script_in_both_languages() {
    let (shop, pages) = full_shop().await;
    for address in pages {
        for (language, other) in [("en", "tr"), ("tr", "en")] {
            let separator = if address.contains('?') { '&' } else { '?' };
            let address = format!("{address}{separator}lang={language}");
            let response = shop.ayse().get(&address).await;
            check_headers(&response, &address);
            check_body(&response.body, language, &address);
            assert_eq!(response.header("content-language"), Some(language));
            let switch = format!("lang=\"{other}\" hreflang=\"{other}\"");
            assert_eq!(response.body.matches(&switch).count(), 1, "{address}");
        }
    }
}

#[tokio::test]
async fn the_language_is_that_of_the_query_then_the_browser_s_then_turkish() {
    let shop = Shop::start().await;
    let ayse = shop.ayse();
    assert!(ayse.page("").await.contains("<h1>Overview</h1>"));
    assert!(ayse.page("?lang=tr").await.contains("<h1>Genel bakış</h1>"));
    let turk = ayse.with("accept-language", Some("tr-TR, en;q=0.5"));
    assert!(turk.page("").await.contains("<h1>Genel bakış</h1>"));
    assert!(turk.page("?lang=en").await.contains("<h1>Overview</h1>"));
    let silent = ayse.with("accept-language", None);
    assert!(silent.page("").await.contains("<h1>Genel bakış</h1>"));
    // A chosen language goes on through links and forms.
    let page = ayse.page("?lang=tr").await;
    assert!(page.contains("href=\"/shop/back-office/orders?lang=tr\""));
    assert!(!ayse.page("").await.contains("back-office/orders?lang"));
}

#[tokio::test]
async fn the_switch_keeps_the_page_and_its_filter() {
    let shop = Shop::start().await;
    let page = shop.ayse().page("/orders?state=paid&starts=SHOP").await;
    let link = "href=\"/shop/back-office/orders?state=paid&#38;starts=SHOP&#38;lang=tr\"";
    assert!(page.contains(link), "{page}");
}

#[tokio::test]
async fn a_form_sent_in_one_language_leads_to_a_page_in_it() {
    let mut shop = Shop::start().await;
    shop.short_payment("A1", 3_000).await;
    let form = shop
        .ayse()
        .form("/reviews/1/dismiss?lang=tr", "/reviews/1/dismiss?lang=tr")
        .await;
    let response = shop.ayse().submit(&form).await;
    let location = response.header("location");
    assert_eq!(location, Some("/shop/back-office/reviews/1?lang=tr"));
    let again = shop.ayse().submit(&form).await;
    assert!(again.body.contains("Bu form daha önce gönderildi"));
}

#[tokio::test]
async fn texts_from_outside_are_escaped_wherever_they_are_shown() {
    const EVIL: &str = "<script>alert(1)</script>\"'&";
    let shop = Shop::start().await;
    shop.open("A1", 3_000).await;
    let reason = FailureReason {
        code: Some(EVIL.to_owned()),
        message: Some(EVIL.to_owned()),
    };
    let payment = Payment::failed(shop.key("A1"), reason);
    shop.record_review(&payment, ReviewReason::UnknownOrder)
        .await;
    let eve = shop.ayse().with("x-operator", Some(EVIL));
    let form = eve.form("/reviews/1/dismiss", "/reviews/1/dismiss").await;
    let form = form.with("note", EVIL);
    assert_eq!(eve.submit(&form).await.status, 303);

    let query: String = form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    for address in [
        "/reviews/1".to_owned(),
        "/reviews?state=all".to_owned(),
        "/orders/A1".to_owned(),
        "/reviews/1/dismiss".to_owned(),
        format!("/orders?starts={query}"),
        format!("/orders/{query}"),
        format!("/reviews?reason={query}"),
        format!("/orders/A1?merchant={query}"),
    ] {
        let body = eve.get(&address).await.body;
        assert!(body.contains("&#60;script&#62;alert(1)"), "{address}");
        assert!(!body.contains("<script"), "{address}");
        assert!(!body.contains("\"'&"), "{address}");
    }
}

#[tokio::test]
async fn what_a_failing_ledger_says_is_not_shown() {
    let (shop, _) = full_shop().await;
    for (step, address) in [
        ("gauges", ""),
        ("orders", "/orders"),
        ("orders", "/orders.csv"),
        ("life", "/orders/PAID"),
        ("refunds", "/orders/PAID"),
        ("reviews", "/reviews"),
        ("reviews", "/reviews/1"),
    ] {
        shop.ledger.fail(Some(step));
        let response = shop.ayse().get(address).await;
        assert_eq!(response.status, 503, "{step} {address}");
        assert_eq!(response.header("retry-after"), Some("5"));
        assert!(response.body.contains("The records cannot be reached now"));
        assert!(!response.body.contains("secret"));
    }
}
