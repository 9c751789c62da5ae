use std::fmt;

use super::sale::{sale_token, same_sale};
use super::{Answer, PaymentError};
use crate::json::{Object, RawJson};
use crate::{CardToken, DecodeError, ForwardUrl, SaleToken};

/// The answer to a charge. Whether the sale is paid, only [the sale](super::ReadSale) says.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargeAnswer {
    /// The sale.
    pub sale_token: SaleToken,
    /// What Paytrek says of the try. Next to a `forward_url` it means nothing.
    pub succeeded: bool,
    /// Where the buyer must go for 3-D Secure, if anywhere.
    pub forward_url: Option<ForwardUrl>,
    /// Why it did not succeed, if Paytrek says so.
    pub error: Option<PaymentError>,
    /// The card's number, masked.
    pub number: Option<String>,
    /// The card's month of expiry, as it came.
    pub exp_month: Option<String>,
    /// The card's year of expiry, as it came.
    pub exp_year: Option<String>,
    /// The cardholder's name, masked.
    pub card_holder_name: Option<String>,
    /// Such as `isbank`.
    pub issuer_bank_id: Option<String>,
    /// Whether 3-D Secure was used.
    pub secure_charge: Option<bool>,
    /// The configured return address with the sale's token.
    pub return_url: Option<String>,
    /// The stored card, if it was stored.
    pub card_token: Option<CardToken>,
    raw: RawJson,
}

/// What a shop does after a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "nothing is paid yet"]
pub enum NextStep<'a> {
    /// Redirect the buyer's browser there. The sale is read when the buyer comes back.
    SendBuyerTo(&'a ForwardUrl),
    /// Read the sale: only that says whether it is paid.
    ReadSale,
    /// The bank or Paytrek refused this try. The buyer may try again with the same sale.
    Declined(&'a PaymentError),
}

impl ChargeAnswer {
    pub(super) fn decode(asked: &SaleToken, answer: Answer<'_>) -> Result<Self, DecodeError> {
        let object = Object::parse(answer.body)?;
        let decoded = Self::of(&object, answer)?;
        same_sale(asked, &decoded.sale_token)?;
        Ok(decoded)
    }

    pub(super) fn of(object: &Object<'_>, answer: Answer<'_>) -> Result<Self, DecodeError> {
        let forward_url = object.text("forward_url");
        let forward_url = forward_url.map(|url| ForwardUrl::new(&url, answer.host));
        let forward_url = forward_url.transpose();
        let card_token = object.text("card_token");
        let card_token = card_token.map(|token| CardToken::new(&token)).transpose();
        Ok(Self {
            sale_token: sale_token(object)?,
            succeeded: object.needed("succeeded")?,
            forward_url: forward_url.map_err(|_| DecodeError::Value {
                name: "forward_url",
            })?,
            error: PaymentError::beside_if_any(object),
            number: object.text("number"),
            exp_month: object.text("exp_month"),
            exp_year: object.text("exp_year"),
            card_holder_name: object.text("card_holder_name"),
            issuer_bank_id: object.text("issuer_bank_id"),
            secure_charge: object.maybe("secure_charge"),
            return_url: object.text("return_url"),
            card_token: card_token.map_err(|_| DecodeError::Value { name: "card_token" })?,
            raw: RawJson::of(answer.body),
        })
    }

    /// What to do now.
    pub fn next_step(&self) -> NextStep<'_> {
        match (&self.forward_url, &self.error) {
            (Some(forward_url), _) => NextStep::SendBuyerTo(forward_url),
            (None, Some(error)) if !self.succeeded && !error.leaves_outcome_open() => {
                NextStep::Declined(error)
            }
            _ => NextStep::ReadSale,
        }
    }

    /// The whole answer.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for ChargeAnswer {
    /// Without anything about the card.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChargeAnswer")
            .field("sale_token", &self.sale_token)
            .field("succeeded", &self.succeeded)
            .field("forward_url", &self.forward_url)
            .field("error", &self.error)
            .field("secure_charge", &self.secure_charge)
            .finish_non_exhaustive()
    }
}
