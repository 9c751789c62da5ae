use std::collections::BTreeMap;

use crate::Credentials;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest};
use crate::id_form::random_characters;
use crate::reply::JsonReply;
use crate::wire::{CardProgram, Percent, RawJson};

/// Asks what instalments cost the buyer, per card program.
///
/// `POST /odeme/taksit-oranlari`. Rates may change daily: keep them for a day at most. Source: PayTR,
/// Taksit Oranları Sorgulama.
///
/// The request id is signed in the same formula as the order id of a status inquiry and the transfer
/// id of a cashout. Make it yourself; never take it from a browser.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `single_payment` | `single_ratio` | 0 or 1; the name of the answer is not documented | documented |
/// | `foreign_cards` | `abroad_ratio` | 0 or 1; the name of the answer is not documented | documented |
///
/// Source: <https://dev.paytr.com/direkt-api/taksit-sorgulama>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstallmentRates {
    request_id: Box<str>,
    /// Asks for the rate of a single payment too: `single_ratio`. Its key in the reply is not
    /// documented; see [`InstallmentRatesReply::raw`].
    pub single_payment: bool,
    /// Asks for the rate of foreign cards too: `abroad_ratio`. Its key in the reply is not
    /// documented; see [`InstallmentRatesReply::raw`].
    pub foreign_cards: bool,
}

impl InstallmentRates {
    /// A request with the shop's own id, which PayTR echoes.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when the id is not 1 to 32 ASCII letters and digits.
    pub fn new(request_id: &str) -> Result<Self, InvalidRequest> {
        let letters_and_digits = request_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !(1..=32).contains(&request_id.len()) || !letters_and_digits {
            return Err(InvalidRequest::Shape {
                field: "request_id",
                rule: "1 to 32 ASCII letters and digits",
            });
        }
        Ok(Self::of_fitting(request_id.into()))
    }

    /// A request with a random id.
    #[must_use]
    pub fn with_random_id() -> Self {
        Self::of_fitting(random_characters::<32>().into())
    }

    fn of_fitting(request_id: Box<str>) -> Self {
        Self {
            request_id,
            single_payment: false,
            foreign_cards: false,
        }
    }

    /// The id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

/// What instalments cost, per card program.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `request_id` | `request_id` | the id of the request | documented |
/// | `max_installments` | `max_inst_non_bus` | a count, as number or text | documented |
/// | `rates` | `oranlar`, `taksit_…` | percent of the price, by program and count, 2 to 12 | recorded |
///
/// Source: <https://dev.paytr.com/direkt-api/taksit-sorgulama>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstallmentRatesReply {
    /// The request's id, echoed.
    pub request_id: Option<String>,
    /// The most instalments that the store allows on personal cards.
    pub max_installments: Option<u8>,
    /// The surcharge of each program by the count of instalments, 2 to 12: what the buyer pays on
    /// top, unless the store bears it.
    pub rates: BTreeMap<CardProgram, BTreeMap<u8, Percent>>,
    raw: RawJson,
}

impl InstallmentRatesReply {
    /// The surcharge of a program for a count of instalments.
    #[must_use]
    pub fn rate(&self, program: &CardProgram, installments: u8) -> Option<Percent> {
        self.rates.get(program)?.get(&installments).copied()
    }

    /// The whole reply, with rates under keys that are not documented.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl Endpoint for InstallmentRates {
    const PATH: &'static str = "/odeme/taksit-oranlari";
    const EFFECT: Effect = Effect::ReadOnly;
    const SIGNED: &'static [&'static str] = &["merchant_id", "request_id"];
    type Reply = InstallmentRatesReply;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("request_id", self.request_id.to_string())
            .optional("single_ratio", self.single_payment.then_some("1"))
            .optional("abroad_ratio", self.foreign_cards.then_some("1"))
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<InstallmentRatesReply>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => Ok(Answer::Success(InstallmentRatesReply {
                request_id: reply.filled("request_id"),
                max_installments: reply.number("max_inst_non_bus"),
                rates: rates(&reply)?,
                raw: reply.into_raw(),
            })),
            "error" | "failed" => Ok(Answer::Refused(reply.refusal("installment-rates"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

/// Reads `oranlar`, which the English page calls `rates`. A rate that cannot be read is an error: a
/// shop must not show a price without its surcharge.
fn rates(reply: &JsonReply) -> Result<BTreeMap<CardProgram, BTreeMap<u8, Percent>>, DecodeError> {
    let unreadable = DecodeError::Value { name: "oranlar" };
    let programs = ["oranlar", "rates"]
        .into_iter()
        .find_map(|name| reply.get(name))
        .ok_or(DecodeError::Missing { name: "oranlar" })?;
    // An empty object is an empty array in PHP.
    if programs.as_array().is_some_and(Vec::is_empty) {
        return Ok(BTreeMap::new());
    }
    let programs = programs.as_object().ok_or(unreadable)?;
    let mut all = BTreeMap::new();
    for (program, of_program) in programs {
        // A single rate stands here under a key that is not documented: it stays in the raw reply.
        let Some(of_program) = JsonReply::from_value(of_program) else {
            continue;
        };
        all.insert(CardProgram::from_code(program), of_one(&of_program)?);
    }
    Ok(all)
}

fn of_one(program: &JsonReply) -> Result<BTreeMap<u8, Percent>, DecodeError> {
    let counts = (2..=12).filter_map(|count: u8| {
        let rate = program.filled(&format!("taksit_{count}"))?;
        Some((count, rate))
    });
    counts
        .map(|(count, rate)| match Percent::parse(&rate) {
            Some(rate) => Ok((count, rate)),
            None => Err(DecodeError::Value { name: "oranlar" }),
        })
        .collect()
}
