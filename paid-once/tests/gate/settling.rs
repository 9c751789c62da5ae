//! An order whose handler has succeeded and whose settlement the store does not answer: nobody else gets it in this
//! process, however long its lease has run out.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::sleep;

use crate::shop::{Fault, Shop, lira, order, paid};

const SECOND: Duration = Duration::from_secs(1);

/// A claim whose holder handles it by itself, as some frameworks do, and has no time limit.
async fn held(gate: &Gate) -> ClaimedPayment {
    match gate.admit(paid()).await {
        Admission::Claimed(claimed) => claimed,
        Admission::Decided(decision) => panic!("{decision:?}"),
    }
}

/// Settles in a task, as far as the first answer of the store that has to be waited for.
async fn settling(claimed: ClaimedPayment) -> JoinHandle<Decision> {
    let task = tokio::spawn(claimed.settle());
    yield_now().await;
    task
}

async fn is_in_progress(shop: &Arc<Shop>, gate: &Gate, payment: Payment) -> bool {
    matches!(
        shop.receive(gate, payment).await,
        Decision::InProgress { .. }
    )
}

#[tokio::test(start_paused = true)]
async fn from_the_first_try_on_it_is_in_progress() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let claimed = held(&gate).await;
    sleep(61 * SECOND).await;
    shop.spoil("settle", [Fault::Hangs]);
    let settling = settling(claimed).await;
    assert!(is_in_progress(&shop, &gate, paid()).await);
    assert_eq!(settling.await.unwrap(), Decision::Settled);
    assert_eq!(shop.ran(), 0);
}

/// The provider need not ask again for what the store has settled, only because this process does not know it yet.
#[tokio::test(start_paused = true)]
async fn what_the_store_has_settled_is_a_duplicate_before_its_answer_is_here() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let claimed = held(&gate).await;
    shop.spoil("settle", [Fault::LosesTheAnswer]);
    let settling = settling(claimed).await;
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Duplicate);
    assert!(!settling.is_finished());
    assert_eq!(settling.await.unwrap(), Decision::Settled);
    assert_eq!(shop.ran(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_with_another_total_is_not_refused_meanwhile() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let claimed = held(&gate).await;
    sleep(61 * SECOND).await;
    shop.spoil("settle", [Fault::Hangs]);
    let settling = settling(claimed).await;
    let too_little = Payment::paid(order(), lira(1));
    assert!(is_in_progress(&shop, &gate, too_little).await);
    assert!(shop.reviews().await.is_empty());
    assert_eq!(settling.await.unwrap(), Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_tried_again_looks_again() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let claimed = held(&gate).await;
    // The first try of the second delivery takes until after the lease.
    sleep(55 * SECOND).await;
    shop.spoil("claim", [Fault::Hangs]);
    let (late_shop, late_gate) = (shop.clone(), gate.clone());
    let late = tokio::spawn(async move { is_in_progress(&late_shop, &late_gate, paid()).await });
    yield_now().await;
    shop.spoil("settle", [Fault::Hangs]);
    let settling = settling(claimed).await;
    assert!(late.await.unwrap());
    assert_eq!(settling.await.unwrap(), Decision::Settled);
    assert_eq!(shop.ran(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_lost_its_lease_does_not_end_it_for_who_has_it() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let late = held(&gate).await;
    sleep(61 * SECOND).await;
    let holder = held(&gate).await;
    shop.spoil("settle", [Fault::Hangs]);
    let settling = settling(holder).await;
    let lost = Decision::HandlerFailed(HandlerFailure::LeaseLost);
    assert_eq!(late.settle().await, lost);
    shop.spoil("settle", std::iter::repeat_n(Fault::Fails, 10_000));
    sleep(61 * SECOND).await;
    assert!(is_in_progress(&shop, &gate, paid()).await);
    shop.mend("settle");
    sleep(2 * SECOND).await;
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Duplicate);
    let told = settling.await.unwrap();
    assert_eq!(told, Decision::Unavailable(Unavailable::Store));
    assert_eq!(shop.ran(), 0);
}
