use std::fmt;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::turkish_time;

/// One attempt to deliver a notification, and what the shop said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When it was sent.
    #[serde(serialize_with = "rfc3339")]
    pub at: SystemTime,
    /// `success` or `failed`: what the notification told.
    pub told: &'static str,
    /// The HTTP status of the reply, if one came.
    pub status: Option<u16>,
    /// The beginning of the reply's body, at most 500 characters.
    pub reply: String,
    /// Whether the reply was HTTP 200 with exactly `OK`.
    pub acknowledged: bool,
    /// Why it was not acknowledged.
    pub problem: Option<Problem>,
}

/// Why a reply is not an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// The HTTP status is not 200.
    Status,
    /// A redirect. It is not followed.
    Redirect,
    /// The body is empty.
    Empty,
    /// HTML around the text.
    Html,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// A line break or blank before or after the text.
    Whitespace,
    /// Quotes around the text, as JSON has them.
    Quotes,
    /// `ok` or `Ok`.
    LetterCase,
    /// Another text.
    OtherText,
    /// No whole reply in time.
    TimedOut,
    /// Nobody listens at the notification URL.
    ConnectionRefused,
    /// The connection failed or broke in another way.
    ConnectionFailed,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status => "the HTTP status is not 200",
            Self::Redirect => "it answers with a redirect, which is not followed",
            Self::Empty => "the body is empty",
            Self::Html => "there is HTML around the text",
            Self::ByteOrderMark => "there is a byte order mark before OK",
            Self::Whitespace => "there is a line break or a blank around OK",
            Self::Quotes => "there are quotes around OK: answer plain text, not JSON",
            Self::LetterCase => "OK is two capital letters",
            Self::OtherText => "the body is not exactly OK",
            Self::TimedOut => "no whole reply came in time",
            Self::ConnectionRefused => "the connection was refused: nobody listens there",
            Self::ConnectionFailed => "the connection failed",
        })
    }
}

/// How the delivery of a notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotificationState {
    /// Not acknowledged yet and sent again; "Devam Ediyor" in PayTR's panel.
    InProgress,
    /// Acknowledged; "Tamamlandı".
    Done,
    /// Given up; "Bildirim Durdu" until it is restarted.
    Stopped,
    /// A failure that was never acknowledged, out of date since the order was paid.
    Withdrawn,
}

impl NotificationState {
    /// PayTR's Turkish name of the state; for `Withdrawn` the sandbox's own.
    #[must_use]
    pub fn turkish(self) -> &'static str {
        match self {
            Self::InProgress => "Devam Ediyor",
            Self::Done => "Tamamlandı",
            Self::Stopped => "Bildirim Durdu",
            Self::Withdrawn => "Geri Çekildi",
        }
    }
}

fn rfc3339<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&turkish_time::rfc3339(*at))
}
