use paytr_sandbox::{Problem, ShopReply};

use crate::commands::local::reply_text;

/// What a probe looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Probe {
    Reachable,
    Tls,
    Redirect,
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
    /// What to do about it; `None` when all is well.
    pub(super) advice: Option<Advice>,
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
            advice: None,
        }
    }

    pub(super) fn wrong(probe: Probe, reply: &ShopReply, advice: Advice) -> Self {
        Self {
            probe,
            seen: seen(reply),
            advice: Some(advice),
        }
    }

    /// What is wrong with a reply that ought to be an acknowledgement.
    pub(super) fn of_reply(probe: Probe, reply: &ShopReply) -> Self {
        match reply.problem {
            None => Self::fine(probe, reply),
            Some(problem) => Self::wrong(probe, reply, Advice::of(problem)),
        }
    }

    pub(super) fn is_fine(&self) -> bool {
        self.advice.is_none()
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
    let text = reply_text(reply);
    let short: String = text.chars().take(160).collect();
    let end = short.split(": not acknowledged").next().unwrap_or(&short);
    end.to_owned()
}
