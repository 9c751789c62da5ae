use std::fmt;
use std::time::SystemTime;

use serde::Serialize;

use super::{Answer, Call, Decoded, Effect, InvalidRequest, Request, check};
use crate::card::Card;
use crate::json::Object;
use crate::{CardToken, DecodeError};

/// Stores a card: `POST /api/v2/vault/`.
#[derive(Clone)]
#[must_use = "a card is stored by sending it"]
pub struct NewStoredCard {
    card: Card,
    label: Option<String>,
    user: Option<String>,
}

impl NewStoredCard {
    /// Stores `card`.
    pub fn new(card: Card) -> Self {
        Self {
            card,
            label: None,
            user: None,
        }
    }

    /// Under a name that the buyer gives it.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// For a user of the shop, by the shop's own id. Without it Paytrek makes one up.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }
}

impl fmt::Debug for NewStoredCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewStoredCard").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    card_holder_name: &'a str,
    number: &'a str,
    expiration: &'a str,
    cvc: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_user_id: Option<&'a str>,
}

impl Request for NewStoredCard {
    type Reply = StoredCard;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("card_label", self.label.as_deref())?;
        check::maybe_text("card_user_id", self.user.as_deref())?;
        let body = Body {
            card_holder_name: self.card.holder(),
            number: self.card.number(),
            expiration: self.card.expiration(),
            cvc: self.card.cvc(),
            card_label: self.label.as_deref(),
            card_user_id: self.user.as_deref(),
        };
        Call::post("/api/v2/vault/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<StoredCard>, DecodeError> {
        StoredCard::of(&Object::parse(answer.body)?).map(Decoded::Success)
    }
}

/// Reads one stored card: `GET /api/v2/vault/{card_token}/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadStoredCard {
    /// Which.
    pub card_token: CardToken,
}

impl Request for ReadStoredCard {
    type Reply = StoredCard;
    const EFFECT: Effect = Effect::ReadOnly;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        Ok(Call::get(path(&self.card_token)))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<StoredCard>, DecodeError> {
        let card = StoredCard::of(&Object::parse(answer.body)?)?;
        if card.card_token != self.card_token {
            return Err(DecodeError::Other { name: "card_token" });
        }
        Ok(Decoded::Success(card))
    }
}

/// Forgets a stored card: `DELETE /api/v2/vault/{card_token}/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgetStoredCard {
    /// Which.
    pub card_token: CardToken,
}

/// A stored card is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// By this request.
    Now,
    /// It was gone already, or never there.
    Before,
}

impl Request for ForgetStoredCard {
    type Reply = Forgotten;
    const EFFECT: Effect = Effect::Changes;
    // 204 is documented; a 200 with a body and a 404 for a card that is gone are tolerated.
    const SUCCESS: &'static [u16] = &[204, 200, 404];

    fn call(&self) -> Result<Call, InvalidRequest> {
        Ok(Call::delete(path(&self.card_token)))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<Forgotten>, DecodeError> {
        Ok(Decoded::Success(match answer.status {
            404 => Forgotten::Before,
            _ => Forgotten::Now,
        }))
    }
}

fn path(card_token: &CardToken) -> String {
    format!("/api/v2/vault/{}/", card_token.as_str())
}

/// A stored card. Paytrek keeps the number; this is what may be shown to its owner.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCard {
    /// Its token.
    pub card_token: CardToken,
    /// When it was stored.
    pub created_at: Option<SystemTime>,
    /// First six digits.
    pub bin_number: Option<String>,
    /// Last four digits.
    pub last4: Option<String>,
    /// Such as `visa`.
    pub card_brand: Option<String>,
    /// Such as `credit`.
    pub card_type: Option<String>,
    /// Whose it is: the shop's id of the user, or one that Paytrek made up.
    pub card_user_id: Option<String>,
    /// The name that the buyer gave it.
    pub card_label: Option<String>,
    /// Such as `isbank`.
    pub card_issuer: Option<String>,
    /// Two letters.
    pub card_country: Option<String>,
}

impl StoredCard {
    pub(super) fn of(object: &Object<'_>) -> Result<Self, DecodeError> {
        let token: String = object.needed("card_token")?;
        let card_token = CardToken::new(&token);
        Ok(Self {
            card_token: card_token.map_err(|_| DecodeError::Value { name: "card_token" })?,
            created_at: object.time("created_at"),
            bin_number: object.text("bin_number"),
            last4: object.text("last4"),
            card_brand: object.text("card_brand"),
            card_type: object.text("card_type"),
            card_user_id: object.text("card_user_id"),
            card_label: object.text("card_label"),
            card_issuer: object.text("card_issuer"),
            card_country: object.text("card_country"),
        })
    }
}

impl fmt::Debug for StoredCard {
    /// Without digits, owner and label.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCard")
            .field("card_token", &self.card_token)
            .field("card_brand", &self.card_brand)
            .field("card_issuer", &self.card_issuer)
            .finish_non_exhaustive()
    }
}
