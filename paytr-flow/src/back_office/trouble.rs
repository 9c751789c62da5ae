//! Why a request is not done as asked, and the page that says so.

use paytr_core::Language;
use paytr_core::paid_once::{Decision, Resolved, StoreError};

use super::moment::Moment;
use super::page::Fact;
use super::tokens::TokenProblem;
use super::words::{Words, failure};
use crate::orders::log_ledger_error;

/// Why a request is not done as asked.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no such page, order, entry or refund.
    NotFound,
    /// A field of the query that cannot be meant.
    BadFilter,
    /// The day is not over yet.
    DayNotOver,
    /// The ledger could not be read or written.
    Ledger,
    /// The body is not a form.
    NotAForm,
    /// The form came from a page of somebody else.
    ForeignOrigin,
    /// The form's token is not taken.
    Token(TokenProblem),
    /// The note is longer than 1000 characters.
    LongNote,
    /// Somebody else resolved the entry before.
    AlreadyResolved(Resolved),
    /// The gate did not take the payment.
    NotTaken(Decision),
    /// The order is not undelivered, or not any more.
    NotUndelivered,
    /// The order is of another namespace, or the payment failed.
    NotHere,
    /// A refund of the order has an unknown outcome.
    Undecided,
    /// The refund is decided.
    AlreadyDecided,
    /// PayTR lists the refund.
    Listed,
    /// PayTR lists it with another amount.
    OtherAmount(String),
    /// The refund was reserved less than ten minutes ago.
    TooEarly,
    /// The amount is none, or not one of this order.
    Amount,
    /// More than what is left, as the text says.
    Exceeds(String),
    /// There is a refund under this reference already: the form was sent before.
    SameRefund,
    /// The order is not settled as paid.
    NotPaid,
    /// PayTR refused, or was not reached: its own words.
    Refused(Option<String>),
    /// The refund may have been executed.
    UnknownOutcome,
    /// PayTR did not answer a question.
    NoAnswer,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        log_ledger_error("back office", &error);
        Self::Ledger
    }
}

impl Trouble {
    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::BadFilter | Self::DayNotOver => 400,
            Self::Ledger => 503,
            Self::NotAForm => 415,
            Self::ForeignOrigin | Self::Token(_) => 403,
            Self::LongNote | Self::Amount | Self::Exceeds(_) => 422,
            Self::NotTaken(decision) => match decision {
                Decision::HandlerFailed(_) => 500,
                Decision::Unavailable(_) => 503,
                _ => 409,
            },
            Self::AlreadyResolved(_)
            | Self::NotUndelivered
            | Self::NotHere
            | Self::Undecided
            | Self::AlreadyDecided
            | Self::Listed
            | Self::OtherAmount(_)
            | Self::TooEarly
            | Self::SameRefund
            | Self::NotPaid => 409,
            Self::Refused(_) | Self::UnknownOutcome | Self::NoAnswer => 502,
        }
    }

    /// What else is to be said: who was first, how much is left, PayTR's words.
    pub(super) fn facts(&self, words: &Words, language: Language) -> Vec<Fact> {
        match self {
            Self::AlreadyResolved(resolved) => resolved_facts(resolved, words),
            Self::Exceeds(left) => vec![Fact::new(words.left, left)],
            Self::Refused(Some(text)) | Self::OtherAmount(text) => vec![Fact::new("PayTR", text)],
            Self::NotTaken(Decision::HandlerFailed(kind)) => {
                let text = failure(Some(*kind), language);
                vec![Fact::new(words.last_failure, text)]
            }
            _ => Vec::new(),
        }
    }
}

/// Who resolved an entry, when, how and why.
pub(super) fn resolved_facts(resolved: &Resolved, words: &Words) -> Vec<Fact> {
    let at = Moment::of(resolved.at);
    let mut facts = vec![
        Fact::new(words.resolution, words.resolution(resolved.resolution)),
        Fact::new(words.resolved_by, &resolved.by),
        Fact::new(words.resolved_at, at.text),
    ];
    if !resolved.note.is_empty() {
        facts.push(Fact::new(words.note, &resolved.note));
    }
    facts
}
