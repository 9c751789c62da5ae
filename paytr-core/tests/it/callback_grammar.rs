//! Bodies that are no notification: refused as malformed before any hash is computed. Every body
//! here carries a hash that is right for its values, so only the grammar can refuse it.

use paytr_core::PaymentCallback;
use paytr_core::callback::{
    CallbackError, GrammarError, PaymentCallbackRef, SignedFields, UnreadableField,
};
use paytr_core::paid_once::Outcome;
use paytr_core::testing::PaymentNotification;

use crate::common::{credentials, keyring, oid};

fn verdict(body: &[u8]) -> Result<(), CallbackError> {
    PaymentCallback::verify(&keyring(), body).map(|_callback| ())
}

fn read(body: &str) -> Result<PaymentCallback, CallbackError> {
    PaymentCallback::verify(&keyring(), body.as_bytes())
}

fn malformed(body: impl AsRef<[u8]>) -> GrammarError {
    match verdict(body.as_ref()) {
        Err(CallbackError::Malformed(error)) => error,
        other => panic!("{other:?}: {:?}", String::from_utf8_lossy(body.as_ref())),
    }
}

fn value(name: &'static str) -> GrammarError {
    GrammarError::Value { name }
}

fn missing(name: &'static str) -> GrammarError {
    GrammarError::Missing { name }
}

/// A signed body, whatever the values are.
fn signed(oid: &str, status: &str, total: &str) -> String {
    PaymentNotification::new(oid, status, total)
        .sign(&credentials())
        .to_body()
}

fn good() -> String {
    signed("SIPARIS0001", "success", "1000")
}

#[test]
fn the_good_body_of_these_tests_is_good() {
    assert_eq!(verdict(good().as_bytes()), Ok(()));
    assert_eq!(oid("SIPARIS0001").as_str(), "SIPARIS0001");
}

#[test]
fn a_status_outside_the_closed_set_is_malformed_even_with_a_matching_hash() {
    for status in [
        "Success",
        "SUCCESS",
        " success",
        "success ",
        "success\0",
        "info",
        "",
        "failed1",
        "fail",
        "success1",
        "wait_callback",
        "ﬁled",
        "başarılı",
    ] {
        let refused = malformed(signed("SIPARIS0001", status, "1000"));
        assert_eq!(refused, value("status"), "{status:?}");
    }
}

#[test]
fn a_digit_moved_from_the_total_to_the_status_is_malformed_though_the_hash_matches() {
    let moved = good()
        .replace("status=success&", "status=success1&")
        .replace("total_amount=1000", "total_amount=000");
    assert_eq!(malformed(&moved), value("status"));
    let from_status = good()
        .replace("status=success&", "status=succes&")
        .replace("total_amount=1000", "total_amount=s1000");
    assert_eq!(malformed(&from_status), value("status"));
}

#[test]
fn a_total_that_is_not_plain_digits_is_malformed_even_with_a_matching_hash() {
    for total in [
        "-1",
        "+1",
        "1.00",
        "1,00",
        "1e3",
        "01",
        "00",
        "",
        " 1",
        "1 ",
        "0x10",
        "1_000",
        "18446744073709551616",
        "99999999999999999999999",
        "١٠٠",
        "１０００",
        "1\0",
        "NaN",
    ] {
        let refused = malformed(signed("SIPARIS0001", "success", total));
        assert_eq!(refused, value("total_amount"), "{total:?}");
    }
    let most = signed("SIPARIS0001", "success", "18446744073709551615");
    assert_eq!(verdict(most.as_bytes()), Ok(()));
}

#[test]
fn an_order_id_outside_its_grammar_is_malformed_even_with_a_matching_hash() {
    let long = "A".repeat(65);
    for id in [
        "",
        &long,
        "A-1",
        "A_1",
        "A 1",
        "A\0",
        "A\n",
        "ＡＢ１",
        "SİPARİŞ1",
        "A'OR'1",
        "../A",
        "A%",
    ] {
        let refused = malformed(signed(id, "success", "1000"));
        assert_eq!(refused, value("merchant_oid"), "{id:?}");
    }
    let longest = "A".repeat(64);
    assert_eq!(verdict(signed(&longest, "success", "1").as_bytes()), Ok(()));
}

