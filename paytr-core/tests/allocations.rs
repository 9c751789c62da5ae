//! How much memory a verification asks for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use paytr_core::callback::{PaymentCallbackRef, SignedFields};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, Keyring, PaymentCallback};

fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

/// A notification with the fields of a recorded one.
fn recorded() -> PaymentNotification {
    PaymentNotification::success("SIPARIS0001", 1_001)
        .field("payment_type", "card")
        .field("payment_amount", "1001")
        .field("currency", "TL")
        .field("installment_count", "1")
        .field("merchant_id", "123456")
        .field("test_mode", "1")
        .sign(&credentials())
}

#[test]
fn a_verified_body_takes_no_allocation() {
    let keyring = Keyring::new(credentials());
    let body = recorded().to_body();
    let used = allocation_counter::measure(|| {
        let callback = PaymentCallbackRef::verify(&keyring, body.as_bytes()).unwrap();
        assert_eq!(callback.merchant_oid(), "SIPARIS0001");
        assert_eq!(callback.total_amount(), 1_001);
    });
    assert_eq!(used.count_total, 0, "{used:?}");
}

#[test]
fn a_verified_body_that_is_kept_takes_one_allocation() {
    let keyring = Keyring::new(credentials());
    let body = recorded().to_body();
    let used = allocation_counter::measure(|| {
        let callback = PaymentCallback::verify(&keyring, body.as_bytes()).unwrap();
        assert_eq!(callback.total_amount(), 1_001);
    });
    assert_eq!(used.count_total, 1, "{used:?}");
    assert_eq!(used.bytes_total, body.len() as u64);
}

#[test]
fn verified_fields_take_no_allocation() {
    let keyring = Keyring::new(credentials());
    let notification = recorded();
    let (_, hash) = notification.fields().last().unwrap();
    let fields = SignedFields {
        merchant_oid: b"SIPARIS0001",
        status: b"success",
        total_amount: b"1001",
        hash: hash.as_bytes(),
    };
    let used = allocation_counter::measure(|| assert!(fields.verify(&keyring).is_ok()));
    assert_eq!(used.count_total, 0, "{used:?}");
}

#[test]
fn a_refused_body_takes_no_allocation_however_large_it_is() {
    let keyring = Keyring::new(credentials());
    let forged = recorded().to_body().replace("SIPARIS0001", "SIPARIS0002");
    let many: Vec<_> = (0..4_000).map(|n| format!("a{n}=1")).collect();
    let many = many.join("&");
    let long = format!("{forged}&failed_reason_msg={}", "a".repeat(16_000));
    for body in [forged.as_str(), &many, &long] {
        let used = allocation_counter::measure(|| {
            assert!(PaymentCallback::verify(&keyring, body.as_bytes()).is_err());
        });
        assert_eq!(used.count_total, 0, "{used:?}");
    }
}
