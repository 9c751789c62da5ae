use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use crate::Credentials;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::wire::{CardKind, CardProgram, CardScheme, RawJson};

/// Asks for the cards that are stored for a user.
///
/// `POST /odeme/capi/list`. Source: PayTR, Kart Saklama API, Kayıtlı Kart Listesi.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `user` | `utoken` | text | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-listesi>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCards {
    /// The user, from the shop's own records.
    pub user: UserToken,
}

/// A stored card. `Debug` shows neither its token nor its holder.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `token` | `ctoken` | text | documented |
/// | `last_four` | `last_4` | 4 digits | documented |
/// | `cvv` | `require_cvv` | 0 or 1 | documented |
/// | `expiry_month` | `month` | two digits | documented |
/// | `expiry_year` | `year` | two digits | documented |
/// | `bank` | `c_bank` | a name | documented |
/// | `holder` | `c_name` | a name | documented |
/// | `program` | `c_brand` | a program | documented |
/// | `kind` | `c_type` | `credit` or `debit` | documented |
/// | `scheme` | `schema` | VISA, MASTERCARD, AMEX, TROY or OTHER | documented |
/// | `is_business` | `businessCard` | `y` or `n` | documented |
/// | `first_digit` | `initial` | one digit | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-listesi>.
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

/// Whether the page asks for the CVV of a stored card.
///
/// On the wire: `require_cvv`, 0 or 1. Documented:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-listesi>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CvvInput {
    /// It does: `require_cvv` is 1.
    Asked,
    /// It does not: `require_cvv` is 0.
    NotAsked,
}

impl Endpoint for StoredCards {
    const PATH: &'static str = "/odeme/capi/list";
    const EFFECT: Effect = Effect::ReadOnly;
    const SIGNED: &'static [&'static str] = &["utoken"];
    type Reply = Vec<StoredCard>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("utoken", self.user.as_str().to_owned())
            .sign(credentials, Self::SIGNED))
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

fn refusal(reply: &JsonReply) -> Result<crate::api::Refusal, DecodeError> {
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

/// Makes a type for one of PayTR's card tokens.
macro_rules! card_token {
    ($(#[$about:meta])* $name:ident, $field:literal) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes a token as PayTR gave it: 1 to 255 characters, none of them blank. Its alphabet
            /// is not documented.
            ///
            /// # Errors
            ///
            /// [`InvalidRequest`] for anything else.
            pub fn new(token: &str) -> Result<Self, InvalidRequest> {
                check_token($field, token)?;
                Ok(Self(token.into()))
            }

            /// The token, for the shop's own records.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidRequest;

            fn from_str(token: &str) -> Result<Self, InvalidRequest> {
                Self::new(token)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

card_token! {
    /// A `utoken`: one of the shop's users at PayTR, and all cards stored for them.
    ///
    /// On the wire: `utoken`, text. Documented: <https://dev.paytr.com/direkt-api/kart-saklama-api/yeni-kart-ekleme>,
    /// August 2026.
    ///
    /// It comes with the notification of the first stored card. Keep it beside the user's account and
    /// take it from there, never from a request: whoever names another user's token sees and pays with
    /// their cards. `Debug` does not show it.
    UserToken, "utoken"
}

card_token! {
    /// A `ctoken`: one stored card.
    ///
    /// On the wire: `ctoken`, text. Documented: <https://dev.paytr.com/direkt-api/kart-saklama-api/yeni-kart-ekleme>,
    /// August 2026.
    ///
    /// It comes with the notification and in the card list. Look it up in the list of the user who
    /// asks, never trust it alone. `Debug` does not show it.
    CardToken, "ctoken"
}

fn check_token(field: &'static str, token: &str) -> Result<(), InvalidRequest> {
    let is_long = token.chars().count() > 255;
    if token.is_empty() || is_long {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: 255,
        });
    }
    if token.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "a token as PayTR gave it, without blanks",
        });
    }
    Ok(())
}