#[test]
fn an_escaped_order_id_status_or_total_is_malformed() {
    for (plain, escaped, name) in [
        ("merchant_oid=S", "merchant_oid=%53", "merchant_oid"),
        ("status=s", "status=%73", "status"),
        ("total_amount=1", "total_amount=%31", "total_amount"),
    ] {
        assert_eq!(malformed(good().replace(plain, escaped)), value(name));
    }
}

#[test]
fn a_missing_signed_field_is_malformed() {
    for name in ["merchant_oid", "status", "total_amount", "hash"] {
        let kept: Vec<_> = good()
            .split('&')
            .filter(|pair| !pair.starts_with(&format!("{name}=")))
            .map(str::to_owned)
            .collect();
        assert_eq!(kept.len(), 3);
        assert_eq!(malformed(kept.join("&")), missing(name));
    }
}

#[test]
fn a_repeated_signed_field_is_malformed_whether_or_not_the_values_agree() {
    for pair in good().split('&') {
        let (name, _) = pair.split_once('=').unwrap();
        for repeated in [
            format!("{}&{pair}", good()),
            format!("{pair}&{}", good()),
            format!("{}&{name}=1", good()),
        ] {
            assert_eq!(malformed(&repeated), GrammarError::Repeated, "{repeated}");
        }
    }
}

/// PayTR may send more fields tomorrow, and some servers in front add their own.
#[test]
fn a_field_that_is_not_known_may_be_anything_once_the_hash_is_right() {
    for more in [
        "utoken=1&utoken=1",
        "failed_reason_msg=a&failed_reason_msg=b",
        "x[]=1&x[]=2&x%5B%5D=3",
        "%75token=1&utoken=2",
        "hash[]=1",
        "Currency=XX",
        "=1&=2",
        "a&a",
        "%FF=%FF&%FF",
    ] {
        for body in [format!("{}&{more}", good()), format!("{more}&{}", good())] {
            assert_eq!(read(&body).unwrap().unreadable(), None, "{body}");
        }
    }
    let many: Vec<_> = (0..2_000).map(|n| format!("&extra{}=1", n % 100)).collect();
    assert_eq!(verdict((good() + &many.concat()).as_bytes()), Ok(()));
    let wrong = good().replace("total_amount=1000", "total_amount=1001") + "&utoken=1&utoken=1";
    assert_eq!(verdict(wrong.as_bytes()), Err(CallbackError::BadHash));
}

#[test]
fn a_signed_name_without_a_value_is_malformed_beside_the_good_one() {
    for name in ["merchant_oid", "status", "total_amount", "hash"] {
        for body in [format!("{name}&{}", good()), format!("{}&{name}", good())] {
            assert_eq!(malformed(body), value(name), "{name}");
        }
    }
}

#[test]
fn an_array_hash_is_no_hash() {
    for array in [
        "hash[]=",
        "hash%5B%5D=",
        "hash[0]=",
        "hash.=",
        "Hash=",
        "HASH=",
    ] {
        let body = good().replace("hash=", array);
        assert_eq!(malformed(body), missing("hash"), "{array}");
    }
}

#[test]
fn a_signed_name_disguised_by_escapes_is_malformed_beside_or_instead_of_the_plain_one() {
    for (name, disguised) in [
        ("merchant_oid", "merchant%5Foid"),
        ("merchant_oid", "%6d%65%72%63%68%61%6e%74%5f%6f%69%64"),
        ("status", "%73tatus"),
        ("total_amount", "total%5famount"),
        ("hash", "has%68"),
    ] {
        let instead = good().replace(&format!("{name}="), &format!("{disguised}="));
        assert_eq!(malformed(instead), GrammarError::DisguisedName, "{name}");
        let beside = format!("{disguised}=1&{}", good());
        assert_eq!(malformed(beside), GrammarError::DisguisedName, "{name}");
    }
    let beside = format!("{}&callback%5Fid=1", good());
    assert_eq!(malformed(beside), GrammarError::DisguisedName);
}

#[test]
fn a_link_notification_is_malformed_here() {
    for body in [
        format!("callback_id=KAMPANYA1&{}", good()),
        format!("{}&callback_id=", good()),
        format!("{}&callback_id", good()),
    ] {
        let foreign = GrammarError::Foreign {
            name: "callback_id",
        };
        assert_eq!(malformed(body), foreign);
    }
}

