//! `POST /pay`: from a cart to the address of Payture's page.

use std::time::Duration;

use payture::commands::inpay::Init;
use payture::{BoxError, Expected, NewOrder, Opened, OrderId, ReturnUrl};
use serde::Serialize;

use crate::cart::Cart;
use crate::shop::Shop;

/// How long an unpaid order is given out again: a little less than the life of Payture's page.
const PAGE_LIFE: Duration = Duration::from_mins(55);

/// What a buyer gets.
#[derive(Debug, Serialize)]
pub(crate) struct Ready {
    pub(crate) status: &'static str,
    pub(crate) order_id: String,
    pub(crate) page_url: String,
}

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// The same idempotency key for another cart.
    KeyReused,
    /// The order is being opened by another click, or is paid.
    AlreadyThere(String),
    /// Something did not answer.
    Unavailable(BoxError),
}

impl<E: Into<BoxError>> From<E> for NoPage {
    fn from(error: E) -> Self {
        Self::Unavailable(error.into())
    }
}

/// The order is in the ledger, with what it costs, before Payture hears of it: a notification may come
/// before the answer does.
pub(crate) async fn open_page(shop: &Shop, cart: &Cart) -> Result<Ready, NoPage> {
    let order = OrderId::random();
    let terminal = shop.client().terminal();
    let key = terminal.order_key(&order);
    let mut new = NewOrder::new(key.clone(), Expected::Exactly(cart.total()))
        .with_inquire_after(shop.inquire_after());
    if let Some(text) = &cart.idempotency_key {
        new = new.with_idempotency(payture::Idempotency {
            key: format!("{}/{text}", key.merchant()),
            fingerprint: cart.fingerprint(),
            reuse_for: PAGE_LIFE,
        });
    }
    let ledger = shop.reconciler().ledger();
    match ledger.open(new).await? {
        Opened::New => {}
        Opened::Existing(record) => {
            let order_id = record.order.order_id().to_owned();
            return match record.session {
                Some(page_url) => Ok(ready(order_id, page_url)),
                None => Err(NoPage::AlreadyThere(order_id)),
            };
        }
        Opened::KeyReused => return Err(NoPage::KeyReused),
        Opened::OrderExists => return Err("a random order id is taken".into()),
    }
    match session(shop, cart, &order).await {
        Ok(page_url) => {
            ledger.attach_session(&key, &page_url).await?;
            Ok(ready(order.as_str().to_owned(), page_url))
        }
        Err(error) => {
            // Nobody has the address of its page, so nobody can pay it.
            ledger.abandon(&key).await?;
            Err(NoPage::Unavailable(error))
        }
    }
}

async fn session(shop: &Shop, cart: &Cart, order: &OrderId) -> Result<String, BoxError> {
    let init = Init::pay(order.clone(), cart.total())
        .product(cart.title())
        .return_url(ReturnUrl::new(shop.return_url())?);
    let session = shop.client().send(&init).await?;
    Ok(shop.client().page_url(&session)?)
}

fn ready(order_id: String, page_url: String) -> Ready {
    Ready {
        status: "success",
        order_id,
        page_url,
    }
}
