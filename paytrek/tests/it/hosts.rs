//! Where requests go, and which of it is real money.

use paytrek::{ForwardUrl, Host, HostError, Mode};

#[test]
fn the_three_hosts_have_names() {
    for (name, origin, mode) in [
        ("sandbox", "https://sandbox.paytrek.com", Mode::Test),
        ("turkey", "https://secure.paytrek.com.tr", Mode::Live),
        ("international", "https://secure.paytrek.com", Mode::Live),
    ] {
        let host: Host = name.parse().unwrap();
        assert_eq!((host.as_str(), host.mode()), (origin, mode));
        // The origin itself is recognised too.
        assert_eq!(Host::at(origin), Ok(host.clone()));
        assert_eq!(
            host.script_url(),
            format!("{origin}/static/v2/js/paytrek.js")
        );
    }
    assert_eq!(
        Host::at("https://proxy.shop.example").unwrap().mode(),
        Mode::Live
    );
    assert_eq!(
        Host::at("http://127.0.0.1:4000").unwrap().mode(),
        Mode::Test
    );
}

#[test]
fn http_is_for_loopback_only() {
    for good in [
        "http://127.0.0.1:4000/",
        "http://[::1]:1",
        "http://localhost",
    ] {
        assert!(Host::at(good).is_ok(), "{good}");
    }
    for wrong in [
        "http://secure.paytrek.com.tr",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
    ] {
        assert_eq!(Host::at(wrong), Err(HostError::NotHttps), "{wrong}");
    }
    for wrong in [
        "",
        "live",
        "ftp://a",
        "https://a/b",
        "https://a/?b",
        "https://u:p@a",
    ] {
        assert_eq!(
            wrong.parse::<Host>(),
            Err(HostError::NotAnOrigin),
            "{wrong}"
        );
    }
}

#[test]
fn a_buyer_is_sent_to_https_only() {
    let fake = Host::at("http://127.0.0.1:4000").unwrap();
    assert!(ForwardUrl::new("https://acs.bank.example/x?y", &Host::turkey()).is_ok());
    assert!(ForwardUrl::new("http://127.0.0.1:4000/3d/x", &fake).is_ok());
    assert!(ForwardUrl::new("http://acs.bank.example/", &fake).is_err());
    for wrong in [
        "",
        "/x",
        "http://acs.bank.example/",
        "javascript:alert(1)",
        "file:///etc",
    ] {
        assert!(ForwardUrl::new(wrong, &Host::turkey()).is_err(), "{wrong}");
    }
}
