use std::fmt;

use paid_once::{Currency, Money};
use serde::Serialize;

use super::{Iban, TransId, echo};
use crate::api::field_rule::{Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest, invalid};
use crate::reply::JsonReply;
use crate::wire::RawJson;
use crate::{Credentials, amount};

/// Sends money from the marketplace's account at PayTR: transfers that came back, to other accounts.
///
/// `POST /odeme/hesaptan-gonder`; marketplaces only. Source: PayTR, Geri Dönen Ödemeleri Hesaptan
/// Gönder.
///
/// It moves money and is sent once. On an unknown outcome ask again **with the same [`TransId`]**: a
/// refusal with code 203 then means that the first request was taken. Another id would pay twice.
///
/// **The formula covers no receiver and no amount**, only the merchant id and the `trans_id`: whoever
/// gets the token before PayTR sees the id can pay anyone. So it never leaves the server, and the
/// `trans_id` is never a text that a client sent. The result that PayTR posts later is not signed
/// either.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `trans_id` | `trans_id` | 1 to 64 letters and digits, never used before | documented |
/// | `payouts` | `trans_info` | up to 2000 rows as JSON; not signed | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-hesaptan-gonder>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cashout {
    /// The shop's id of this cashout.
    pub trans_id: TransId,
    /// Who gets how much: 1 to 2000. Error 205 says 2 at least, but the documented sample has one.
    pub payouts: Vec<Payout>,
}

/// One receiver of a [`Cashout`]. Personal data: `Debug` shows the amount only.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `amount` | `amount` | minor units, text | documented |
/// | `receiver` | `receiver` | a name | documented |
/// | `iban` | `iban` | `TR` and 24 digits | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-hesaptan-gonder>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payout {
    /// How much: above zero, in lira.
    pub amount: Money,
    /// The account holder.
    pub receiver: String,
    /// The account.
    pub iban: Iban,
}

impl Payout {
    /// A payout.
    #[must_use]
    pub fn new(amount: Money, receiver: impl Into<String>, iban: Iban) -> Self {
        Self {
            amount,
            receiver: receiver.into(),
            iban,
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        invalid::minor_units_from("amount", 1, self.amount.minor_units())?;
        if self.amount.currency() != Currency::TRY {
            return Err(InvalidRequest::Shape {
                field: "amount",
                rule: "payouts to a Turkish account are in lira",
            });
        }
        if self.receiver.trim().is_empty() || self.receiver.contains(char::is_control) {
            return Err(InvalidRequest::Shape {
                field: "receiver",
                rule: "the name of the account holder",
            });
        }
        Ok(())
    }
}

/// PayTR took the cashout. It is processed in about five minutes.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `trans_id` | `trans_id` | the id of the request | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-hesaptan-gonder>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedCashout {
    /// The shop's id.
    pub trans_id: TransId,
    /// The whole reply.
    pub raw: RawJson,
}

/// One row of `trans_info`, in the order of the documented sample.
#[derive(Serialize)]
struct Row<'a> {
    amount: String,
    receiver: &'a str,
    iban: &'a str,
}

impl Cashout {
    /// A cashout.
    #[must_use]
    pub fn new(trans_id: TransId, payouts: Vec<Payout>) -> Self {
        Self { trans_id, payouts }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        self.payouts.iter().try_for_each(Payout::check)
    }

    fn trans_info(&self) -> String {
        let row = |payout: &Payout| amount::minor_text(payout.amount);
        let rows: Vec<_> = self
            .payouts
            .iter()
            .map(|payout| Row {
                amount: row(payout),
                receiver: &payout.receiver,
                iban: payout.iban.as_str(),
            })
            .collect();
        #[expect(clippy::expect_used, reason = "texts always have a JSON form")]
        serde_json::to_string(&rows).expect("texts have a JSON form")
    }
}

impl Endpoint for Cashout {
    const PATH: &'static str = "/odeme/hesaptan-gonder";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &["merchant_id", "trans_id"];
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("trans_id", Shape::Id { max: 64 }),
        FieldRule::new("trans_info", Shape::Payouts),
    ];
    type Reply = AcceptedCashout;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        self.check()?;
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("trans_id", self.trans_id.to_string())
            .field("trans_info", self.trans_info());
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<AcceptedCashout>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => Ok(Answer::Success(AcceptedCashout {
                trans_id: echo(&reply, &self.trans_id)?,
                raw: reply.into_raw(),
            })),
            "error" | "failed" => Ok(Answer::Refused(reply.refusal("cashout"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

impl fmt::Debug for Cashout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cashout")
            .field("trans_id", &self.trans_id)
            .field("payouts", &self.payouts)
            .finish()
    }
}

impl fmt::Debug for Payout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payout")
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}
