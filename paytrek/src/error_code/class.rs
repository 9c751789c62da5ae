/// What kind of failure a code stands for. The grouping is this crate's, not Paytrek's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The bank said no. Another try or another card may work.
    Decline,
    /// Nobody knows what happened: read the sale.
    OutcomeUnknown,
    /// The order number or the transaction was used before: read the sale.
    Duplicate,
    /// The request or the merchant's settings are wrong.
    Request,
    /// 3-D Secure did not succeed.
    ThreeDSecure,
    /// The sale is in no state for this.
    State,
    /// A code that fits no group: read the sale.
    Unknown,
}

impl ErrorClass {
    pub(super) fn of(code: &str) -> Self {
        let five_digits = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        match code {
            "20015" | "20017" | "UNKNOWN_ERROR" => Self::OutcomeUnknown,
            "30120" | "30015" => Self::Duplicate,
            "99999" => Self::Decline,
            "9001" => Self::ThreeDSecure,
            "9000" => Self::State,
            _ if !five_digits => Self::Unknown,
            _ if code.starts_with('1') => Self::Decline,
            _ if code.starts_with('3') => Self::Request,
            _ if code.starts_with('4') => Self::ThreeDSecure,
            _ => Self::Unknown,
        }
    }

    /// Whether money may have moved in spite of the code.
    #[must_use]
    pub fn leaves_outcome_open(self) -> bool {
        matches!(self, Self::OutcomeUnknown | Self::Duplicate | Self::Unknown)
    }
}
