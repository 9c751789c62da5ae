//! The fields that sale, direct charge and subscription plan share, in the documentation's order.

use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    FraudCheck, HalfSecure, InvalidRequest, Item, NewSale, Recurring, ThreeDSecure, WhenToCapture,
    check,
};
use crate::card::Card;
use crate::decimal::AsText;

/// Whether Paytrek stores the card for later charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SaveCard {
    /// Do not store it. Always sent: one page of the documentation says that storing is the default.
    #[default]
    No,
    /// Store it; the answer has its token.
    Yes,
    /// Leave the field out and let Paytrek decide. Documented as "default true" and as plain optional.
    Unsaid,
}

impl SaveCard {
    fn to_field(self) -> Option<bool> {
        match self {
            Self::No => Some(false),
            Self::Yes => Some(true),
            Self::Unsaid => None,
        }
    }
}

#[derive(Serialize)]
struct SaleFields<'a> {
    order_id: &'a str,
    amount: AsText,
    currency: String,
    installment: u8,
    customer_first_name: &'a str,
    customer_last_name: &'a str,
    customer_email: &'a str,
    customer_ip_address: String,
    billing_address: &'a str,
    billing_city: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_state: Option<&'a str>,
    billing_country: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_zipcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_phone: Option<&'a str>,
    items: Vec<ItemFields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hosted_payment: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hosted_payment_url: Option<&'a str>,
    secure_option: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    half_secure: Option<bool>,
    pre_auth: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sale_data: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct ItemFields<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<&'a str>,
    quantity: u32,
    unit_price: AsText,
}

/// The card's part of a charge, a direct charge, a plan or a stored card.
#[derive(Serialize)]
pub(super) struct CardFields<'a> {
    number: &'a str,
    expiration: &'a str,
    cvc: &'a str,
    card_holder_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    save_card: Option<bool>,
}

impl<'a> CardFields<'a> {
    pub(super) fn of(card: &'a Card, save_card: SaveCard) -> Self {
        Self {
            number: card.number(),
            expiration: card.expiration(),
            cvc: card.cvc(),
            card_holder_name: card.holder(),
            save_card: save_card.to_field(),
        }
    }
}

impl<'a> SaleFields<'a> {
    fn of(sale: &'a NewSale) -> Result<Self, InvalidRequest> {
        check_buyer(sale)?;
        if sale.instalments == 0 {
            return Err(InvalidRequest::Range {
                field: "installment",
                min: 1,
                max: u8::MAX.into(),
            });
        }
        for (field, address) in [
            ("return_url", &sale.return_url),
            ("hosted_payment_url", &sale.hosted_payment_url),
        ] {
            if let Some(address) = address {
                check::web_address(field, address)?;
            }
        }
        let items = sale.items.iter().map(|item| ItemFields::of(item, sale));
        let buyer = &sale.buyer;
        Ok(Self {
            order_id: sale.order_id.as_str(),
            amount: AsText(check::amount("amount", sale.amount)?),
            currency: sale.amount.currency().to_string(),
            installment: sale.instalments,
            customer_first_name: &buyer.first_name,
            customer_last_name: &buyer.last_name,
            customer_email: &buyer.email,
            customer_ip_address: buyer.ip.to_string(),
            billing_address: &buyer.address,
            billing_city: &buyer.city,
            billing_state: buyer.state.as_deref(),
            billing_country: &buyer.country,
            billing_zipcode: buyer.zipcode.as_deref(),
            billing_phone: buyer.phone.as_deref(),
            items: items.collect::<Result<_, _>>()?,
            return_url: sale.return_url.as_deref(),
            hosted_payment: sale.hosted_payment,
            hosted_payment_url: sale.hosted_payment_url.as_deref(),
            secure_option: sale.three_d_secure == ThreeDSecure::Ask,
            half_secure: sale.half_secure.map(|half| half == HalfSecure::Allow),
            pre_auth: sale.capture == WhenToCapture::Later,
            sale_data: sale.sale_data.as_ref().map(super::SaleData::raw),
        })
    }
}

/// The body of a sale, a direct charge or a subscription plan.
#[derive(Serialize)]
pub(super) struct SaleBody<'a> {
    #[serde(flatten)]
    sale: SaleFields<'a>,
    #[serde(flatten)]
    card: Option<CardFields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fraud_check_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recurring: Option<&'a Recurring>,
}

impl<'a> SaleBody<'a> {
    pub(super) fn of(sale: &'a NewSale) -> Result<Self, InvalidRequest> {
        Ok(Self {
            sale: SaleFields::of(sale)?,
            card: None,
            fraud_check_enabled: sale.fraud_check.map(|check| check == FraudCheck::On),
            recurring: None,
        })
    }

    pub(super) fn with_card(mut self, card: &'a Card, save_card: SaveCard) -> Self {
        self.card = Some(CardFields::of(card, save_card));
        self
    }

    pub(super) fn with_recurring(mut self, recurring: &'a Recurring) -> Self {
        self.recurring = Some(recurring);
        self
    }
}

impl<'a> ItemFields<'a> {
    fn of(item: &'a Item, sale: &NewSale) -> Result<Self, InvalidRequest> {
        check::text("items[].name", &item.name)?;
        if item.quantity == 0 {
            return Err(InvalidRequest::Range {
                field: "items[].quantity",
                min: 1,
                max: u32::MAX.into(),
            });
        }
        if item.unit_price.currency() != sale.amount.currency() {
            return Err(InvalidRequest::Shape {
                field: "items[].unit_price",
                rule: "an amount in the currency of the sale",
            });
        }
        if let Some(photo) = &item.photo {
            check::web_address("items[].photo", photo)?;
        }
        Ok(Self {
            name: &item.name,
            photo: item.photo.as_deref(),
            quantity: item.quantity,
            unit_price: AsText(check::amount("items[].unit_price", item.unit_price)?),
        })
    }
}

fn check_buyer(sale: &NewSale) -> Result<(), InvalidRequest> {
    let buyer = &sale.buyer;
    check::text("customer_first_name", &buyer.first_name)?;
    check::text("customer_last_name", &buyer.last_name)?;
    check::email("customer_email", &buyer.email)?;
    check::text("billing_address", &buyer.address)?;
    check::text("billing_city", &buyer.city)?;
    check::country("billing_country", &buyer.country)?;
    check::maybe_text("billing_state", buyer.state.as_deref())?;
    check::maybe_text("billing_zipcode", buyer.zipcode.as_deref())?;
    check::maybe_text("billing_phone", buyer.phone.as_deref())
}
