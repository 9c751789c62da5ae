//! What the tests are written with.

pub(crate) mod golden;
pub(crate) mod server;
pub(crate) mod shop;

use paytrek::api::{Item, NewSale, SaleData};
use paytrek::card::{Card, ExpiredCards, TestCard, YearMonth};
use paytrek::{Buyer, Credentials, Currency, Money, OrderId, SaleToken};

pub(crate) const KEY: &str = "aB3dE6gH9jK2mN5p";
pub(crate) const SECRET: &str = "qR8sT1uV4wX7yZ0a";

pub(crate) fn credentials() -> Credentials {
    Credentials::new(KEY, SECRET).unwrap()
}

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

pub(crate) fn order(id: &str) -> OrderId {
    OrderId::new(id).unwrap()
}

pub(crate) fn token(text: &str) -> SaleToken {
    SaleToken::new(text).unwrap()
}

/// The card of the golden examples.
pub(crate) fn card() -> Card {
    let today = YearMonth::new(2026, 11).unwrap();
    let form = TestCard::Isbank.form();
    form.check(today, ExpiredCards::AllowTestCards).unwrap()
}

/// The buyer of the golden examples.
pub(crate) fn john() -> Buyer {
    Buyer::new(
        ("John", "Doe"),
        "johndoe@gmail.com",
        "212.57.9.204".parse().unwrap(),
        ("123 Market St. San Francisco", "San Francisco", "US"),
    )
    .state("CA")
}

/// The sale of the golden examples.
pub(crate) fn golden_sale() -> NewSale {
    let data = SaleData::new(&std::collections::BTreeMap::from([(
        "merchant_name",
        "Ted",
    )]));
    NewSale::new(order("1467034250"), lira(2_400), john())
        .item(
            Item::new("product_name", lira(1_200), 2)
                .photo("https://sandbox.paytrek.com/statics/images/testing.jpg"),
        )
        .sale_data(data.unwrap())
}

/// A sale of one thing for 24.00 lira.
pub(crate) fn sale_of(id: &str) -> NewSale {
    NewSale::new(order(id), lira(2_400), john())
        .item(Item::new("Kalem", lira(2_400), 1))
        .return_to(format!("https://shop.example/return/{id}"))
}
