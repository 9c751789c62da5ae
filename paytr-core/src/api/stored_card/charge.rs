use std::time::Duration;

use super::{CardToken, UserToken};
use crate::Credentials;
use crate::api::field_rule::obey;
use crate::api::{
    Answer, Authentication, DecodeError, DirectOrder, Effect, Endpoint, FieldRule, Form,
    InstallmentCount, InvalidRequest, direct,
};
use crate::reply::JsonReply;
use crate::wire::{CardProgram, RawJson};

/// Takes a payment from a stored card, from server to server and without 3-D Secure: once while the
/// buyer waits, or again and again for a subscription.
///
/// `POST /odeme` with `non_3d=1`. The store needs the `Non3D` permission. A card whose `require_cvv` is 1
/// cannot be charged like this: no CVV passes the server, so use
/// [`StoredCardPayment`](super::StoredCardPayment).
///
/// It moves money and is sent once. On an unknown outcome wait for the notification or ask for the
/// status of the order; do not charge again under another order id before that. A decline says whether
/// another try makes sense: [`ChargeOutcome::Declined`]. Source: PayTR, Kart Saklama API, Kayıtlı
/// Karttan Ödeme and Tekrarlayan Ödeme; Direkt API for `sync_mode`.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` |  | see [`DirectOrder`] | documented |
/// | `user` | `utoken` | text | documented |
/// | `card` | `ctoken` | text | documented |
/// | `kind` | `recurring_payment`, `sync_mode` | 1 of one of them; always `non_3d=1` | documented |
/// | `installments` | `installment_count` | 0 for one payment, or 2 to 12 | documented |
/// | `card_program` | `card_type` | a program, for instalments | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-karttan-odeme>,
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-tekrarlayan-odeme>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCardCharge {
    /// What is paid, and by whom. URLs, basket and the buyer's data are mandatory although no browser
    /// is there; for a subscription the IP address is that of the buyer when they agreed.
    pub order: DirectOrder,
    /// Whose card it is.
    pub user: UserToken,
    /// The card.
    pub card: CardToken,
    /// Whether the buyer waits.
    pub kind: ChargeKind,
    /// Default: one payment.
    pub installments: InstallmentCount,
    /// The instalment program of the card; a documented one.
    pub card_program: Option<CardProgram>,
}

/// What a charge of a stored card is for.
///
/// On the wire: `recurring_payment` or `sync_mode`, 1. Documented:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-tekrarlayan-odeme>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChargeKind {
    /// The buyer asked for it now: `sync_mode=1`, which must be asked for at PayTR.
    Once,
    /// The buyer agreed to it earlier: `recurring_payment=1`.
    Recurring,
}

impl StoredCardCharge {
    /// A single payment that the buyer asked for now.
    #[must_use]
    pub fn once(order: DirectOrder, user: UserToken, card: CardToken) -> Self {
        Self {
            order,
            user,
            card,
            kind: ChargeKind::Once,
            installments: InstallmentCount::default(),
            card_program: None,
        }
    }

    /// A single payment of a subscription.
    #[must_use]
    pub fn recurring(order: DirectOrder, user: UserToken, card: CardToken) -> Self {
        Self {
            kind: ChargeKind::Recurring,
            ..Self::once(order, user, card)
        }
    }
}

impl Endpoint for StoredCardCharge {
    const PATH: &'static str = "/odeme";
    const EFFECT: Effect = Effect::Changes;
    // No sample says how long it takes. Banks can be slow, and a lost answer costs more than a wait.
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = direct::CARD_SIGNED;
    const RULES: &'static [FieldRule] = direct::CARD_RULES;
    type Reply = ChargeOutcome;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let head = direct::card_fields(
            &self.order,
            self.installments,
            Authentication::Non3d,
            credentials,
        )?;
        let kind = match self.kind {
            ChargeKind::Once => "sync_mode",
            ChargeKind::Recurring => "recurring_payment",
        };
        let form = head
            .optional("card_type", direct::card_type(self.card_program.as_ref())?)
            .field("utoken", self.user.as_str().to_owned())
            .field("ctoken", self.card.as_str().to_owned())
            .field(kind, "1");
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<ChargeOutcome>, DecodeError> {
        decode(body)
    }
}

/// What became of a charge. A notification follows in every case but a refused request; it is the
/// result of record.
///
/// On the wire: `status`: `success`, `wait_callback` or `failed`. Documented:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-tekrarlayan-odeme>, August 2026.
#[must_use = "a charge can be declined"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// Paid.
    Paid(ChargeReply),
    /// PayTR checks it: wait for the notification. The order may still be paid.
    WaitForNotification(ChargeReply),
    /// Not paid.
    Declined(Retry, ChargeReply),
}

/// Whether a declined charge may be tried again.
///
/// On the wire: `try_again`, a JSON boolean or its text. Documented:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-tekrarlayan-odeme>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Not with this card: `try_again` is false. The bank closed it, for example.
    Never,
    /// Later: `try_again` is true. An earlier payment is still in progress.
    Later,
    /// PayTR did not say. It says so for recurring payments only.
    Unsaid,
}

/// The reply to a charge.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `message` | `msg` | text for people | documented |
/// | `user` | `utoken` | text, when a card was stored | documented |
/// | `card` | `ctoken` | text, when a card was stored | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/direkt-api/kart-saklama-api/kayitli-kart-tekrarlayan-odeme>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChargeReply {
    /// PayTR's text, mostly Turkish.
    pub message: Option<String>,
    /// Whose card it was, if one was stored.
    pub user: Option<UserToken>,
    /// The card, if one was stored.
    pub card: Option<CardToken>,
    /// The whole reply.
    pub raw: RawJson,
}

impl ChargeOutcome {
    /// The reply.
    #[must_use]
    pub fn reply(&self) -> &ChargeReply {
        match self {
            Self::Paid(reply) | Self::WaitForNotification(reply) | Self::Declined(_, reply) => {
                reply
            }
        }
    }
}

/// Reads `{"status":"success"|"wait_callback"|"failed","msg":…}`.
fn decode(body: &[u8]) -> Result<Answer<ChargeOutcome>, DecodeError> {
    let reply = JsonReply::parse(body)?;
    let outcome = match reply.status()?.as_str() {
        "success" => ChargeOutcome::Paid(charge_reply(reply)),
        "wait_callback" => ChargeOutcome::WaitForNotification(charge_reply(reply)),
        "failed" => {
            let retry = match reply.flag("try_again") {
                Ok(Some(true)) => Retry::Later,
                Ok(Some(false)) => Retry::Never,
                Ok(None) | Err(_) => Retry::Unsaid,
            };
            ChargeOutcome::Declined(retry, charge_reply(reply))
        }
        "error" => return Ok(Answer::Refused(reply.refusal("charge"))),
        _ => return Err(DecodeError::Value { name: "status" }),
    };
    Ok(Answer::Success(outcome))
}

fn charge_reply(reply: JsonReply) -> ChargeReply {
    let message = ["msg", "reason", "err_msg"]
        .into_iter()
        .find_map(|name| reply.filled(name));
    ChargeReply {
        message,
        user: reply
            .filled("utoken")
            .and_then(|token| UserToken::new(&token).ok()),
        card: reply
            .filled("ctoken")
            .and_then(|token| CardToken::new(&token).ok()),
        raw: reply.into_raw(),
    }
}
