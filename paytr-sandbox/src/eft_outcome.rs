use crate::FailedReason;

/// What becomes of a bank transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EftOutcome {
    /// It arrived: `success`.
    Arrived,
    /// Not found: `failed` with code 4.
    NotFound,
    /// Less than the amount: code 5.
    TooLittle,
    /// The buyer sent a notice while an earlier one is being checked: code 7.
    NoticeRepeated,
    /// Another name: code 41.
    NameDiffers,
    /// Another national id: code 42.
    NationalIdDiffers,
    /// Approved before: code 43.
    AlreadyApproved,
    /// Returned: code 44.
    Returned,
    /// One of two names is missing: code 45.
    OneNameMissing,
}

impl EftOutcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Arrived,
        Self::NotFound,
        Self::TooLittle,
        Self::NoticeRepeated,
        Self::NameDiffers,
        Self::NationalIdDiffers,
        Self::AlreadyApproved,
        Self::Returned,
        Self::OneNameMissing,
    ];

    /// The name in the control API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::NotFound => "not-found",
            Self::TooLittle => "too-little",
            Self::NoticeRepeated => "notice-repeated",
            Self::NameDiffers => "name-differs",
            Self::NationalIdDiffers => "national-id-differs",
            Self::AlreadyApproved => "already-approved",
            Self::Returned => "returned",
            Self::OneNameMissing => "one-name-missing",
        }
    }

    /// The outcome with this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Why it failed; `None` when the transfer arrived.
    #[must_use]
    pub fn failed_reason(self) -> Option<FailedReason> {
        match self {
            Self::Arrived => None,
            Self::NotFound => Some(FailedReason::TRANSFER_NOT_FOUND),
            Self::TooLittle => Some(FailedReason::TRANSFER_TOO_LITTLE),
            Self::NoticeRepeated => Some(FailedReason::NOTICE_REPEATED),
            Self::NameDiffers => Some(FailedReason::NAME_DIFFERS),
            Self::NationalIdDiffers => Some(FailedReason::NATIONAL_ID_DIFFERS),
            Self::AlreadyApproved => Some(FailedReason::TRANSFER_ALREADY_APPROVED),
            Self::Returned => Some(FailedReason::TRANSFER_RETURNED),
            Self::OneNameMissing => Some(FailedReason::ONE_NAME_MISSING),
        }
    }
}
