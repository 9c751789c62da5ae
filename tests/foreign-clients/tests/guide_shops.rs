//! The shops of `docs/test-without-paytr.md`, run as they stand on the page, by the commands that stand there: they ask
//! for a payment page, refuse what is not true, and book each paid order once.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod guide_shop;

use std::time::Duration;

use guide_shop::{GuideShop, PRICE, Way};
use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;
use paytr_sandbox::{Fault, FaultPlan, NotificationState, PlannedFault, Sandbox, TestCard};

const LIMIT: Duration = Duration::from_secs(20);

fn merchant() -> Credentials {
    Credentials::new("000042", "guideKEY12345678", "guideSALT8765432").unwrap()
}

/// A sandbox and the shop that it notifies.
async fn open(file: &str, language: &str) -> (Sandbox, GuideShop) {
    open_by(Way::Setting, file, language).await
}

async fn open_by(way: Way, file: &str, language: &str) -> (Sandbox, GuideShop) {
    let sandbox = Sandbox::builder()
        .credentials(merchant())
        .resend_every(Duration::from_millis(200))
        .proxy("127.0.0.1:0")
        .start()
        .await
        .unwrap();
    let shop = GuideShop::start(file, language, &sandbox, way).await;
    sandbox.set_notify_url(&shop.callback()).unwrap();
    (sandbox, shop)
}

