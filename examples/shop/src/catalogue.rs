//! What the shop sells, and what it costs. Only this file knows prices.

use async_trait::async_trait;
use paytr_core::{Basket, Currency};
use paytr_flow::{Cart, Checkout, CheckoutError, PricedOrder};
use serde::Serialize;

/// A product.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Product {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// One line about it.
    #[serde(skip)]
    pub about: &'static str,
    /// The price of one, in minor units (kuruş).
    pub unit_price: u64,
    /// The currency of the price.
    pub currency: &'static str,
}

/// Everything the shop sells, in lira.
#[derive(Debug, Clone, Copy, Default)]
pub struct Catalogue;

const fn product(
    id: &'static str,
    name: &'static str,
    about: &'static str,
    unit_price: u64,
) -> Product {
    Product {
        id,
        name,
        about,
        unit_price,
        currency: "TRY",
    }
}

const PRODUCTS: [Product; 6] = [
    product(
        "turk-kahvesi-250",
        "Türk kahvesi, 250 g",
        "Orta kavrulmuş, taş değirmende çekilmiş",
        24_990,
    ),
    product(
        "rize-cayi-1000",
        "Rize siyah çayı, 1 kg",
        "Mayıs sürgünü, katkısız",
        31_500,
    ),
    product(
        "antep-fistigi-500",
        "Antep fıstığı, 500 g",
        "Kavrulmuş ve tuzlu",
        64_900,
    ),
    product(
        "bakir-cezve",
        "Bakır cezve, 4 fincanlık",
        "Elde dövülmüş, kalaylı",
        89_000,
    ),
    product(
        "ince-belli-bardak",
        "İnce belli bardak, 6'lı",
        "Tabaklarıyla",
        45_050,
    ),
    product(
        "cam-kalem",
        "Cam kalem",
        "Mürekkep denemesi için tek parça",
        3_456,
    ),
];

impl Catalogue {
    /// All products.
    #[must_use]
    pub fn products(&self) -> &'static [Product] {
        &PRODUCTS
    }

    /// The product with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&'static Product> {
        PRODUCTS.iter().find(|product| product.id == id)
    }
}

#[async_trait]
impl Checkout for Catalogue {
    async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError> {
        let mut basket = Basket::new(Currency::TRY);
        for line in cart.lines() {
            let product = self
                .find(line.product_id())
                .ok_or_else(|| CheckoutError::unknown_product(line.product_id()))?;
            basket = basket.item(product.name, product.unit_price, line.quantity())?;
        }
        Ok(PricedOrder::new(basket))
    }
}
