use paytr_sandbox::{Problem, ShopReply};

use super::reading;
use crate::commands::local::reply_text;
use crate::output::Plain;

/// What a probe looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Probe {
    Reachable,
    Tls,
    Redirect,
    Handler,
    BadHash,
    NoHash,
    Method,
    Signed,
    Duplicate,
    Limit,
}

/// What came of a probe.
pub(super) struct Finding {
    pub(super) probe: Probe,
    /// What was seen.
    pub(super) seen: String,
    pub(super) verdict: Verdict,
    /// What to do about it; `None` when all is well, or nothing is known.
    pub(super) advice: Option<Advice>,
}

/// What a probe says of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Wrong,
    /// It did not reach the handler, so it says nothing.
    Unknown,
}

/// The same in both languages.
#[derive(Clone, Copy)]
pub(super) struct Advice {
    pub(super) turkish: &'static str,
    pub(super) english: &'static str,
}

impl Probe {
    /// The name in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::Tls => "tls",
            Self::Redirect => "redirect",
            Self::Handler => "handler",
            Self::BadHash => "bad_hash",
            Self::NoHash => "no_hash",
            Self::Method => "method",
            Self::Signed => "signed",
            Self::Duplicate => "duplicate",
            Self::Limit => "limit",
        }
    }

    pub(super) fn question(self) -> &'static str {
        match self {
            Self::Reachable => "does it answer",
            Self::Tls => "is the connection encrypted",
            Self::Redirect => "is it the final address",
            Self::Handler => "does it reach the shop's handler",
            Self::BadHash => "is a wrong hash refused",
            Self::NoHash => "is a body without hash refused",
            Self::Method => "is GET refused",
            Self::Signed => "is a signed notification answered with exactly OK",
            Self::Duplicate => "is a repeated notification answered with OK",
            Self::Limit => "is a huge body refused",
        }
    }
}

impl Finding {
    pub(super) fn fine(probe: Probe, reply: &ShopReply) -> Self {
        Self {
            probe,
            seen: seen(reply),
            verdict: Verdict::Fine,
            advice: None,
        }
    }

    /// `reply` is `None` if it was not tried.
    pub(super) fn unknown(probe: Probe, reply: Option<&ShopReply>) -> Self {
        Self {
            probe,
            seen: reply.map_or_else(|| "not tried".to_owned(), seen),
            verdict: Verdict::Unknown,
            advice: None,
        }
    }

    pub(super) fn wrong(probe: Probe, reply: &ShopReply, advice: Advice) -> Self {
        Self {
            probe,
            seen: seen(reply),
            verdict: Verdict::Wrong,
            advice: Some(advice),
        }
    }

    /// What is wrong with a reply that ought to be an acknowledgement.
    pub(super) fn of_reply(probe: Probe, reply: &ShopReply) -> Self {
        match reply.problem {
            None => Self::fine(probe, reply),
            Some(problem) => {
                let advice = reading::flaw(reply).unwrap_or_else(|| Advice::of(problem));
                Self::wrong(probe, reply, advice)
            }
        }
    }

    pub(super) fn is_fine(&self) -> bool {
        self.verdict == Verdict::Fine
    }
}

impl Advice {
    pub(super) fn of(problem: Problem) -> Self {
        Self {
            turkish: problem.turkish(),
            english: problem.english(),
        }
    }
}

fn seen(reply: &ShopReply) -> String {
    if reading::is_compressed(reply) {
        let status = reply.status.unwrap_or_default();
        return format!("HTTP {status}, {} compressed bytes", reply.body.len());
    }
    if let (Some(status), Some(message)) = (reply.status, reply.php_message()) {
        return format!("HTTP {status}, {}", Plain(&message.to_string()));
    }
    let text = reply_text(reply);
    let short: String = text.chars().take(160).collect();
    let end = short.split(": not acknowledged").next().unwrap_or(&short);
    end.to_owned()
}
