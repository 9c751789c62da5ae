//! The pages of the shop itself: catalogue and cart. The payment pages are the purchase flow's.

use askama::Template;
use paytr_core::{Currency, Money};

use crate::{Answer, Catalogue, Product};

const STYLE: &str = include_str!("../assets/shop.css");
const SCRIPT: &str = include_str!("../assets/shop.js");
const ICON: &str = include_str!("../assets/icon.svg");

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    products: &'a [Product],
    sandbox: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    lines: &'a [CartRow],
    total: String,
    idempotency_key: String,
    sandbox: Option<&'a str>,
}

struct CartRow {
    product: &'static Product,
    quantity: u32,
    price: String,
}

impl Product {
    /// The price as a buyer reads it: `34,56 TL`.
    fn price(&self) -> String {
        lira(self.unit_price)
    }
}

fn lira(minor_units: u64) -> String {
    format!("{},{:02} TL", minor_units / 100, minor_units % 100)
}

/// `GET /`.
pub(crate) fn catalogue(catalogue: Catalogue, sandbox: Option<&str>) -> Answer {
    Answer::page(&CataloguePage {
        products: catalogue.products(),
        sandbox,
    })
}

/// `GET /cart?PRODUCT=QUANTITY&…`: shows the cart that its address names. Prices are for display; what
/// is paid is priced again when the buyer pays.
pub(crate) fn cart(catalogue: Catalogue, query: &str, sandbox: Option<&str>) -> Answer {
    let mut rows: Vec<CartRow> = Vec::new();
    let mut total = Money::new(0, Currency::TRY);
    for (id, quantity) in url::form_urlencoded::parse(query.as_bytes()) {
        let quantity = quantity.parse().unwrap_or(0_u32).min(999);
        let known = rows.iter().any(|row| row.product.id == id);
        let Some(product) = catalogue.find(&id).filter(|_| quantity > 0 && !known) else {
            continue;
        };
        // At most 999 of a few products: far below what fits.
        let price = product.unit_price.saturating_mul(u64::from(quantity));
        total = total
            .checked_add(Money::new(price, Currency::TRY))
            .unwrap_or(total);
        rows.push(CartRow {
            product,
            quantity,
            price: lira(price),
        });
    }
    // Fresh per page: clicking twice on one page is one purchase, a new page is a new one.
    let idempotency_key = match getrandom::u64() {
        Ok(random) => format!("{random:016x}"),
        Err(error) => return Answer::failure(&error),
    };
    Answer::page(&CartPage {
        lines: &rows,
        total: lira(total.minor_units()),
        idempotency_key,
        sandbox,
    })
}

/// `GET /shop.css`.
pub(crate) fn style() -> Answer {
    Answer::new(200, "text/css; charset=utf-8", STYLE)
}

/// `GET /shop.js`.
pub(crate) fn script() -> Answer {
    Answer::new(200, "text/javascript; charset=utf-8", SCRIPT)
}

/// `GET /favicon.ico`: browsers ask for it on every page, the purchase flow's too.
pub(crate) fn icon() -> Answer {
    Answer::new(200, "image/svg+xml", ICON)
}
