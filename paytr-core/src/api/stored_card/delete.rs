use super::{CardToken, UserToken};
use crate::Credentials;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest};
use crate::reply::JsonReply;

/// Deletes a stored card.
///
/// `POST /odeme/capi/delete`. Deleting twice is refused: the card is gone. Source: PayTR, Kart Saklama
/// API, Kayıtlı Kart Silme.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `user` | `utoken` | text | documented |
/// | `card` | `ctoken` | text | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-silme>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteStoredCard {
    /// Whose card it is, from the shop's own records.
    pub user: UserToken,
    /// The card, looked up in the list of that user.
    pub card: CardToken,
}

impl Endpoint for DeleteStoredCard {
    const PATH: &'static str = "/odeme/capi/delete";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &["ctoken", "utoken"];
    type Reply = ();

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("ctoken", self.card.as_str().to_owned())
            .field("utoken", self.user.as_str().to_owned())
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<()>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => Ok(Answer::Success(())),
            "error" | "failed" => Ok(Answer::Refused(reply.refusal("card-delete"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}
