//! Notifications are read strictly, and believed in nothing.

use payture::OrderId;
use payture::settlement::{BrowserReturn, Event, HintError, Notification};
use payture::three_ds::ThreeDsReturn;

const GOLDEN: &str = include_str!("../goldens/notification.txt");

fn parse(body: &str) -> Result<Notification, HintError> {
    Notification::parse(body.as_bytes())
}

#[test]
fn the_documented_notification_is_read() {
    let notification = parse(GOLDEN.trim_end()).unwrap();
    assert_eq!(notification.event(), &Event::EnginePaySuccess);
    let order = OrderId::new("e83f0323-fca0-0f91-9db9-393523563bc5").unwrap();
    assert_eq!(notification.order_id(), Some(order.clone()));
    assert_eq!(notification.claimed_amount(), Some(12_677));
    assert_eq!(notification.success(), Some(true));
    assert_eq!(notification.transaction_date(), Some("08.05.2019 15:36:27"));
    assert_eq!(notification.merchant_contract(), Some("Merchant"));
    assert_eq!(notification.get("MerchantId"), Some("1"));
    assert_eq!(notification.trigger(), Some(order));
}

#[test]
fn only_events_that_may_mean_paid_start_a_question() {
    let triggers: Vec<_> = Event::KNOWN
        .iter()
        .filter(|event| {
            parse(&format!("Notification={event}&OrderId=a"))
                .unwrap()
                .trigger()
                .is_some()
        })
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        triggers,
        [
            "EnginePaySuccess",
            "EngineBlockSuccess",
            "EngineChargeSuccess",
            "CustomerPaySuccess"
        ]
    );
    for body in [
        "Notification=SomethingNew&OrderId=a",
        "Notification=EnginePaySuccess&OrderId=a&Success=False",
        "Notification=EnginePaySuccess&OrderId=",
        "Notification=EnginePaySuccess",
        "Notification=EnginePaySuccess&OrderId=a%3Bb",
    ] {
        assert_eq!(parse(body).unwrap().trigger(), None, "{body}");
    }
}

#[test]
fn a_repeated_name_a_long_body_and_bytes_that_are_no_text_are_refused() {
    for (body, error) in [
        (
            "Notification=EnginePaySuccess&OrderId=a&OrderId=b",
            HintError::Repeated,
        ),
        (
            "Notification=EnginePaySuccess&OrderId=a&Order%49d=b",
            HintError::Repeated,
        ),
        (
            "OrderId=a",
            HintError::Missing {
                name: "Notification",
            },
        ),
        (
            "",
            HintError::Missing {
                name: "Notification",
            },
        ),
        ("Notification=%FF", HintError::NotUtf8),
    ] {
        assert_eq!(parse(body), Err(error), "{body}");
    }
    let long = format!("Notification=EnginePaySuccess&X={}", "x".repeat(16 * 1024));
    assert_eq!(parse(&long), Err(HintError::TooLong));
    let many = (0..80)
        .map(|n| format!("f{n}=1"))
        .collect::<Vec<_>>()
        .join("&");
    assert_eq!(parse(&many), Err(HintError::TooLong));
}

#[test]
fn a_customers_password_is_thrown_away() {
    let body = "Notification=CustomerAddSuccess&VWUserPsw=c4n4ry&VWUserLgn=a%40b";
    let notification = parse(body).unwrap();
    assert_eq!(notification.get("VWUserPsw"), None);
    assert_eq!(notification.get("VWUserLgn"), Some("a@b"));
}

#[test]
fn a_browsers_return_names_an_order_and_nothing_else() {
    let parsed = BrowserReturn::parse("success=true&orderid=ord-1", "orderid").unwrap();
    assert_eq!(parsed.order.as_str(), "ord-1");
    assert!(BrowserReturn::parse("success=true", "orderid").is_err());
    assert!(BrowserReturn::parse("orderid=a&orderid=b", "orderid").is_err());
    assert!(BrowserReturn::parse("orderid=%0A", "orderid").is_err());
}

#[test]
fn the_way_back_from_the_bank_needs_both_parts_once() {
    let returned = ThreeDsReturn::parse(b"MD=key-1&PaRes=a%2Bb%0D%0Ac%3D").unwrap();
    assert_eq!(returned.key.as_str(), "key-1");
    for wrong in [
        &b"MD=a"[..],
        b"PaRes=a",
        b"MD=a&MD=b&PaRes=c",
        b"MD=&PaRes=c",
        b"MD=a;b&PaRes=c",
    ] {
        assert!(ThreeDsReturn::parse(wrong).is_err());
    }
}
