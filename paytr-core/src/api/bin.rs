use crate::Credentials;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::wire::{CardKind, CardProgram, CardScheme, RawJson};

/// Asks what kind of card begins with these digits: bank, program, credit or debit.
///
/// `POST /odeme/api/bin-detail`. Needed to offer instalments before the card is charged. Source:
/// PayTR, BIN Sorgulama Servisi.
///
/// ```
/// use paytr_core::api::BinLookup;
///
/// let lookup = BinLookup::new("43550843")?;
/// assert!(BinLookup::new("4355084355084358").is_err(), "never a whole card number");
/// # Ok::<_, paytr_core::api::InvalidRequest>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `digits` | `bin_number` | 6 or 8 digits | documented |
///
/// Source: <https://dev.paytr.com/direkt-api/bin-sorgulama-servisi>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinLookup {
    digits: Box<str>,
}

impl BinLookup {
    /// The first 6 or 8 digits of a card number; 8 are preferred.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for another length or other characters.
    pub fn new(digits: &str) -> Result<Self, InvalidRequest> {
        let fits = matches!(digits.len(), 6 | 8) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| Self {
            digits: digits.into(),
        })
        .ok_or(InvalidRequest::Shape {
            field: "bin_number",
            rule: "the first 6 or 8 digits of the card number",
        })
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }
}

/// The reply to a [`BinLookup`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinReply {
    detail: Option<BinDetail>,
    raw: RawJson,
}

impl BinReply {
    /// What PayTR knows of the card; `None` when it does not know these digits, as for many foreign
    /// cards. Such a card may still be charged in a single payment.
    #[must_use]
    pub fn detail(&self) -> Option<&BinDetail> {
        self.detail.as_ref()
    }

    /// The whole reply.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// What PayTR knows of cards that begin with some digits.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `kind` | `cardType` | `credit` or `debit` | documented |
/// | `business` | `businessCard` | `y` or `n` | documented |
/// | `bank` | `bank` | a name | documented |
/// | `bank_code` | `bankCode` | a number; text with leading zeros was seen, too | documented |
/// | `program` | `brand` | a program in any letter case, or `none` | documented |
/// | `scheme` | `schema` | VISA, MASTERCARD, AMEX, TROY or OTHER | documented |
/// | `allows_non_3d` | `allow_non3d` | `Y` or `N` | documented |
///
/// Source: <https://dev.paytr.com/direkt-api/bin-sorgulama-servisi>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BinDetail {
    /// Credit or debit.
    pub kind: Option<CardKind>,
    /// Whether it is a business card.
    pub business: Option<bool>,
    /// The name of the bank.
    pub bank: Option<String>,
    /// The bank's code, with its leading zeros if it came as text.
    pub bank_code: Option<String>,
    /// The instalment program; [`CardProgram::None`] means a single payment only.
    pub program: Option<CardProgram>,
    /// The payment network.
    pub scheme: Option<CardScheme>,
    /// Whether the card can be charged without 3-D Secure.
    pub allows_non_3d: Option<bool>,
}

impl Endpoint for BinLookup {
    const PATH: &'static str = "/odeme/api/bin-detail";
    const EFFECT: Effect = Effect::ReadOnly;
    const SIGNED: &'static [&'static str] = &["bin_number", "merchant_id"];
    type Reply = BinReply;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("bin_number", self.digits.to_string())
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<BinReply>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        let detail = match reply.status()?.as_str() {
            "success" => Some(detail(&reply)),
            // Here "failed" is an answer: PayTR does not know the digits.
            "failed" => None,
            "error" => return Ok(Answer::Refused(reply.refusal("bin"))),
            _ => return Err(DecodeError::Value { name: "status" }),
        };
        let raw = reply.into_raw();
        Ok(Answer::Success(BinReply { detail, raw }))
    }
}

fn detail(reply: &JsonReply) -> BinDetail {
    BinDetail {
        kind: reply.code("cardType"),
        business: reply.yes_no("businessCard"),
        bank: reply.filled("bank"),
        bank_code: reply.filled("bankCode"),
        program: reply.code("brand"),
        scheme: reply.code("schema"),
        allows_non_3d: reply.yes_no("allow_non3d"),
    }
}
