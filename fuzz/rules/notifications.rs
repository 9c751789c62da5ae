//! Rules for notification bodies.

use paytr_core::callback::{CashoutResult, EftNotice, LinkCallback, PersonalData, TransferResult};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, IdForm, Keyring, PaymentCallback};

fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").expect("good credentials")
}

/// A merchant for whom nothing is signed anywhere: a corpus may hold what others signed.
fn stranger() -> Credentials {
    Credentials::new("654321", "zZ9yX8wV7uT6sR5q", "pP4oN3mL2kJ1hG0f").expect("good credentials")
}

/// Whatever the bytes are: without the key no kind of notification is accepted, and nothing panics.
pub(crate) fn nothing_is_accepted_without_the_key(body: &[u8]) {
    let keyring = Keyring::new(stranger());
    let link_ids = IdForm::new("LINK").expect("a form of ids");
    assert!(PaymentCallback::verify(&keyring, body).is_err());
    assert!(LinkCallback::verify(&keyring, &link_ids, body).is_err());
    assert!(EftNotice::verify(&keyring, PersonalData::Keep, body).is_err());
    assert!(TransferResult::verify(&keyring, body).is_err());
    assert!(CashoutResult::verify(&keyring, body).is_err());
}

/// Signed by PayTR or not: what is accepted keeps the grammar, and a form parser that is not ours reads the same
/// signed fields. The data are order id, status and total, parted by `|`, and then raw bytes after the signed fields.
pub(crate) fn what_is_accepted_is_read_the_same_by_others(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'|');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (order, status, total) = (text(), text(), text());
    let rest = parts.next().unwrap_or_default();

    let signed = PaymentNotification::new(&*order, &*status, &*total).sign(&credentials());
    let mut body = signed.to_body().into_bytes();
    if !rest.is_empty() {
        body.push(b'&');
        body.extend_from_slice(rest);
    }
    let Ok(callback) = PaymentCallback::verify(&Keyring::new(credentials()), &body) else {
        assert!(
            !(rest.is_empty() && keeps_the_grammar(&order, &status, &total)),
            "refused: {order} {status} {total}"
        );
        return;
    };
    assert!(
        keeps_the_grammar(&order, &status, &total),
        "accepted: {order} {status} {total}"
    );
    assert_eq!(callback.merchant_oid(), order);
    assert_eq!(callback.total_amount().to_string(), total);
    for (name, value) in [
        ("merchant_oid", &order),
        ("status", &status),
        ("total_amount", &total),
    ] {
        let values: Vec<_> = form_urlencoded::parse(&body)
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
            .collect();
        assert_eq!(
            values,
            [value.as_str()],
            "{name} is there once for everybody"
        );
    }
}

fn keeps_the_grammar(order: &str, status: &str, total: &str) -> bool {
    let order_is_good =
        (1..=64).contains(&order.len()) && order.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let total_is_good = total
        .parse::<u64>()
        .is_ok_and(|units| units.to_string() == total);
    order_is_good && matches!(status, "success" | "failed") && total_is_good
}
