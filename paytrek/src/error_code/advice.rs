use crate::Language;

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
