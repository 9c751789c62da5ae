use paytr_core::{Basket, Currency, async_trait};
use paytr_flow::{Cart, Checkout, CheckoutError, PricedOrder};

/// The prices of the shop.
pub(crate) struct Catalogue;

#[async_trait]
impl Checkout for Catalogue {
    async fn price(&self, cart: &Cart) -> Result<PricedOrder, CheckoutError> {
        let mut basket = Basket::new(Currency::TRY);
        for line in cart.lines() {
            let (name, unit_price) = match line.product_id() {
                "kalem" => ("Kalem", 1_800),
                "defter" => ("Defter", 3_325),
                "free" => ("Free", 0),
                "dear" => ("Dear", u64::MAX / 2),
                "gone" => return Err(CheckoutError::out_of_stock("gone")),
                "broken" => return Err(CheckoutError::unavailable("db at 10.0.0.7 is down")),
                other => return Err(CheckoutError::unknown_product(other)),
            };
            basket = basket.item(name, unit_price, line.quantity())?;
        }
        Ok(PricedOrder::new(basket))
    }
}
