//! Refunds that PayTR lists beside those of the ledger.

use paytr_core::paid_once::Payment;
use paytr_core::paid_once::refund::{NewRefund, RefundLedger as _, Reservation};
use paytr_core::statement::DifferenceKind;

use crate::common::{Shop, key, kinds, lira, report, row, sale};

impl Shop {
    async fn reserve(&self, id: &str, reference: &str, amount: u64) {
        let refund = NewRefund::new(key(id), reference, lira(amount));
        let reserved = self.ledger.reserve(&refund).await.unwrap();
        assert_eq!(reserved, Reservation::Granted);
    }

    async fn refund(&self, id: &str, reference: &str, amount: u64) {
        self.reserve(id, reference, amount).await;
        self.ledger.confirm(&key(id), reference).await.unwrap();
    }
}

fn refunded(order: &str, amount: &str) -> String {
    row("I", order, amount, "TL")
}

#[tokio::test]
async fn a_refund_of_the_panel_or_one_that_was_cancelled_here_is_missing_here() {
    let shop = Shop::new();
    for id in ["A1", "A2", "A3", "A4"] {
        shop.sell(id).await;
    }
    shop.refund("A1", "R1", 300).await;
    shop.reserve("A1", "R2", 200).await;
    shop.refund("A2", "R3", 300).await;
    shop.reserve("A3", "R4", 300).await;
    shop.ledger.cancel(&key("A3"), "R4").await.unwrap();
    let sales = ["A1", "A2", "A3", "A4"].map(|id| sale(id, "10.00"));
    let refunds = [
        refunded("A1", "3.00"),
        // Its outcome is unknown here; PayTR's list decides nothing, and it is no surprise.
        refunded("A1", "2.00"),
        refunded("A2", "3.00"),
        refunded("A2", "3.00"),
        refunded("A3", "3.00"),
        refunded("A4", "1.50"),
        refunded("A9", "1.00"),
    ];
    let rows = [&sales[..], &refunds].concat();
    let day = shop.paid_day("A1").await;
    let check = shop.check(day, vec![report(&rows)]).await;
    let missing = |amount| DifferenceKind::RefundMissingHere {
        amount: lira(amount),
    };
    assert_eq!(
        kinds(&check),
        [
            ("A2", missing(300)),
            ("A3", missing(300)),
            ("A4", missing(150)),
            ("A9", missing(100)),
        ]
    );
    assert_eq!((check.payments, check.refunds), (4, 7));
}

#[tokio::test]
async fn paytr_gives_the_surcharge_back_with_the_refund_that_uses_the_price_up() {
    let shop = Shop::new();
    shop.open("A1").await;
    shop.take(Payment::paid(key("A1"), lira(1_089)), true).await;
    shop.refund("A1", "R1", 400).await;
    shop.refund("A1", "R2", 600).await;
    let rows = |last: &str| {
        let first = refunded("A1", "4.00");
        report(&[sale("A1", "10.89"), first, refunded("A1", last)])
    };
    let day = shop.paid_day("A1").await;
    let check = shop.check(day, vec![rows("6.89")]).await;
    assert!(check.agrees(), "{check:?}");
    let check = shop.check(day, vec![rows("6.88")]).await;
    let amount = lira(688);
    assert_eq!(
        kinds(&check),
        [("A1", DifferenceKind::RefundMissingHere { amount })]
    );
}
