use serde::Serialize;

use super::charge::charged;
use super::{
    Answer, Call, ChargeAnswer, Decoded, Effect, Happened, InvalidRequest, MovesMoney, Request,
    Sale,
};
use crate::{CardToken, DecodeError, SaleToken};

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
struct Body<'a> {
    sale_token: &'a str,
    card_token: &'a str,
}

impl Request for ChargeWithToken {
    type Reply = ChargeAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let body = Body {
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
