//! Old orders leave in small batches, and nobody waits for that.

use std::time::Duration;

use paid_once::{Claim, OrderLedger as _, OrderStore as _, Retention, Settled};

use crate::schema::{Schema, claim_of, granted};

const AT_ONCE: Retention = Retention {
    paid: Duration::ZERO,
    unpaid: Duration::ZERO,
};

async fn settled(shop: &Schema, orders: u32) {
    for index in 0..orders {
        let claim = claim_of(&shop.ledger, &format!("ORDER{index}")).await;
        let lease = granted(claim.unwrap());
        assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
    }
}

#[tokio::test]
async fn a_row_that_somebody_works_on_is_left_for_the_next_batch() {
    let shop = Schema::new().await.unwrap();
    settled(&shop, 3).await;
    let orders = shop.table("paid_once_orders");
    let mut working = shop.ledger.begin().await.unwrap();
    let lock = format!("SELECT FROM {orders} WHERE order_id = 'ORDER1' FOR UPDATE");
    shop.execute_in(&mut working, &lock).await;
    assert_eq!(shop.ledger.purge(AT_ONCE, 100).await.unwrap(), 2);
    assert_eq!(shop.ledger.purge(AT_ONCE, 100).await.unwrap(), 0);
    working.rollback().await.unwrap();
    assert_eq!(shop.ledger.purge(AT_ONCE, 100).await.unwrap(), 1);
}

/// Two nodes that purge at the same time share the work.
#[tokio::test]
async fn purges_at_the_same_time_share_the_work() {
    let shop = Schema::new().await.unwrap();
    settled(&shop, 40).await;
    let other = shop.node().await.unwrap();
    let mut purged = 0;
    loop {
        let (here, there) = tokio::join!(shop.ledger.purge(AT_ONCE, 7), other.purge(AT_ONCE, 7));
        let round = here.unwrap() + there.unwrap();
        assert!(round <= 14);
        purged += round;
        if round == 0 {
            break;
        }
    }
    assert_eq!(purged, 40);
}

/// A batch under way holds nobody up.
#[tokio::test]
async fn a_claim_does_not_wait_for_a_purge() {
    let shop = Schema::new().await.unwrap();
    settled(&shop, 3).await;
    let orders = shop.table("paid_once_orders");
    let mut purging = shop.ledger.begin().await.unwrap();
    shop.execute_in(&mut purging, &format!("DELETE FROM {orders}"))
        .await;
    // Of an order that leaves: the old answer. Of another: its own.
    let leaving = claim_of(&shop.ledger, "ORDER1").await.unwrap();
    assert_eq!(leaving, Claim::Duplicate);
    granted(claim_of(&shop.ledger, "NEW").await.unwrap());
    purging.commit().await.unwrap();
}
