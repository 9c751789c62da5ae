//! The documented codes.

use super::Advice;

/// One documented code.
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) meaning: &'static str,
    pub(super) tell: Advice,
}

const fn row(code: &'static str, meaning: &'static str, tell: Advice) -> Row {
    Row {
        code,
        meaning,
        tell,
    }
}

pub(super) const ROWS: [Row; 48] = [
    row(
        "10001",
        "call the bank for authorisation",
        Advice::ContactBank,
    ),
    row("10003", "block the card", Advice::ContactBank),
    row("10004", "denied, general rejection", Advice::ContactBank),
    row(
        "10006",
        "the cardholder's identity must be checked",
        Advice::ContactBank,
    ),
    row(
        "10009",
        "the account or card number is invalid",
        Advice::CheckCard,
    ),
    row("10010", "the issuer is unknown", Advice::CheckCard),
    row(
        "10016",
        "too many wrong PINs, block the card",
        Advice::ContactBank,
    ),
    row(
        "10020",
        "the card's limit is not enough",
        Advice::CheckLimit,
    ),
    row("10023", "the card is expired", Advice::CheckCard),
    row(
        "10026",
        "the transaction is not open to the cardholder",
        Advice::ContactBank,
    ),
    row("10029", "security breach", Advice::ContactBank),
    row("10032", "the date is invalid", Advice::CheckCard),
    row("10033", "the CVV is wrong", Advice::CheckCard),
    row(
        "10038",
        "rejected, the card is invalid",
        Advice::UseAnotherCard,
    ),
    row(
        "10046",
        "possible fraud, the check of the cardholder's IP address failed",
        Advice::ContactBank,
    ),
    row("10049", "too many retries", Advice::TryLater),
    row(
        "10050",
        "rejected by the fraud check",
        Advice::UnexpectedError,
    ),
    row("20015", "system error", Advice::UnexpectedError),
    row("20017", "connection error", Advice::UnexpectedError),
    row("30001", "the merchant is invalid", Advice::UnexpectedError),
    row(
        "30002",
        "the transaction is invalid",
        Advice::UnexpectedError,
    ),
    row("30003", "the amount is invalid", Advice::UnexpectedError),
    row(
        "30005",
        "it cannot be cancelled, or the original was not found",
        Advice::Nothing,
    ),
    row(
        "30009",
        "the data do not fit together",
        Advice::UnexpectedError,
    ),
    row("30011", "encryption error", Advice::UnexpectedError),
    row(
        "30013",
        "the merchant's authentication failed",
        Advice::UnexpectedError,
    ),
    row(
        "30015",
        "the transaction was transferred twice",
        Advice::Nothing,
    ),
    row(
        "30016",
        "daily count error, or the cancellation was rejected",
        Advice::Nothing,
    ),
    row(
        "30033",
        "a loyalty point parameter is wrong",
        Advice::UnexpectedError,
    ),
    row(
        "30037",
        "the instalment is invalid",
        Advice::UnexpectedError,
    ),
    row("30041", "the POS is invalid", Advice::UnexpectedError),
    row(
        "30050",
        "the end of day must be completed",
        Advice::UnexpectedError,
    ),
    row("30053", "the currency is invalid", Advice::UnexpectedError),
    row("30090", "the repeat period is invalid", Advice::Nothing),
    row(
        "30118",
        "outside the group's allowed day or hour",
        Advice::CannotCompleteNow,
    ),
    row(
        "30119",
        "the order number is invalid",
        Advice::CannotCompleteNow,
    ),
    row(
        "30120",
        "the order number is in use",
        Advice::CannotCompleteNow,
    ),
    row(
        "30128",
        "the check of the virtual POS lock failed",
        Advice::CannotCompleteNow,
    ),
    row("40000", "unable to authenticate", Advice::NotVerified),
    row(
        "40002",
        "the card or its issuer is not enrolled in 3-D Secure",
        Advice::ThreeDSecureImpossible,
    ),
    row(
        "40004",
        "the cardholder does not take part",
        Advice::ThreeDSecureImpossible,
    ),
    row(
        "40005",
        "the directory server is silent",
        Advice::ThreeDSecureImpossible,
    ),
    row(
        "40006",
        "authentication failed",
        Advice::ThreeDSecureImpossible,
    ),
    row(
        "40007",
        "3-D Secure system error",
        Advice::ThreeDSecureImpossible,
    ),
    row(
        "9000",
        "the pre-authorisation cannot be voided",
        Advice::SameAsMerchant,
    ),
    row(
        "9001",
        "the 3-D Secure fields do not match",
        Advice::SameAsMerchant,
    ),
    row("99999", "the card was declined", Advice::SameAsMerchant),
    row("UNKNOWN_ERROR", "unknown", Advice::TryLater),
];

/// The merchant's message in Turkish, for the codes whose message is for the buyer too.
pub(super) fn turkish(code: &str) -> Option<&'static str> {
    match code {
        "9000" => Some("Ön provizyon iptal edilemiyor."),
        "9001" => Some("3-D Secure alanları uyuşmuyor."),
        "99999" => Some("Kart reddedildi."),
        _ => None,
    }
}
