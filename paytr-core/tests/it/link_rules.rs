//! What is refused of a link before anything is sent.

use paytr_core::api::{DeleteLinks, Endpoint, LinkId, LinkKind, SendLinkEmail, SendLinkSms};
use paytr_core::{Currency, Money};

use crate::common::credentials;
use crate::common::payments::{self, callback_target, link, link_id};
use crate::common::shop::lira;

fn refused_field(request: &impl Endpoint) -> &'static str {
    payments::refused_field(request.form(&credentials()))
}

fn product(min_count: u32, max_count: Option<u32>) -> LinkKind {
    LinkKind::Product {
        min_count,
        max_count,
    }
}

fn changed(change: impl FnOnce(&mut paytr_core::api::CreateLink)) -> paytr_core::api::CreateLink {
    let mut request = link(LinkKind::product());
    change(&mut request);
    request
}

#[test]
fn links_outside_the_documented_limits_are_refused_unsent() {
    let euro = Money::new(500_000, Currency::EUR);
    for (field, request) in [
        ("name", changed(|r| r.name = "Abc".into())),
        ("name", changed(|r| r.name = "   A   ".into())),
        ("name", changed(|r| r.name = "ş".repeat(201))),
        ("price", changed(|r| r.price = lira(99))),
        ("price", changed(|r| r.price = lira(100_000_000_000))),
        (
            "currency",
            changed(|r| r.price = Money::new(3_456, "CHF".parse().unwrap())),
        ),
        ("max_installment", changed(|r| r.max_installments = 0)),
        ("max_installment", changed(|r| r.max_installments = 13)),
        ("pft", changed(|r| r.interest_free_up_to = Some(1))),
        ("pft", changed(|r| r.interest_free_up_to = Some(13))),
        ("min_count", link(product(0, None))),
        ("max_count", link(product(1, Some(0)))),
        ("email", link(LinkKind::collection("ş@b.co"))),
        ("email", link(LinkKind::collection(""))),
        ("flex_max_price", link(LinkKind::flex(lira(3_455)))),
        ("flex_max_price", link(LinkKind::flex(euro))),
    ] {
        assert_eq!(refused_field(&request), field, "{request:?}");
    }
    for request in [
        changed(|r| r.name = "Abcd".into()),
        changed(|r| r.name = "ş".repeat(200)),
        changed(|r| r.max_installments = 1),
        link(LinkKind::flex(lira(3_456))),
    ] {
        assert!(request.form(&credentials()).is_ok(), "{request:?}");
    }
}

#[test]
fn a_callback_address_is_public_and_has_no_port() {
    for url in [
        "ftp://shop.example/a",
        "shop.example/a",
        "http://localhost/a",
        "http://sub.localhost/a",
        "http://LOCALHOST./a",
        "http://127.0.0.1/a",
        "http://[::1]/a",
        "https://shop.example:8443/a",
        // A parser drops these ports, but PayTR reads the text.
        "https://shop.example:443/a",
        "http://shop.example:80/a",
        "https://[2001:db8::1]:443/a",
    ] {
        let request = changed(|r| r.callback = Some(callback_target(url)));
        assert_eq!(refused_field(&request), "callback_link", "{url}");
    }
    let long = format!("https://shop.example/{}", "a".repeat(380));
    let request = changed(|r| r.callback = Some(callback_target(&long)));
    assert_eq!(refused_field(&request), "callback_link");
    for url in [
        "https://shop.example/a:b?c=d:e",
        "http://shop.example",
        "https://[2001:db8::1]/a",
    ] {
        let request = changed(|r| r.callback = Some(callback_target(url)));
        assert!(request.form(&credentials()).is_ok(), "{url}");
    }
}

#[test]
fn one_to_ten_links_are_deleted_at_once() {
    let links = |count| DeleteLinks {
        links: vec![link_id("L1"); count],
    };
    for count in [0, 11] {
        assert_eq!(refused_field(&links(count)), "id");
    }
    let ten = links(10).form(&credentials()).unwrap();
    assert_eq!(ten.get("id").unwrap().split(',').count(), 10);
}

#[test]
fn a_link_id_is_one_id() {
    for wrong in ["", "L1,L2", "L 1", "L1\n", "ş", "L/1", &"L".repeat(65)] {
        assert!(LinkId::new(wrong).is_err(), "{wrong:?}");
    }
    for right in ["NB2Zlz3", "a-b_c", &"L".repeat(64)] {
        assert_eq!(right.parse::<LinkId>().unwrap().as_str(), right);
    }
}

#[test]
fn a_message_goes_to_a_turkish_mobile_number_or_an_ascii_address() {
    for phone in [
        "",
        "5551112233",
        "+905551112233",
        "0555111223",
        "05551112x33",
        "02121112233",
    ] {
        let phone = phone.to_owned();
        let link = link_id("L1");
        assert_eq!(refused_field(&SendLinkSms { link, phone }), "cell_phone");
    }
    for email in ["", "ş@b.co", "a b@c.d", &format!("{}@b.co", "a".repeat(96))] {
        let email = email.to_owned();
        let link = link_id("L1");
        assert_eq!(refused_field(&SendLinkEmail { link, email }), "email");
    }
}
