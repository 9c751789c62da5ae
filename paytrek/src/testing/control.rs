//! What a test sets on the fake, and what it sees of the calls.

use std::fmt;

/// Something that goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call does its work; the answer breaks off.
    LoseAnswer,
    /// The call does its work; a gateway answers 502 in its place.
    GatewayError,
    /// The call does its work; a page of HTML comes with status 200.
    AnswerWithHtml,
    /// The call does its work; the answer takes longer than clients wait.
    Silence,
    /// The call does nothing and answers 500.
    Refuse,
    /// The call does its work; the answer redirects elsewhere.
    Redirect,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::LoseAnswer,
        Self::GatewayError,
        Self::AnswerWithHtml,
        Self::Silence,
        Self::Refuse,
        Self::Redirect,
    ];

    /// Its name in the control API, such as `lose_answer`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LoseAnswer => "lose_answer",
            Self::GatewayError => "gateway_error",
            Self::AnswerWithHtml => "answer_with_html",
            Self::Silence => "silence",
            Self::Refuse => "refuse",
            Self::Redirect => "redirect",
        }
    }

    /// Whether the call does its work all the same.
    pub(super) fn works(self) -> bool {
        self != Self::Refuse
    }
}

/// What happens to a charge for an order number that was paid before with another sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedOrders {
    /// It is declined with 30120.
    Refuse,
    /// It is charged.
    Charge,
}

/// A call that reached the fake.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeenRequest {
    /// Such as `POST`.
    pub method: String,
    /// The first part of the path behind `/api/v2/`, such as `refund`.
    pub resource: String,
    /// The path and the query.
    pub path: String,
    /// The body. It may have a card in it.
    pub body: String,
    /// The status of the answer; `None` when a fault answered, or nothing yet.
    pub status: Option<u16>,
}

impl fmt::Debug for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenRequest")
            .field("method", &self.method)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}
