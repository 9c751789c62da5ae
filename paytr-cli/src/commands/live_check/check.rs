//! One behaviour of PayTR's, and how a reply is held against it.

use paytr_sandbox::{Evidence, behaviours};

use super::ground::Ground;
use super::reply::Reply;

/// One row of the table.
pub(super) struct Check {
    /// Its short name, for machines.
    pub(super) name: &'static str,
    /// The path of an endpoint, or a topic, as in the sandbox's table of behaviours.
    pub(super) of: &'static str,
    /// What PayTR is held to do.
    pub(super) behaviour: &'static str,
    pub(super) source: Source,
    pub(super) expect: Expect,
}

/// Where the behaviour is known from.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// This row of the sandbox's table says it.
    Row(&'static str),
    /// The sandbox does something else there, or its table does not say it.
    Itself(Evidence),
}

/// What the reply has to be.
#[derive(Clone, Copy)]
pub(super) enum Expect {
    /// A refusal with this `err_no`.
    Code(&'static str),
    /// This `status`.
    Status(&'static str),
    /// `failed`, with this part in its `reason`, in any letter case.
    Reason(&'static str),
    /// Anything else.
    By(fn(&Reply, &Ground) -> Finding),
}

/// How a behaviour stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    AsKnown,
    Different,
    /// This store, or this run, does not show it.
    NotSeen,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AsKnown => "as known",
            Self::Different => "DIFFERENT",
            Self::NotSeen => "not seen",
        }
    }
}

/// What was seen, in a line.
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) seen: String,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, seen: impl Into<String>) -> Self {
        let seen = seen.into();
        Self { verdict, seen }
    }

    pub(super) fn is(as_known: bool, seen: impl Into<String>) -> Self {
        let verdict = if as_known {
            Verdict::AsKnown
        } else {
            Verdict::Different
        };
        Self::new(verdict, seen)
    }
}

impl Check {
    /// How it is known; `None` when its row is not in the sandbox's table.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        match self.source {
            Source::Itself(evidence) => Some(evidence),
            Source::Row(what) => behaviours()
                .find(|row| row.of == self.of && row.what == what)
                .map(|row| row.evidence),
        }
    }

    /// The word for it in the table.
    pub(super) fn known_from(&self) -> &'static str {
        self.evidence().map_or("unknown", Evidence::name)
    }

    pub(super) fn judge(&self, reply: &Reply, ground: &Ground) -> Finding {
        let as_known = match self.expect {
            Expect::Code(code) => {
                reply.has_status("error") && reply.text("err_no").as_deref() == Some(code)
            }
            Expect::Status(status) => reply.has_status(status),
            Expect::Reason(part) => {
                let reason = reply.text("reason").unwrap_or_default();
                reply.has_status("failed") && reason.to_lowercase().contains(part)
            }
            Expect::By(judge) => return judge(reply, ground),
        };
        Finding::is(as_known, reply.summary())
    }
}
