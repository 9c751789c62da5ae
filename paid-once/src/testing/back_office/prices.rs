use crate::testing::{OrderInTest, Subject, must, total};
use crate::{Currency, Expected, Money, OrderStore, PriceList};

/// Written, corrected, taken off; each name and merchant by itself.
pub async fn a_price_is_what_was_written_last<S: Subject<Store: PriceList>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let largest = Money::new(i64::MAX.unsigned_abs(), Currency::EUR);
    let prices = [Expected::AtLeast(total(1)), Expected::Exactly(largest)];
    let names = ["LINK1", "link1", "' OR '1'='1", "%", "ş:"];
    assert_eq!(here.price("100001", "LINK1").await, Expected::Unknown);
    for (index, name) in names.into_iter().enumerate() {
        here.set_price("100001", name, prices[index % 2]).await;
    }
    here.set_price("100002", "LINK1", prices[1]).await;
    here.set_price("100001", "%", prices[0]).await;
    here.set_price("100001", "link1", Expected::Unknown).await;
    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    let kept = [
        prices[0],
        Expected::Unknown,
        prices[0],
        prices[0],
        prices[0],
    ];
    for (name, price) in names.into_iter().zip(kept) {
        assert_eq!(here.price("100001", name).await, price, "{name}");
    }
    assert_eq!(here.price("100002", "LINK1").await, prices[1]);
    assert_eq!(here.price("100003", "LINK1").await, Expected::Unknown);
}

impl<Store: OrderStore + PriceList> OrderInTest<Store> {
    async fn set_price(&self, merchant: &str, name: &str, price: Expected) {
        must(
            "a price is written",
            self.store.set_price(merchant, name, price).await,
        );
    }

    async fn price(&self, merchant: &str, name: &str) -> Expected {
        must("a price is read", self.store.price(merchant, name).await)
    }
}
