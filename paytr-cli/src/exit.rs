//! Exit codes, and why a command stopped.

use std::process::ExitCode;

use paytr_core::PaytrError;
use paytr_core::api::{Effect, Refusal};
use paytr_core::errors::ErrorMeaning;

use crate::output::{Plain, chain};

/// The table of exit codes, for `--help` and the man page.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  PayTR said no: refused, declined, not all done; or the signature is wrong; or the code is
     unknown; or PayTR's report and the ledger differ
  2  invalid input: an argument, a field or a file; nothing was sent
  3  settings are missing or cannot be right
  4  nothing was done: PayTR could not be reached, or gave no answer to a mere question
  5  the outcome is not known: the request was sent and may have had its effect; do not repeat
     it before you have found out (paytr status ORDER)
  6  PayTR's answer to a mere question cannot be read
  7  this machine: a file or the output cannot be written or read";

/// What a command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Refused = 1,
    Invalid = 2,
    Settings = 3,
    NothingDone = 4,
    OutcomeUnknown = 5,
    Unreadable = 6,
    Local = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command stopped: its exit code and the text for the person. Never holds a secret.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) text: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { exit, text }
    }

    /// Input that cannot be right. Nothing was sent.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(Exit::Invalid, text)
    }

    /// The same from an error.
    pub(crate) fn invalid_input(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::invalid(chain(error))
    }

    /// Why a request gave no result. What cannot be known of a mere question does no harm.
    pub(crate) fn of_request(error: &PaytrError, effect: Effect) -> Self {
        let text = match error {
            PaytrError::Refused(refusal) => refusal_text(refusal),
            PaytrError::Undecodable { body, .. } => {
                let start: String = body.as_str().chars().take(200).collect();
                format!("{}\n  it begins with: {}", chain(error), Plain(&start))
            }
            PaytrError::Indeterminate(cause) if effect == Effect::ReadOnly => {
                format!("PayTR gave no usable answer: {}", chain(&**cause))
            }
            _ => chain(error),
        };
        Self::new(exit_of(error, effect), text)
    }

    /// Adds lines to the text.
    pub(crate) fn with(mut self, lines: &str) -> Self {
        self.text.push('\n');
        self.text.push_str(lines);
        self
    }

    /// Adds what to do, if the request may have had its effect.
    pub(crate) fn advise(self, advice: impl FnOnce() -> String) -> Self {
        match self.exit {
            Exit::OutcomeUnknown => self.with(&advice()),
            _ => self,
        }
    }
}

fn exit_of(error: &PaytrError, effect: Effect) -> Exit {
    match (error, effect) {
        (PaytrError::Invalid(_), _) => Exit::Invalid,
        (PaytrError::Refused(_), _) => Exit::Refused,
        (PaytrError::NotSent(_), _) | (PaytrError::Indeterminate(_), Effect::ReadOnly) => {
            Exit::NothingDone
        }
        (PaytrError::Undecodable { .. }, Effect::ReadOnly) => Exit::Unreadable,
        // What is new to this program may have had its effect.
        _ => Exit::OutcomeUnknown,
    }
}

/// PayTR's refusal as a text for a person: what it said, what that means, what to do.
fn refusal_text(refusal: &Refusal) -> String {
    let code = refusal.code.as_ref();
    let code = code.map(|code| format!(", error {}", Plain(code)));
    let mut text = format!(
        "PayTR refused ({}{}): {}",
        refusal.scope,
        code.unwrap_or_default(),
        Plain(&refusal.message)
    );
    match refusal.meaning() {
        Some(meaning) => {
            text.push('\n');
            text.push_str(&meaning_lines(meaning));
        }
        None if refusal.message.contains("paytr_token") => text.push_str(
            "\n  what to do: check merchant key and salt, the buyer's IP address (public IPv4), and \
             that the store may use this service",
        ),
        None => {}
    }
    text
}

/// Both languages and the advice, a line each.
fn meaning_lines(meaning: &ErrorMeaning) -> String {
    format!(
        "  Turkish: {}\n  English: {}\n  what to do: {}",
        meaning.turkish, meaning.english, meaning.advice
    )
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        // Whoever reads the output has seen enough, as `head` does.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "");
        }
        Self::new(
            Exit::Local,
            format!("the output cannot be written: {error}"),
        )
    }
}
