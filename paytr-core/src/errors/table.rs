use std::fmt;
use std::str::FromStr;

use super::meaning::same_code;
use super::{ErrorMeaning, PaymentFailure, RefundFailure, StatusFailure, TransferFailure};

/// One of PayTR's published tables of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorTable {
    /// `failed_reason_code` of a notification.
    Payment,
    /// Refunds.
    Refund,
    /// Status inquiries.
    Status,
    /// Platform transfers, returned transfers and cashouts.
    Transfer,
}

impl ErrorTable {
    /// Every table.
    pub const ALL: [Self; 4] = [Self::Payment, Self::Refund, Self::Status, Self::Transfer];

    /// Its name: `payment`, `refund`, `status`, `transfer`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Status => "status",
            Self::Transfer => "transfer",
        }
    }

    /// Every published code with its meaning.
    #[must_use]
    pub fn rows(self) -> &'static [ErrorMeaning] {
        match self {
            Self::Payment => PaymentFailure::TABLE,
            Self::Refund => RefundFailure::TABLE,
            Self::Status => StatusFailure::TABLE,
            Self::Transfer => TransferFailure::TABLE,
        }
    }

    /// The meaning of a code; `None` when it is not published. `4` is `004`.
    #[must_use]
    pub fn find(self, code: &str) -> Option<&'static ErrorMeaning> {
        let mut rows = self.rows().iter();
        rows.find(|meaning| same_code(meaning.code, code))
    }

    /// The table of a service, by the name that a [`Refusal`](crate::api::Refusal) carries.
    pub(crate) fn of_scope(scope: &str) -> Option<Self> {
        match scope {
            "refund" => Some(Self::Refund),
            "status" => Some(Self::Status),
            "transfer" | "returned-transfers" | "cashout" => Some(Self::Transfer),
            _ => None,
        }
    }
}

impl FromStr for ErrorTable {
    type Err = UnknownTable;

    fn from_str(name: &str) -> Result<Self, UnknownTable> {
        let mut tables = Self::ALL.into_iter();
        tables
            .find(|table| table.name() == name)
            .ok_or(UnknownTable)
    }
}

impl fmt::Display for ErrorTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no table of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tables are payment, refund, status and transfer")]
pub struct UnknownTable;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_looked_up_in_its_own_table() {
        let english = |table: ErrorTable| table.find("003").map(|meaning| meaning.english);
        let tables = [ErrorTable::Refund, ErrorTable::Status, ErrorTable::Transfer];
        let meanings = tables.map(english);
        assert!(meanings.iter().all(Option::is_some), "{meanings:?}");
        assert_ne!(meanings[0], meanings[1]);
        assert_ne!(meanings[1], meanings[2]);
        assert_eq!(ErrorTable::of_scope("get-token"), None);
    }

    #[test]
    fn a_code_that_came_as_a_number_lacks_its_zeros() {
        let code = |code| ErrorTable::Refund.find(code).map(|meaning| meaning.code);
        assert_eq!(code("9"), Some("009"));
        assert_eq!(code("0"), Some("000"));
        for other in ["", "0009", "90", "-9", " 9", "006"] {
            assert_eq!(code(other), None, "{other:?}");
        }
        assert_eq!(PaymentFailure::from("06").meaning(), None);
    }

    #[test]
    fn tables_are_whole_and_every_code_has_all_three_texts() {
        let counts = ErrorTable::ALL.map(|table| table.rows().len());
        assert_eq!(counts, [18, 11, 4, 32]);
        for meaning in ErrorTable::ALL.into_iter().flat_map(ErrorTable::rows) {
            for text in [meaning.turkish, meaning.english, meaning.advice] {
                assert!(text.len() > 5, "{meaning:?}");
            }
        }
    }
}
