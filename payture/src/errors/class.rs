/// What kind of no an error code is: what a shop may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// `NONE`: no error.
    None,
    /// The merchant's setup is wrong.
    Setup,
    /// The request is wrong.
    Request,
    /// The order is not in the right state, or the operation is not possible any more.
    State,
    /// It exists already.
    Duplicate,
    /// The card, its holder or its bank declined.
    Card,
    /// An antifraud filter declined.
    Fraud,
    /// 3-D Secure failed.
    ThreeDs,
    /// What happened is unknown. Every code that nobody documented is of this class.
    Unknown,
}

impl ErrorClass {
    /// What to do.
    #[must_use]
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::None => "nothing",
            Self::Setup => "alert a person: the terminal's setup must be mended; do not retry",
            Self::Request => "correct the request",
            Self::State => "ask for the order's state: the operation may be done already",
            Self::Duplicate => "ask for what exists before anything else; never send it again",
            Self::Card => "tell the buyer and offer another card",
            Self::Fraud => {
                "tell the buyer that the payment is refused; do not retry with this card"
            }
            Self::ThreeDs => "let the buyer try once more, or offer another card",
            Self::Unknown => "ask for the order's state before anything else; never send it again",
        }
    }
}