#[test]
fn a_hash_that_is_not_44_characters_of_standard_base64_is_malformed() {
    let notification = PaymentNotification::new("SIPARIS0001", "success", "3456");
    // `4B/w+FYL…`: it has both characters that other alphabets spell differently.
    let hash = "4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=";
    let hex = "e01ff0f8560bf91fe442d993cc9a56d0154baa922d4cdb9fa8eca26107f6e341";
    let wrong = [
        String::new(),
        hash[..43].to_owned(),
        format!("{hash}="),
        format!("{hash}A"),
        format!("{hash}\n"),
        format!(" {hash}"),
        format!("\u{feff}{hash}"),
        hash.replace('+', "-").replace('/', "_"),
        hash.replace('/', "_"),
        hash.trim_end_matches('=').to_owned(),
        hash.replace('+', " "),
        hash.replace("E=", "F="),
        hash[..24].to_owned(),
        format!("{}====", &hash[..40]),
        hash.replace('B', "é"),
        hash.replace('B', "\0"),
        hex.to_owned(),
        "=".repeat(44),
    ];
    for hash in wrong {
        let body = notification.clone().field("hash", &hash).to_body();
        assert_eq!(malformed(&body), value("hash"), "{hash:?}");
        let fields = SignedFields {
            merchant_oid: b"SIPARIS0001",
            status: b"success",
            total_amount: b"3456",
            hash: hash.as_bytes(),
        };
        let refused = Err(CallbackError::Malformed(value("hash")));
        assert_eq!(fields.verify(&keyring()), refused, "{hash:?}");
    }
    let right = notification.field("hash", hash).to_body();
    assert_eq!(verdict(right.as_bytes()), Ok(()));
}

#[test]
fn a_raw_plus_in_the_hash_is_a_blank_and_so_malformed() {
    let raw = "merchant_oid=SIPARIS0001&status=success&total_amount=3456\
               &hash=4B/w+FYL+R/kQtmTzJpW0BVLqpItTNufqOyiYQf240E=";
    assert_eq!(malformed(raw), value("hash"));
    assert_eq!(verdict(raw.replace('+', "%2B").as_bytes()), Ok(()));
}

#[test]
fn bodies_that_are_no_form_are_malformed() {
    for body in ["", "&", "&&&&", "=", "a", "{}", "\0", "merchant_oi"] {
        assert!(
            matches!(malformed(body), GrammarError::Missing { .. }),
            "{body:?}"
        );
    }
    let json =
        r#"{"merchant_oid":"SIPARIS0001","status":"success","total_amount":"1000","hash":""}"#;
    assert_eq!(malformed(json), missing("merchant_oid"));
    assert_eq!(malformed([0xff, 0xfe, b'=', 0x80]), missing("merchant_oid"));
}

#[test]
fn a_byte_order_mark_hides_the_first_field() {
    assert_eq!(
        malformed(format!("\u{feff}{}", good())),
        missing("merchant_oid")
    );
}

/// The hash is right, so money moved: such a payment is refused with a record, see `callback_money`.
#[test]
fn an_unsigned_field_that_decides_something_and_cannot_be_read_is_told() {
    use UnreadableField::{Currency, PaymentAmount, TestMode};
    for (more, field) in [
        ("currency=tl", Currency),
        ("currency=%54L", Currency),
        ("currency=LIRA", Currency),
        ("currency=T%FF", Currency),
        ("currency=TL&currency=TL", Currency),
        ("currency=TL&currenc%79=USD", Currency),
        ("%63urrency=TL", Currency),
        ("currency", Currency),
        ("payment_amount=10.00", PaymentAmount),
        ("payment_amount=34.56", PaymentAmount),
        ("payment_amount=-1", PaymentAmount),
        ("payment_amount=01", PaymentAmount),
        ("payment_amount=18446744073709551616", PaymentAmount),
        ("payment_amount=1000&payment_amount=1000", PaymentAmount),
        ("payment%5Famount=1000", PaymentAmount),
        ("test_mode=0&test_mode=0", TestMode),
        ("test%5fmode=0", TestMode),
        ("test_mode", TestMode),
    ] {
        for body in [format!("{}&{more}", good()), format!("{more}&{}", good())] {
            let callback = read(&body).unwrap();
            assert_eq!(callback.unreadable(), Some(field), "{body}");
            // Whoever delivers it without a look at that is refused by every gate.
            let total = callback.payment(credentials().merchant_id()).total();
            assert_eq!(total.unwrap().currency().code(), "XXX", "{body}");
        }
        // On a failure nothing is to be read.
        let failed = signed("SIPARIS0001", "failed", "0");
        let callback = read(&format!("{failed}&{more}")).unwrap();
        assert_eq!(callback.unreadable(), None, "{more}");
    }
    for pair in [
        "currency=",
        "currency=TL",
        "currency=TRY",
        "currency=EUR",
        "payment_amount=",
        "payment_amount=1000",
        "test_mode=",
        "test_mode=0",
        "test_mode=1",
    ] {
        let body = format!("{}&{pair}", good());
        assert_eq!(read(&body).unwrap().unreadable(), None, "{pair}");
    }
}

