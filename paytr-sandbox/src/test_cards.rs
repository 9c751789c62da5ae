use crate::FailedReason;

/// A card of the sandbox.
///
/// The first three are PayTR's documented test cards. The others exist in the sandbox only: each is
/// declined with one `failed_reason_code`. All take any expiry that is not past (PayTR's page shows
/// 12/30) and CVV 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TestCard {
    /// 4355 0843 5508 4358: pays.
    Visa,
    /// 5406 6754 0667 5403: pays.
    Mastercard,
    /// 9792 0303 9444 0796: pays.
    Troy,
    /// Declined with code 0, a text of the bank.
    LimitExceeded,
    /// Declined with code 1.
    NotAuthenticated,
    /// Declined with code 2.
    WrongPassword,
    /// Declined with code 3.
    SecurityCheck,
    /// Declined with code 8.
    NoInstallments,
    /// Declined with code 9.
    CardNotAuthorised,
    /// Declined with code 10.
    ThreeDSecureRequired,
    /// Declined with code 11.
    FraudAlert,
    /// Declined with code 99, or with a detailed text and code 0 when the order has `debug_on=1`.
    IntegrationFault,
}

impl TestCard {
    /// Every card, the paying ones first.
    pub const ALL: [Self; 12] = [
        Self::Visa,
        Self::Mastercard,
        Self::Troy,
        Self::LimitExceeded,
        Self::NotAuthenticated,
        Self::WrongPassword,
        Self::SecurityCheck,
        Self::NoInstallments,
        Self::CardNotAuthorised,
        Self::ThreeDSecureRequired,
        Self::FraudAlert,
        Self::IntegrationFault,
    ];

    /// The CVV of every card.
    pub const CVV: &'static str = "000";

    /// The number, 16 digits.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Visa => "4355084355084358",
            Self::Mastercard => "5406675406675403",
            Self::Troy => "9792030394440796",
            Self::LimitExceeded => "4000000000000002",
            Self::NotAuthenticated => "4000000000000010",
            Self::WrongPassword => "4000000000000028",
            Self::SecurityCheck => "4000000000000036",
            Self::NoInstallments => "4000000000000085",
            Self::CardNotAuthorised => "4000000000000093",
            Self::ThreeDSecureRequired => "4000000000000101",
            Self::FraudAlert => "4000000000000119",
            Self::IntegrationFault => "4000000000000994",
        }
    }

    /// The name in the control API and in the ids of the payment page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Visa => "visa",
            Self::Mastercard => "mastercard",
            Self::Troy => "troy",
            Self::LimitExceeded => "decline-0",
            Self::NotAuthenticated => "decline-1",
            Self::WrongPassword => "decline-2",
            Self::SecurityCheck => "decline-3",
            Self::NoInstallments => "decline-8",
            Self::CardNotAuthorised => "decline-9",
            Self::ThreeDSecureRequired => "decline-10",
            Self::FraudAlert => "decline-11",
            Self::IntegrationFault => "decline-99",
        }
    }

    /// Why the card is declined; `None` for a card that pays.
    #[must_use]
    pub fn failed_reason(self) -> Option<FailedReason> {
        match self {
            Self::Visa | Self::Mastercard | Self::Troy => None,
            Self::LimitExceeded => Some(FailedReason::LIMIT),
            Self::NotAuthenticated => Some(FailedReason::NOT_AUTHENTICATED),
            Self::WrongPassword => Some(FailedReason::WRONG_PASSWORD),
            Self::SecurityCheck => Some(FailedReason::SECURITY_CHECK),
            Self::NoInstallments => Some(FailedReason::NO_INSTALLMENTS),
            Self::CardNotAuthorised => Some(FailedReason::CARD_NOT_AUTHORISED),
            Self::ThreeDSecureRequired => Some(FailedReason::THREE_D_SECURE_REQUIRED),
            Self::FraudAlert => Some(FailedReason::FRAUD_ALERT),
            Self::IntegrationFault => Some(FailedReason::INTEGRATION_FAULT),
        }
    }

    /// The card with this number; blanks between digits are ignored.
    #[must_use]
    pub fn from_number(number: &str) -> Option<Self> {
        let digits: String = number.split(char::is_whitespace).collect();
        Self::ALL.into_iter().find(|card| card.number() == digits)
    }

    /// The card with this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|card| card.name() == name)
    }

    /// `435508******4358`: all that the sandbox keeps of a number.
    #[must_use]
    pub fn masked(self) -> String {
        let number = self.number();
        let first = number.get(..6).unwrap_or_default();
        let last = number.get(12..).unwrap_or_default();
        format!("{first}******{last}")
    }

    /// `4355 0843 5508 4358`, for people.
    pub(crate) fn grouped(self) -> String {
        let mut text = String::new();
        for (index, digit) in self.number().chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }

    /// The card scheme, for people.
    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Self::Mastercard => "Mastercard",
            Self::Troy => "Troy",
            _ => "Visa",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_right_check_digit() {
        for card in TestCard::ALL {
            let digits = card.number().bytes().rev().map(|b| u32::from(b - b'0'));
            let sum: u32 = digits
                .enumerate()
                .map(|(index, digit)| match (index % 2, digit * 2) {
                    (0, _) => digit,
                    (_, double @ 10..) => double - 9,
                    (_, double) => double,
                })
                .sum();
            assert_eq!(sum % 10, 0, "{card:?}");
        }
    }

    #[test]
    fn cards_are_found_by_number_and_by_name() {
        for card in TestCard::ALL {
            assert_eq!(TestCard::from_number(&card.grouped()), Some(card));
            assert_eq!(TestCard::from_name(card.name()), Some(card));
        }
        assert_eq!(TestCard::from_number("4111111111111111"), None);
        assert_eq!(TestCard::Visa.masked(), "435508******4358");
    }
}
