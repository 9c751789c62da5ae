use std::fmt;

use serde::Serialize;

use super::sale::{sale_token, same_sale};
use super::sale_fields::{CardFields, SaleBody};
use super::{
    Answer, Call, Decoded, Effect, Happened, InvalidRequest, MovesMoney, NewSale, PaymentError,
    Request, Sale, SaveCard,
};
use crate::card::Card;
use crate::json::{Object, RawJson};
use crate::{CardToken, DecodeError, ForwardUrl, SaleStatus, SaleToken};

/// Charges a card against a created sale: `POST /api/v2/charge/`.
///
/// Better than [`DirectCharge`](super::DirectCharge): the shop has the sale's token before any money moves,
/// so that a lost answer can be asked for.
#[derive(Debug, Clone)]
#[must_use = "a charge is made by sending it"]
pub struct Charge {
    sale_token: SaleToken,
    card: Card,
    save_card: SaveCard,
}

impl Charge {
    /// Charges `card`, without storing it.
    pub fn new(sale_token: SaleToken, card: Card) -> Self {
        Self {
            sale_token,
            card,
            save_card: SaveCard::No,
        }
    }

    /// Whether the card is stored.
    pub fn save_card(mut self, save_card: SaveCard) -> Self {
        self.save_card = save_card;
        self
    }
}

#[derive(Serialize)]
struct ChargeBody<'a> {
    sale_token: &'a str,
    #[serde(flatten)]
    card: CardFields<'a>,
}

impl Request for Charge {
    type Reply = ChargeAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let body = ChargeBody {
            sale_token: self.sale_token.as_str(),
            card: CardFields::of(&self.card, self.save_card),
        };
        Call::post("/api/v2/charge/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<ChargeAnswer>, DecodeError> {
        ChargeAnswer::decode(&self.sale_token, answer).map(Decoded::Success)
    }
}

impl MovesMoney for Charge {
    fn sale_token(&self) -> &SaleToken {
        &self.sale_token
    }

    fn happened(&self, sale: &Sale) -> Happened {
        charged(sale)
    }
}

/// Charges a stored card against a created sale: `POST /api/v2/charge_with_token/`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a charge is made by sending it"]
pub struct ChargeWithToken {
    /// The sale.
    pub sale_token: SaleToken,
    /// The stored card.
    pub card_token: CardToken,
}

#[derive(Serialize)]
struct TokenBody<'a> {
    sale_token: &'a str,
    card_token: &'a str,
}

impl Request for ChargeWithToken {
    type Reply = ChargeAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let body = TokenBody {
            sale_token: self.sale_token.as_str(),
            card_token: self.card_token.as_str(),
        };
        Call::post("/api/v2/charge_with_token/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<ChargeAnswer>, DecodeError> {
        ChargeAnswer::decode(&self.sale_token, answer).map(Decoded::Success)
    }
}

impl MovesMoney for ChargeWithToken {
    fn sale_token(&self) -> &SaleToken {
        &self.sale_token
    }

    fn happened(&self, sale: &Sale) -> Happened {
        charged(sale)
    }
}

/// Creates a sale and charges a card in one call: `POST /api/v2/direct_charge/`.
///
/// A lost answer takes the sale's token with it, and no documented call finds a sale by its order: nobody
/// but the dashboard can tell then whether money moved. Prefer [`NewSale`] and [`Charge`](super::Charge).
#[derive(Debug, Clone)]
#[must_use = "a charge is made by sending it"]
pub struct DirectCharge {
    sale: NewSale,
    card: Card,
    save_card: SaveCard,
}

impl DirectCharge {
    /// Creates `sale` and charges `card`, without storing it.
    pub fn new(sale: NewSale, card: Card) -> Self {
        Self {
            sale,
            card,
            save_card: SaveCard::No,
        }
    }

    /// Whether the card is stored.
    pub fn save_card(mut self, save_card: SaveCard) -> Self {
        self.save_card = save_card;
        self
    }
}

/// The answer to a direct charge: the sale as it stands, and what became of the charge.
///
/// It does not decide about payment either: read the sale afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectChargeAnswer {
    /// The sale.
    pub sale: Sale,
    /// The charge.
    pub charge: ChargeAnswer,
}

impl Request for DirectCharge {
    type Reply = DirectChargeAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let body = SaleBody::of(&self.sale)?.with_card(&self.card, self.save_card);
        Call::post("/api/v2/direct_charge/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<DirectChargeAnswer>, DecodeError> {
        let sale = Sale::decode(answer.body)?;
        if sale.order_id != self.sale.order_id.as_str() {
            return Err(DecodeError::Other { name: "order_id" });
        }
        let charge = ChargeAnswer::of(&Object::parse(answer.body)?, answer)?;
        Ok(Decoded::Success(DirectChargeAnswer { sale, charge }))
    }
}

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
    fn decode(asked: &SaleToken, answer: Answer<'_>) -> Result<Self, DecodeError> {
        let object = Object::parse(answer.body)?;
        let decoded = Self::of(&object, answer)?;
        same_sale(asked, &decoded.sale_token)?;
        Ok(decoded)
    }

    fn of(object: &Object<'_>, answer: Answer<'_>) -> Result<Self, DecodeError> {
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

/// Whether a sale shows that a charge went through.
fn charged(sale: &Sale) -> Happened {
    match sale.status {
        SaleStatus::Paid
        | SaleStatus::ReadyToSend
        | SaleStatus::Authorized
        | SaleStatus::PreAuthorized => Happened::Yes,
        SaleStatus::Created | SaleStatus::Declined => Happened::NotSoFar,
        _ => Happened::Unclear,
    }
}