#[test]
fn the_reply_to_a_malformed_body_never_shows_a_value() {
    let canary = "CANARYVALUE";
    for body in [
        signed(&format!("{canary}-"), "success", "1"),
        signed("A", canary, "1"),
        signed("A", "success", canary),
        format!("{}&hash={canary}", good()),
    ] {
        let error = verdict(body.as_bytes()).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        let shown = format!("{error} {error:?} {cause}");
        assert!(!shown.contains(canary), "{shown}");
    }
}

#[test]
fn a_verdict_that_lies_in_its_body_says_what_the_kept_one_says() {
    let failed = signed("SIPARIS0001", "failed", "0");
    for body in [
        good(),
        format!("{}&currency=EUR&payment_amount=900&test_mode=1", good()),
        format!("{}&currency=LIRA", good()),
        format!("{failed}&failed_reason_code=6&failed_reason_msg=Yetersiz%20bakiye"),
    ] {
        let keys = keyring();
        let lying = PaymentCallbackRef::verify(&keys, body.as_bytes()).unwrap();
        let kept = read(&body).unwrap();
        assert_eq!(lying.merchant_oid(), kept.merchant_oid());
        assert_eq!(lying.status(), kept.status());
        assert_eq!(lying.total_amount(), kept.total_amount());
        assert_eq!(lying.key_index(), kept.key_index());
        assert_eq!(lying.unreadable(), kept.unreadable(), "{body}");
        let merchant = credentials().merchant_id().clone();
        assert_eq!(lying.payment(&merchant), kept.payment(&merchant));
        let fields: Vec<_> = kept
            .unsigned()
            .iter()
            .map(|(name, _)| name.into_owned())
            .collect();
        let same: Vec<_> = lying
            .unsigned()
            .iter()
            .map(|(name, _)| name.into_owned())
            .collect();
        assert_eq!(fields, same);
        let shown = format!("{kept:?}");
        assert!(shown.starts_with("PaymentCallback {") && shown.contains("SIPARIS0001"));
        assert_eq!(
            format!("{lying:?}"),
            shown.replace("PaymentCallback", "PaymentCallbackRef")
        );
    }
}

#[test]
fn why_a_payment_failed_is_in_the_record_and_empty_texts_are_none() {
    let failed = signed("SIPARIS0001", "failed", "0");
    let merchant = credentials().merchant_id().clone();
    let reason = |more: &str| {
        let callback = read(&format!("{failed}{more}")).unwrap();
        let Outcome::Failed { reason } = callback.payment(&merchant).outcome else {
            panic!("it failed");
        };
        (reason.code, reason.message)
    };
    let told = reason("&failed_reason_code=6&failed_reason_msg=Yetersiz%20bakiye");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(told, (text("6"), text("Yetersiz bakiye")));
    assert_eq!(reason(""), (None, None));
    assert_eq!(
        reason("&failed_reason_code=&failed_reason_msg="),
        (None, None)
    );
}

#[test]
fn the_unsigned_fields_are_read_by_their_names() {
    let body = format!("{}&payment_type=card&installment_count=3&x=%C5%9F", good());
    let callback = read(&body).unwrap();
    let unsigned = callback.unsigned();
    assert_eq!(unsigned.payment_type().as_deref(), Some("card"));
    assert_eq!(unsigned.installment_count(), Some(3));
    assert_eq!(unsigned.get("x").as_deref(), Some("ş"));
    assert_eq!(unsigned.failed_reason_code(), None);
    assert_eq!(unsigned.failed_reason_msg(), None);
    let fields = SignedFields {
        merchant_oid: b"SIPARIS0001",
        status: b"success",
        total_amount: b"1000",
        hash: b"",
    };
    assert_eq!(format!("{fields:?}"), "SignedFields(..)");
}
