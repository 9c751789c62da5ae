use paid_once::{Mode, Money};

use crate::api::{Buyer, Form, InvalidRequest, iframe_card, invalid};
use crate::{Basket, Credentials, Language, MerchantOid, amount};

/// What every payment at `POST /odeme` needs, whichever way it is paid.
///
/// ```
/// use paytr_core::api::{Buyer, DirectOrder};
/// use paytr_core::{Basket, Currency, MerchantOid};
///
/// let basket = Basket::new(Currency::TRY).item("Kalem", 3_456, 1)?;
/// let buyer = Buyer::new("88.255.10.20".parse()?, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
/// let id = MerchantOid::new("SHOP0001")?;
/// let order = DirectOrder::new(id, basket, buyer, "https://shop.example/ok", "https://shop.example/fail");
/// assert_eq!(order.amount.to_string(), "34.56 TRY");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `id` | `merchant_oid` | 1 to 64 ASCII letters and digits; unique | documented |
/// | `amount` | `payment_amount`, `currency` | major units with a dot; TL, EUR, USD, GBP, RUB | documented |
/// | `basket` | `user_basket` | a JSON list of rows, not Base64 | documented |
/// | `buyer` | `user_ip`, `email`, `user_…` | see [`Buyer`] | documented |
/// | `ok_url` | `merchant_ok_url` | a URL of up to 400 characters | documented |
/// | `fail_url` | `merchant_fail_url` | a URL of up to 400 characters | documented |
/// | `mode` | `test_mode` | 0 or 1 | documented |
/// | `language` | `client_lang` | `tr` or `en` | documented |
/// | `debug` | `debug_on` | 0 or 1 | documented |
///
/// Source: <https://dev.paytr.com/direkt-api/direkt-api-1-adim>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectOrder {
    /// The order id: unique, a new one per attempt; one that was used is refused (reported).
    pub id: MerchantOid,
    /// The amount to pay, above zero, in TRY, EUR, USD, GBP or RUB. Posted in major units.
    pub amount: Money,
    /// What is bought. Its sum need not be the amount. Not signed.
    pub basket: Basket,
    /// Who buys.
    pub buyer: Buyer,
    /// Where the buyer's browser goes after paying. It proves nothing. At most 400 characters.
    pub ok_url: String,
    /// Where the buyer's browser goes otherwise, with `fail_message` posted. At most 400 characters.
    pub fail_url: String,
    /// Live or test. Default: live.
    pub mode: Mode,
    /// The language of PayTR's pages. Default: Turkish.
    pub language: Language,
    /// Shows integration faults. PayTR asks for it while integrating.
    pub debug: bool,
}

impl DirectOrder {
    /// An order with PayTR's defaults, over the sum of the basket.
    #[must_use]
    pub fn new(
        id: MerchantOid,
        basket: Basket,
        buyer: Buyer,
        ok_url: impl Into<String>,
        fail_url: impl Into<String>,
    ) -> Self {
        Self {
            id,
            amount: basket.total(),
            basket,
            buyer,
            ok_url: ok_url.into(),
            fail_url: fail_url.into(),
            mode: Mode::Live,
            language: Language::default(),
            debug: false,
        }
    }

    /// What is beside the rules of the fields. Returns PayTR's name of the currency.
    pub(in crate::api) fn check(&self) -> Result<&'static str, InvalidRequest> {
        no_link_in_the_email(&self.buyer.email)?;
        if self.basket.rows().is_empty() {
            return Err(invalid::NO_ROWS);
        }
        invalid::currency(self.amount.currency())
    }

    /// The signed fields that come first in every formula of `/odeme`.
    pub(in crate::api) fn head(&self, credentials: &Credentials) -> Form {
        Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("user_ip", self.buyer.ip.to_string())
            .field("merchant_oid", self.id.to_string())
            .field("email", self.buyer.email.clone())
    }

    /// The amount in major units.
    pub(in crate::api) fn amount_text(&self) -> String {
        amount::major_text(self.amount.minor_units())
    }

    /// `test_mode`.
    pub(in crate::api) fn test_mode(&self) -> &'static str {
        iframe_card::test_mode(self.mode)
    }

    /// Adds the fields that no formula of `/odeme` covers.
    pub(in crate::api) fn unsigned(&self, form: Form) -> Form {
        form.field("user_name", self.buyer.name.clone())
            .field("user_address", self.buyer.address.clone())
            .field("user_phone", self.buyer.phone.clone())
            .field("user_basket", self.basket.to_json())
            .field("merchant_ok_url", self.ok_url.clone())
            .field("merchant_fail_url", self.fail_url.clone())
            .field("client_lang", self.language.code())
            .field("debug_on", if self.debug { "1" } else { "0" })
    }
}

/// The token of a form is in the buyer's browser, and it covers an address that the buyer chose. With
/// `x1000TL12collectiontra@b.co` it would also be a valid token for creating a collection link, over
/// the name, price and address that the buyer cut from that text.
fn no_link_in_the_email(email: &str) -> Result<(), InvalidRequest> {
    let is_cut = email
        .match_indices("collection")
        .filter_map(|(at, _)| email.as_bytes().get(at.checked_sub(1)?))
        .any(u8::is_ascii_digit);
    if is_cut {
        return Err(InvalidRequest::Shape {
            field: "email",
            rule: "an address without a digit in front of the word collection",
        });
    }
    Ok(())
}
