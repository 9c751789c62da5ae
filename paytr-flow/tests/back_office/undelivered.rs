//! What is paid and no handler has taken.

use paytr_core::paid_once::Claim;
use paytr_core::paid_once::{Claimant, HandlerFailure, OrderKey, OrderStore as _, Payment};
use std::time::Duration;

use crate::support::{Shop, lira};

#[tokio::test]
async fn an_undelivered_order_is_listed_with_attempts_and_the_last_failure() {
    let mut shop = Shop::start().await;
    shop.undelivered_order("A1", 3_000).await;
    let page = shop.ayse().page("/undelivered").await;
    assert!(page.contains(">A1</a>") && page.contains("30.00 TRY"));
    assert!(page.contains("returned an error"));
    assert!(!page.contains("no stock"));
    let overview = shop.ayse().page("").await;
    assert!(overview.contains("1 <span class=\"badge\">waits for you</span>"));
}

#[tokio::test]
async fn trying_now_hands_it_to_the_handler() {
    let mut shop = Shop::start().await;
    shop.undelivered_order("A1", 3_000).await;
    let form = shop
        .ayse()
        .form("/undelivered", "/undelivered/A1/try")
        .await;
    let failed = shop.ayse().submit(&form).await;
    assert_eq!(failed.status, 500);
    assert!(failed.body.contains("The shop&#39;s handler failed"));
    assert_eq!(shop.state("A1").await, "undelivered");

    shop.handler_fails(false);
    let form = shop
        .ayse()
        .form("/undelivered", "/undelivered/A1/try")
        .await;
    let response = shop.ayse().submit(&form).await;
    assert_eq!(response.status, 303, "{}", response.body);
    assert_eq!(
        response.header("location"),
        Some("/shop/back-office/orders/A1")
    );
    assert_eq!(shop.deliveries(), 1);
    assert_eq!(shop.state("A1").await, "paid");
    let page = shop.ayse().page("/undelivered").await;
    assert!(page.contains("No order waits to be delivered"));
}

#[tokio::test]
async fn two_people_who_try_at_once_deliver_once() {
    let mut shop = Shop::start().await;
    shop.undelivered_order("A1", 3_000).await;
    shop.handler_fails(false);
    let (ayse, mehmet) = (shop.ayse(), shop.mehmet());
    let first = ayse.form("/undelivered", "/undelivered/A1/try").await;
    let second = mehmet.form("/undelivered", "/undelivered/A1/try").await;
    let answers = tokio::join!(ayse.submit(&first), mehmet.submit(&second));
    let statuses = [answers.0.status, answers.1.status];
    assert!(statuses.contains(&303), "{statuses:?}");
    assert_eq!(shop.deliveries(), 1);
}

#[tokio::test]
async fn handled_by_hand_settles_it_without_the_handler() {
    let mut shop = Shop::start().await;
    shop.undelivered_order("A1", 3_000).await;
    shop.handler_fails(false);
    let ayse = shop.ayse();
    let form = ayse
        .form("/undelivered/A1/by-hand", "/undelivered/A1/by-hand")
        .await;
    assert_eq!(ayse.submit(&form).await.status, 303);
    assert_eq!(shop.state("A1").await, "paid");
    assert_eq!(shop.deliveries(), 0);
    // Nothing is left to do.
    let response = shop.ayse().get("/undelivered/A1/by-hand").await;
    assert_eq!(response.status, 409);
    assert!(
        response
            .body
            .contains("This order does not wait to be delivered")
    );
}

#[tokio::test]
async fn a_payment_of_a_link_can_be_taken_as_handled_and_not_tried_here() {
    let mut shop = Shop::start().await;
    let order = OrderKey::new("123456:link:LINK1", "PAYTR1").unwrap();
    let payment = Payment::paid(order, lira(500));
    let minute = Duration::from_mins(1);
    let claim = shop
        .ledger
        .claim(&payment, Claimant::unique(), minute)
        .await;
    let Ok(Claim::Granted(lease)) = claim else {
        panic!("{claim:?}");
    };
    shop.ledger
        .release(&lease, HandlerFailure::Error)
        .await
        .unwrap();

    let ayse = shop.ayse();
    let page = ayse.page("/undelivered").await;
    assert!(page.contains("Namespace: 123456:link:LINK1"));
    assert!(!page.contains("/undelivered/PAYTR1/try"));
    let address = "/undelivered/PAYTR1/by-hand?merchant=123456%3Alink%3ALINK1";
    assert!(page.contains(address), "{page}");
    let form = ayse.form(address, address).await;
    // The form is of this namespace and no other.
    let mut moved = form.clone();
    moved.action = form.action.replace("LINK1", "LINK2");
    assert_eq!(ayse.submit(&moved).await.status, 403);
    assert_eq!(ayse.submit(&form).await.status, 303);
    let page = ayse
        .page("/orders/PAYTR1?merchant=123456%3Alink%3ALINK1")
        .await;
    assert!(page.contains("the payment was delivered"));
    assert_eq!(shop.deliveries(), 0);
}
