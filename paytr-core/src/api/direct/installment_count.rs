use crate::api::InvalidRequest;

/// In how many instalments the buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InstallmentCount {
    /// One payment. Posted as `0`; notifications call it `1`.
    #[default]
    Single,
    /// This many: 2 to 12.
    Of(u8),
}

impl InstallmentCount {
    /// The count that a person means: 0 and 1 are a single payment.
    #[must_use]
    pub fn from_number(count: u8) -> Self {
        match count {
            0 | 1 => Self::Single,
            count => Self::Of(count),
        }
    }

    /// `installment_count`.
    pub(in crate::api) fn text(self) -> Result<String, InvalidRequest> {
        match self {
            Self::Single => Ok("0".to_owned()),
            Self::Of(count @ 2..=12) => Ok(count.to_string()),
            Self::Of(_) => Err(InvalidRequest::Range {
                field: "installment_count",
                min: 2,
                max: 12,
            }),
        }
    }
}
