//! From a cart to a payment page.

use std::net::IpAddr;
use std::time::Duration;

use paytrek::api::{InvalidRequest, NewSale, ThreeDSecure};
use paytrek::{Buyer, Idempotency, OpenError, OpenSale, OrderId, PaytrekError};
use sha2::{Digest as _, Sha256};

use crate::cart::{BuyerFields, Purchase};
use crate::shop::Shop;

/// A sale can be paid for an hour; near its end nobody is sent to it any more.
const REUSE_FOR: Duration = Duration::from_mins(50);

/// Why there is no payment page, for the buyer.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) message: &'static str,
}

impl Problem {
    fn of_buyer(message: &'static str) -> Self {
        Self {
            status: 400,
            message,
        }
    }
}

/// Opens the order and its sale.
pub(crate) async fn open(
    shop: &Shop,
    purchase: &Purchase,
    ip: IpAddr,
) -> Result<OpenSale, Problem> {
    let cart = purchase.price().map_err(Problem::of_buyer)?;
    let order = order_id().map_err(|error| {
        tracing::error!(%error, "no random number for an order id");
        unavailable()
    })?;
    let return_url = shop.return_url(&order);
    let mut sale = NewSale::new(order, cart.total, buyer(&purchase.buyer, ip))
        .three_d_secure(ThreeDSecure::Ask)
        .hosted()
        .return_to(return_url);
    for item in cart.items {
        sale = sale.item(item);
    }
    let opened = match &purchase.idempotency_key {
        Some(key) => {
            let idempotency = Idempotency {
                key: key.chars().take(64).collect(),
                fingerprint: fingerprint(&cart.lines, &purchase.buyer.email),
                reuse_for: REUSE_FOR,
            };
            shop.settlement().open_once(&sale, idempotency).await
        }
        None => shop.settlement().open(&sale).await,
    };
    opened.map_err(|error| problem(&error))
}

/// The same for the same cart of the same buyer.
fn fingerprint(lines: &[(&str, u32)], email: &str) -> [u8; 32] {
    let mut digest = Sha256::new_with_prefix(email);
    for (product, quantity) in lines {
        digest.update(b"\n");
        digest.update(product);
        digest.update(quantity.to_be_bytes());
    }
    digest.finalize().into()
}

/// A new id, which nobody guesses.
fn order_id() -> Result<OrderId, getrandom::Error> {
    // 96 random bits: nobody guesses an id, and it fits a phone's screen.
    let text = format!("SHOP{:016x}{:08x}", getrandom::u64()?, getrandom::u32()?);
    // Letters and digits of the right length.
    OrderId::new(&text).map_err(|_| getrandom::Error::UNEXPECTED)
}

fn buyer(fields: &BuyerFields, ip: IpAddr) -> Buyer {
    let name = fields.user_name.trim();
    let (first, last) = name.rsplit_once(' ').unwrap_or((name, name));
    // An example asks for one line of address; a real shop asks for the city too.
    Buyer::new(
        (first, last),
        fields.email.trim(),
        ip,
        (fields.user_address.trim(), "İstanbul", "TR"),
    )
    .phone(fields.user_phone.trim())
}

fn problem(error: &OpenError) -> Problem {
    match error {
        OpenError::AlreadyPaid => Problem {
            status: 409,
            message: "this cart is paid already",
        },
        OpenError::KeyReused | OpenError::InProgress | OpenError::OrderExists => Problem {
            status: 409,
            message: "this cart is being paid already; load the page again",
        },
        OpenError::Paytrek(PaytrekError::Invalid(invalid)) => {
            tracing::info!(%invalid, "a purchase is refused");
            match invalid {
                InvalidRequest::Shape {
                    field: "customer_email",
                    ..
                } => Problem::of_buyer("the e-mail address is not one"),
                _ => Problem::of_buyer("name, e-mail address, address and phone are needed"),
            }
        }
        error => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(%error, cause, "no sale could be opened");
            unavailable()
        }
    }
}

fn unavailable() -> Problem {
    Problem {
        status: 503,
        message: "the payment could not be started, try again",
    }
}
