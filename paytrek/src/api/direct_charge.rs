use super::sale_fields::SaleBody;
use super::{
    Answer, Call, ChargeAnswer, Decoded, Effect, InvalidRequest, NewSale, Request, Sale, SaveCard,
};
use crate::DecodeError;
use crate::card::Card;
use crate::json::Object;

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
