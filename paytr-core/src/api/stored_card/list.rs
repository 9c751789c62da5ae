use std::fmt;

use serde_json::Value;

use super::{CardToken, CvvInput, UserToken};
use crate::api::{Answer, Effect, Endpoint, InvalidRequest};
use crate::reply::JsonReply;
use crate::{CardKind, CardProgram, CardScheme, Credentials, DecodeError, Form, RawJson};

/// Asks for the cards that are stored for a user.
///
/// `POST /odeme/capi/list`. Source: PayTR, Kart Saklama API, Kayıtlı Kart Listesi.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCards {
    /// The user, from the shop's own records.
    pub user: UserToken,
}

/// A stored card. `Debug` shows neither its token nor its holder.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCard {
    /// What pays with it.
    pub token: CardToken,
    /// The last four digits.
    pub last_four: Option<String>,
    /// Whether its CVV must be typed for a payment. Asked, too, when PayTR does not say.
    pub cvv: CvvInput,
    /// The month in which it expires: `05`.
    pub expiry_month: Option<String>,
    /// The year in which it expires: `28`.
    pub expiry_year: Option<String>,
    /// The bank.
    pub bank: Option<String>,
    /// The holder's name, as typed when it was stored.
    pub holder: Option<String>,
    /// The instalment program.
    pub program: Option<CardProgram>,
    /// Credit or debit.
    pub kind: Option<CardKind>,
    /// The network.
    pub scheme: Option<CardScheme>,
    /// Whether it is a company's card.
    pub is_business: Option<bool>,
    /// The first digit: 2 and 5 Mastercard, 3 Amex, 4 Visa, 9 Troy.
    pub first_digit: Option<String>,
    /// The whole entry.
    pub raw: RawJson,
}

const SIGNED: [&str; 1] = ["utoken"];

impl Endpoint for StoredCards {
    const PATH: &'static str = "/odeme/capi/list";
    const EFFECT: Effect = Effect::ReadOnly;
    type Reply = Vec<StoredCard>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("utoken", self.user.as_str().to_owned())
            .sign(credentials, &SIGNED))
    }

    /// Success is a bare list. PayTR's "no cards" may be an empty list, object or body.
    fn decode(&self, body: &[u8]) -> Result<Answer<Vec<StoredCard>>, DecodeError> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.trim_ascii().is_empty() {
            return Ok(Answer::Success(Vec::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Array(entries)) => cards(&entries),
            Ok(Value::Null) => Ok(Answer::Success(Vec::new())),
            // What PHP makes of a list with gaps, and of an empty one.
            Ok(Value::Object(fields)) if fields.values().all(Value::is_object) => {
                cards(fields.values())
            }
            Ok(_) => refusal(&JsonReply::parse(body)?).map(Answer::Refused),
            Err(_) => Err(DecodeError::NotJson),
        }
    }
}

fn cards<'a>(
    entries: impl IntoIterator<Item = &'a Value>,
) -> Result<Answer<Vec<StoredCard>>, DecodeError> {
    let cards = entries.into_iter().map(stored_card);
    cards.collect::<Result<_, _>>().map(Answer::Success)
}

fn refusal(reply: &JsonReply) -> Result<crate::Refusal, DecodeError> {
    match reply.status()?.as_str() {
        "error" | "failed" => Ok(reply.refusal("card-list")),
        _ => Err(DecodeError::Value { name: "status" }),
    }
}

fn stored_card(entry: &Value) -> Result<StoredCard, DecodeError> {
    let entry = JsonReply::from_value(entry).ok_or(DecodeError::NotAnObject)?;
    let token = CardToken::new(&entry.required("ctoken")?)
        .map_err(|_| DecodeError::Value { name: "ctoken" })?;
    let cvv = match entry.flag("require_cvv") {
        Ok(Some(false)) => CvvInput::NotAsked,
        _ => CvvInput::Asked,
    };
    Ok(StoredCard {
        token,
        last_four: entry.filled("last_4"),
        cvv,
        expiry_month: entry.filled("month"),
        expiry_year: entry.filled("year"),
        bank: entry.filled("c_bank"),
        holder: entry.filled("c_name"),
        program: entry.code("c_brand"),
        kind: entry.code("c_type"),
        scheme: entry.code("schema"),
        is_business: entry.yes_no("businessCard"),
        first_digit: entry.filled("initial"),
        raw: entry.into_raw(),
    })
}

impl fmt::Debug for StoredCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCard")
            .field("cvv", &self.cvv)
            .field("program", &self.program)
            .field("kind", &self.kind)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}