async fn a_buyer_pays_once(file: &str, language: &str) {
    let (sandbox, shop) = open(file, language).await;
    let oid = shop.order().await;
    let order = sandbox.order(&oid).unwrap();
    assert_eq!((order.amount, order.currency), (PRICE, "TL"));
    let local = "user_ip is not a public address: PayTR refuses it with the token text";
    assert_eq!(order.warnings, [local]);

    sandbox.pay(&oid, TestCard::LimitExceeded).unwrap();
    sandbox.wait_until_acknowledged(&oid, LIMIT).await.unwrap();
    assert!(!shop.has_booked(&oid), "the card was declined");

    sandbox.pay(&oid, TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged(&oid, LIMIT).await.unwrap();
    assert!(shop.has_booked(&oid));
    sandbox.resend(&oid).unwrap();
    let again = sandbox
        .wait_until(&oid, LIMIT, |order| order.attempts.len() == 3)
        .await
        .unwrap();
    assert!(again.attempts.iter().all(|attempt| attempt.acknowledged));
    assert_eq!(shop.deliveries(&oid), 1);
}

async fn what_is_not_true_is_refused(file: &str, language: &str) {
    let (_sandbox, shop) = open(file, language).await;
    let oid = shop.order().await;
    let paid = || PaymentNotification::success(&oid, PRICE);
    let stranger = Credentials::new("000042", "wrongKEY12345678", "guideSALT8765432").unwrap();
    let changed = PaymentNotification::failed(&oid, "6")
        .sign(&merchant())
        .to_body();
    for (what, body) in [
        ("another key", paid().sign(&stranger).to_body()),
        ("no hash", paid().to_body()),
        ("an empty body", String::new()),
        (
            "another status",
            changed.replace("status=failed", "status=success"),
        ),
        (
            "less than the price",
            PaymentNotification::success(&oid, PRICE - 1)
                .sign(&merchant())
                .to_body(),
        ),
        (
            "another currency",
            paid().field("currency", "EUR").sign(&merchant()).to_body(),
        ),
        (
            "an unknown order",
            PaymentNotification::success("SHOP0", PRICE)
                .sign(&merchant())
                .to_body(),
        ),
        (
            "nine megabytes",
            paid()
                .sign(&merchant())
                .field("a", "a".repeat(9 << 20))
                .to_body(),
        ),
    ] {
        let reply = shop.notify(body).await;
        assert!(!reply.is_acknowledgement(), "{what}: {}", reply.excerpt());
        assert!(!shop.has_booked(&oid), "{what}");
    }
    let reply = shop.get("/paytr/callback").await;
    assert!(!reply.is_acknowledgement(), "GET");

    // Nothing but the fields above spoke against it.
    assert!(
        shop.notify(paid().sign(&merchant()).to_body())
            .await
            .is_acknowledgement()
    );
    assert!(shop.has_booked(&oid));
}

/// One order with each thing that can go wrong with a notification.
async fn whatever_goes_wrong_each_paid_order_is_booked_once(file: &str, language: &str) {
    let (sandbox, shop) = open(file, language).await;
    let soon = Duration::from_millis(100);
    let faults = [
        Fault::Duplicate { copies: 5 },
        Fault::Delay { by: soon },
        Fault::Reorder { at_most: soon },
        Fault::Drop,
        Fault::LoseReply,
        Fault::WrongTotal { by: -1 },
        Fault::OtherCurrency { currency: "USD" },
        Fault::Forged,
        Fault::LateAfterCancel { by: soon },
    ];
    let mut plan = FaultPlan::none();
    let mut orders = Vec::new();
    for fault in faults {
        let oid = shop.order().await;
        plan = plan.with(PlannedFault::new(fault).order(&oid));
        orders.push(oid);
    }
    let unpaid = shop.order().await;
    plan = plan.with(PlannedFault::new(Fault::Forged).order(&unpaid));
    sandbox.set_faults(plan);
    for oid in &orders {
        sandbox.pay(oid, TestCard::Troy).unwrap();
    }
    sandbox.leave(&unpaid).unwrap();

    for (oid, fault) in orders.iter().zip(faults) {
        let copies = match fault {
            Fault::Duplicate { copies } => usize::from(copies),
            _ => 0,
        };
        // The first to be answered need not be the one that delivers.
        let order = sandbox
            .wait_until(oid, LIMIT, |order| {
                order.notification == Some(NotificationState::Done) && order.attempts.len() > copies
            })
            .await
            .unwrap();
        // A notification that is only later bears no mark.
        let is_marked = !matches!(fault, Fault::Delay { .. } | Fault::Reorder { .. });
        let mut seen = order.attempts.iter().filter_map(|attempt| attempt.fault);
        let is_seen = seen.any(|kind| kind == fault.kind());
        assert_eq!(is_seen, is_marked, "{fault:?}: {order:?}");
        assert_eq!(shop.deliveries(oid), 1, "{fault:?}: {order:?}");
    }
    let order = sandbox
        .wait_until_acknowledged(&unpaid, LIMIT)
        .await
        .unwrap();
    assert_eq!(order.attempts.len(), 2, "{order:?}");
    assert_eq!(shop.deliveries(&unpaid), 0, "{order:?}");
}

/// It sells by the sandbox although it has PayTR's host.
async fn with_paytrs_host_it_sells_through_the_proxy(file: &str, language: &str) {
    let (sandbox, shop) = open_by(Way::Proxy, file, language).await;
    let oid = shop.order().await;
    sandbox.pay(&oid, TestCard::Mastercard).unwrap();
    sandbox.wait_until_acknowledged(&oid, LIMIT).await.unwrap();
    assert_eq!(shop.deliveries(&oid), 1);
}

#[tokio::test]
async fn with_paytrs_host_php_sells_through_the_proxy() {
    with_paytrs_host_it_sells_through_the_proxy("shop.php", "php").await;
}

#[tokio::test]
async fn with_paytrs_host_python_sells_through_the_proxy() {
    with_paytrs_host_it_sells_through_the_proxy("shop.py", "python").await;
}

macro_rules! shops {
    ($($module:ident: $file:literal, $language:literal;)*) => {$(
        mod $module {
            #[tokio::test]
            async fn a_buyer_pays_once() {
                super::a_buyer_pays_once($file, $language).await;
            }

            #[tokio::test]
            async fn what_is_not_true_is_refused() {
                super::what_is_not_true_is_refused($file, $language).await;
            }

            #[tokio::test]
            async fn whatever_goes_wrong_each_paid_order_is_booked_once() {
                super::whatever_goes_wrong_each_paid_order_is_booked_once($file, $language).await;
            }
        }
    )*};
}

shops! {
    php: "shop.php", "php";
    node: "shop.mjs", "js";
    python: "shop.py", "python";
}
