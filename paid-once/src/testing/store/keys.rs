use crate::testing::{OrderInTest, Subject, must};
use crate::{Claim, OrderKey};

/// Two merchants may use the same order id.
pub async fn the_same_order_id_of_two_merchants_does_not_meet<S: Subject>() {
    all_apart::<S>(&[("100001", "ORDER1"), ("100002", "ORDER1")]).await;
}

/// Keys are compared byte by byte, and where the merchant ends matters.
pub async fn keys_that_look_alike_do_not_meet<S: Subject>() {
    all_apart::<S>(&[
        ("1", "11"),
        ("11", "1"),
        ("a/b", "c"),
        ("a", "b/c"),
        ("a:b", "c"),
        ("a", "b:c"),
        ("a|b", "c"),
        ("a", "b|c"),
        ("m", "abc"),
        ("m", "ABC"),
        ("m", "abc "),
        ("m", " abc"),
        ("m", "0042"),
        ("m", "42"),
        ("m", "42.0"),
        ("m", "\u{e9}"),
        ("m", "e\u{301}"),
        ("m", "I"),
        ("m", "\u{131}"),
        ("m", "i"),
        ("m", "\u{130}"),
    ])
    .await;
}

/// The longest keys are not cut: they differ in their last byte.
pub async fn the_longest_keys_are_kept_whole<S: Subject>() {
    let merchant = "M".repeat(OrderKey::MAX_MERCHANT_LEN - 1);
    let order_id = "O".repeat(OrderKey::MAX_ORDER_ID_LEN - 1);
    let wide = "\u{1f4b8}".repeat(OrderKey::MAX_ORDER_ID_LEN / 4);
    let merchants = [format!("{merchant}1"), format!("{merchant}2")];
    let order_ids = [
        format!("{order_id}1"),
        format!("{order_id}2"),
        format!("{wide}1"),
        format!("{wide}2"),
    ];
    let mut keys = Vec::new();
    for merchant in &merchants {
        for order_id in &order_ids {
            keys.push((merchant.as_str(), order_id.as_str()));
        }
    }
    all_apart::<S>(&keys).await;
}

/// Text that means something to SQL, globs or key-value protocols means nothing in a key.
pub async fn keys_with_quotes_and_wildcards_are_plain_text<S: Subject>() {
    all_apart::<S>(&[
        ("m", "'"),
        ("m", "''"),
        ("m", "\""),
        ("m", "`"),
        ("m", "%"),
        ("m", "_"),
        ("m", "*"),
        ("m", "?"),
        ("m", "$1"),
        ("m", "?1"),
        ("m", ":a"),
        ("m", "\\"),
        ("m", "\\'"),
        ("m", "--"),
        ("m", ";"),
        ("m", "{m}"),
        ("m", "[m]"),
        ("m", "' OR '1'='1"),
        ("m", "'; DROP TABLE paid_once_orders; --"),
        ("' OR '1'='1", "m"),
        ("%", "%"),
        ("m", "NULL"),
        ("m", "\u{15f}i\u{15f}li \u{1f4b8}"),
    ])
    .await;
}

/// Each key is claimed as if it were alone, and each settles its own total.
async fn all_apart<S: Subject>(keys: &[(&str, &str)]) {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let orders: Vec<_> = keys
        .iter()
        .map(|(merchant, order_id)| here.other(must("a key", OrderKey::new(*merchant, *order_id))))
        .collect();
    let mut leases = Vec::new();
    for order in &orders {
        let lease = order.hold(&order.success()).await;
        assert_eq!(lease.attempt(), 1, "{}", order.order);
        leases.push(lease);
    }
    for (order, lease) in orders.iter().zip(&leases) {
        order.assert_still_holds(lease).await;
    }
    for order in &orders {
        let again = order.claim(&order.success()).await;
        assert_eq!(again, Claim::Duplicate, "{}", order.order);
    }
}
