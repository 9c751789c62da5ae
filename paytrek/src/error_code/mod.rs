//! Paytrek's error codes: what each means for the merchant, and what to tell the buyer.

mod table;

use std::fmt;

use table::Row;

/// A code of Paytrek's, such as `10020`. The set is open: an unknown code is kept.
///
/// ```
/// use paytrek::{ErrorClass, ErrorCode, Language};
///
/// let code = ErrorCode::new("10020");
/// assert_eq!(code.class(), ErrorClass::Decline);
/// assert_eq!(code.merchant_message(), Some("the card's limit is not enough"));
/// assert_eq!(
///     code.customer_message(Language::Turkish),
///     Some("Kartınızın limitini kontrol edin.")
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ErrorCode(Box<str>);

impl ErrorCode {
    /// Longer texts are no codes and are cut.
    const MAX_LEN: usize = 32;

    /// Takes a code as it came.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.trim().chars().take(Self::MAX_LEN).collect())
    }

    /// The 48 documented codes.
    pub fn documented() -> impl Iterator<Item = Self> {
        table::ROWS.iter().map(|row| Self::new(row.code))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it means, for the merchant, if it is documented.
    #[must_use]
    pub fn merchant_message(&self) -> Option<&'static str> {
        self.row().map(|row| row.meaning)
    }

    /// What the documentation proposes to tell the buyer. [`Advice::Nothing`] for a code that it does
    /// not have.
    #[must_use]
    pub fn advice(&self) -> Advice {
        self.row().map_or(Advice::Nothing, |row| row.tell)
    }

    /// The advice in words, if there is any.
    #[must_use]
    pub fn customer_message(&self, language: Language) -> Option<&'static str> {
        match (self.advice(), language) {
            (Advice::SameAsMerchant, Language::English) => self.merchant_message(),
            (Advice::SameAsMerchant, Language::Turkish) => table::turkish(self.as_str()),
            (advice, language) => advice.text(language),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        ErrorClass::of(self.as_str())
    }

    fn row(&self) -> Option<&'static Row> {
        table::ROWS.iter().find(|row| row.code == &*self.0)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ErrorCode {
    /// Codes are digits or upper-case words; anything else came from where a code should be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_shown() {
            write!(f, "ErrorCode({self})")
        } else {
            f.write_str("ErrorCode(..)")
        }
    }
}

impl ErrorCode {
    /// Whether it looks like a code, so that it may be logged.
    pub(crate) fn is_shown(&self) -> bool {
        let word = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        let digits = self.0.len() <= 6 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        digits || self.0.bytes().all(word)
    }
}

/// What kind of failure a code stands for. The grouping is this crate's, not Paytrek's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The bank declined. Another try or another card may work.
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
    fn of(code: &str) -> Self {
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

/// What the documentation proposes to tell the buyer about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// An unexpected error; contact the seller.
    UnexpectedError,
    /// Denied; contact the bank.
    ContactBank,
    /// Check the card's details.
    CheckCard,
    /// Check the card's limit.
    CheckLimit,
    /// Use another card.
    UseAnotherCard,
    /// It cannot be completed now; contact the seller.
    CannotCompleteNow,
    /// 3-D Secure authentication is impossible.
    ThreeDSecureImpossible,
    /// The cardholder could not be verified.
    NotVerified,
    /// Try again later.
    TryLater,
    /// The merchant's message.
    SameAsMerchant,
    /// Nothing: the code is for the merchant.
    Nothing,
}

impl Advice {
    /// The advice in words. `None` for [`Nothing`](Self::Nothing) and
    /// [`SameAsMerchant`](Self::SameAsMerchant).
    #[must_use]
    pub fn text(self, language: Language) -> Option<&'static str> {
        let (turkish, english) = match self {
            Self::UnexpectedError => (
                "Beklenmeyen bir hata oluştu. Satıcıyla iletişime geçin.",
                "An unexpected error occurred. Contact the seller.",
            ),
            Self::ContactBank => (
                "İşlem onaylanmadı. Bankanızla iletişime geçin.",
                "The payment was denied. Contact your bank.",
            ),
            Self::CheckCard => (
                "Kart bilgilerinizi kontrol edin.",
                "Check the details of your card.",
            ),
            Self::CheckLimit => (
                "Kartınızın limitini kontrol edin.",
                "Check the limit of your card.",
            ),
            Self::UseAnotherCard => ("Başka bir kart kullanın.", "Use another card."),
            Self::CannotCompleteNow => (
                "İşlem şu anda tamamlanamıyor. Satıcıyla iletişime geçin.",
                "The payment cannot be completed now. Contact the seller.",
            ),
            Self::ThreeDSecureImpossible => (
                "3-D Secure doğrulaması yapılamıyor.",
                "3-D Secure authentication is not possible.",
            ),
            Self::NotVerified => (
                "Kart sahibi doğrulanamadı.",
                "The cardholder could not be verified.",
            ),
            Self::TryLater => ("Daha sonra yeniden deneyin.", "Try again later."),
            Self::SameAsMerchant | Self::Nothing => return None,
        };
        Some(match language {
            Language::Turkish => turkish,
            Language::English => english,
        })
    }
}

/// The language of a message for buyers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Türkçe.
    Turkish,
    /// English.
    English,
}
