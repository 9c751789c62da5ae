//! What a buyer sends: product ids and quantities, and who they are. Never a price.

use ::shop::{Catalogue, Product};
use paytrek::api::Item;
use paytrek::{Currency, Money};
use serde::Deserialize;

/// The JSON of a purchase.
#[derive(Debug, Deserialize)]
pub(crate) struct Purchase {
    basket: Vec<Line>,
    #[serde(flatten)]
    pub(crate) buyer: BuyerFields,
    #[serde(default)]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Line {
    product_id: String,
    quantity: u32,
}

/// Who buys.
#[derive(Deserialize)]
pub(crate) struct BuyerFields {
    pub(crate) user_name: String,
    pub(crate) email: String,
    pub(crate) user_address: String,
    pub(crate) user_phone: String,
}

impl std::fmt::Debug for BuyerFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BuyerFields(..)")
    }
}

/// What is bought, priced by the shop.
pub(crate) struct PricedCart {
    pub(crate) items: Vec<Item>,
    pub(crate) total: Money,
    /// Product and quantity, to tell one cart from another.
    pub(crate) lines: Vec<(&'static str, u32)>,
}

/// More of one thing than anybody buys.
const MOST: u32 = 99;

impl Purchase {
    /// The form of the catalogue page: one number per product, and the buyer's fields.
    pub(crate) fn of_form(body: &[u8]) -> Self {
        let mut basket = Vec::new();
        let field = |name: &str| -> String {
            let mut pairs = form_urlencoded::parse(body);
            let found = pairs.find(|(known, _)| known == name);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        for product in Catalogue.products() {
            let quantity = field(product.id).parse().unwrap_or(0);
            if quantity > 0 {
                basket.push(Line {
                    product_id: product.id.to_owned(),
                    quantity,
                });
            }
        }
        Self {
            basket,
            buyer: BuyerFields {
                user_name: field("user_name"),
                email: field("email"),
                user_address: field("user_address"),
                user_phone: field("user_phone"),
            },
            idempotency_key: Some(field("idempotency_key")).filter(|key| !key.is_empty()),
        }
    }

    /// Prices the cart; what is wrong with it, for the buyer, otherwise.
    pub(crate) fn price(&self) -> Result<PricedCart, &'static str> {
        let mut cart = PricedCart {
            items: Vec::new(),
            total: Money::new(0, Currency::TRY),
            lines: Vec::new(),
        };
        for line in &self.basket {
            let product: &Product = Catalogue.find(&line.product_id).ok_or("unknown product")?;
            if !(1..=MOST).contains(&line.quantity) {
                return Err("a quantity is 1 to 99");
            }
            let price = Money::new(product.unit_price, Currency::TRY);
            let of_line = price.checked_mul(line.quantity.into());
            let total = of_line.and_then(|of_line| cart.total.checked_add(of_line));
            cart.total = total.ok_or("the cart is too large")?;
            cart.items
                .push(Item::new(product.name, price, line.quantity));
            cart.lines.push((product.id, line.quantity));
        }
        if cart.items.is_empty() {
            return Err("the cart is empty");
        }
        Ok(cart)
    }
}
