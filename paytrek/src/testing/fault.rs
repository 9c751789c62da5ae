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
    /// Whether the call does its work all the same.
    pub(super) fn works(self) -> bool {
        self != Self::Refuse
    }
}
