use crate::Language;

/// An input for card data on the page. The browser posts it to PayTR; the server never sees it.
///
/// Give the inputs these names, inside the form of [`DirectForm`](super::DirectForm), and nothing on
/// the page that sends them elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CardInput {
    /// `cc_owner`: the holder's name, at most 50 characters.
    Owner,
    /// `card_number`: at most 16 digits.
    Number,
    /// `expiry_month`: `1` to `12`.
    ExpiryMonth,
    /// `expiry_year`: two digits.
    ExpiryYear,
    /// `cvv`: 3 digits, on some cards 4.
    Cvv,
}

impl CardInput {
    /// What a card that is not stored needs.
    pub const NEW_CARD: [Self; 5] = [
        Self::Owner,
        Self::Number,
        Self::ExpiryMonth,
        Self::ExpiryYear,
        Self::Cvv,
    ];

    /// The name of the input.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "cc_owner",
            Self::Number => "card_number",
            Self::ExpiryMonth => "expiry_month",
            Self::ExpiryYear => "expiry_year",
            Self::Cvv => "cvv",
        }
    }

    /// The most characters.
    #[must_use]
    pub fn max_length(self) -> u8 {
        match self {
            Self::Owner => 50,
            Self::Number => 16,
            Self::ExpiryMonth | Self::ExpiryYear => 2,
            Self::Cvv => 4,
        }
    }

    /// The `autocomplete` token with which browsers fill it in.
    #[must_use]
    pub fn autocomplete(self) -> &'static str {
        match self {
            Self::Owner => "cc-name",
            Self::Number => "cc-number",
            Self::ExpiryMonth => "cc-exp-month",
            Self::ExpiryYear => "cc-exp-year",
            Self::Cvv => "cc-csc",
        }
    }

    /// What a page calls it.
    #[must_use]
    pub fn label(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Owner, Language::Turkish) => "Kart üzerindeki ad",
            (Self::Owner, Language::English) => "Name on card",
            (Self::Number, Language::Turkish) => "Kart numarası",
            (Self::Number, Language::English) => "Card number",
            (Self::ExpiryMonth, Language::Turkish) => "Son kullanma ayı",
            (Self::ExpiryMonth, Language::English) => "Expiry month",
            (Self::ExpiryYear, Language::Turkish) => "Son kullanma yılı",
            (Self::ExpiryYear, Language::English) => "Expiry year",
            (Self::Cvv, _) => "CVV",
        }
    }
}
