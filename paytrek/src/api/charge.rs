use serde::Serialize;

use super::sale_fields::CardFields;
use super::{
    Answer, Call, ChargeAnswer, Decoded, Effect, Happened, InvalidRequest, MovesMoney, Request,
    Sale, SaveCard,
};
use crate::card::Card;
use crate::{DecodeError, SaleStatus, SaleToken};

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
struct Body<'a> {
    sale_token: &'a str,
    #[serde(flatten)]
    card: CardFields<'a>,
}

impl Request for Charge {
    type Reply = ChargeAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let body = Body {
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

/// Whether a sale shows that a charge went through.
pub(super) fn charged(sale: &Sale) -> Happened {
    match sale.status {
        SaleStatus::Paid
        | SaleStatus::ReadyToSend
        | SaleStatus::Authorized
        | SaleStatus::PreAuthorized => Happened::Yes,
        SaleStatus::Created | SaleStatus::Declined => Happened::NotSoFar,
        _ => Happened::Unclear,
    }
}
