/// Makes an enum of PayTR's codes that keeps a code it does not know.
///
/// Codes are read without regard to ASCII case, because PayTR's own replies differ in it.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        pub enum $name:ident {
            $($(#[$variant_about:meta])* $variant:ident = $code:literal,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_about])* $variant,)+
            /// Another code, as it came.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every documented value.
            pub const DOCUMENTED: &'static [Self] = &[$(Self::$variant,)+];

            /// The value of a code, in any case of its letters.
            #[must_use]
            pub fn from_code(code: &str) -> Self {
                $(if code.eq_ignore_ascii_case($code) {
                    return Self::$variant;
                })+
                Self::Unknown(code.into())
            }

            /// PayTR's code.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }

            /// Whether PayTR documents the code.
            #[must_use]
            pub fn is_documented(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self::from_code(code)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }
    };
}

pub(crate) use open_enum;

open_enum! {
    /// Credit or debit. PayTR counts prepaid cards as debit.
    ///
    /// On the wire: `cardType` and `c_type`. Documented:
    /// <https://dev.paytr.com/direkt-api/bin-sorgulama-servisi>, August 2026.
    pub enum CardKind {
        /// A credit card.
        Credit = "credit",
        /// A debit or a prepaid card.
        Debit = "debit",
    }
}

open_enum! {
    /// The instalment program of a card. PayTR calls it brand, and `kart_marka` in reports.
    ///
    /// On the wire: `brand`, `c_brand`, `card_type` and `kart_marka`; letter case varies. Documented:
    /// <https://dev.paytr.com/direkt-api/bin-sorgulama-servisi>, August 2026.
    #[expect(missing_docs, reason = "the names of programs")]
    pub enum CardProgram {
        Advantage = "advantage",
        Axess = "axess",
        Bonus = "bonus",
        Cardfinans = "cardfinans",
        Combo = "combo",
        Maximum = "maximum",
        Paraf = "paraf",
        Saglamkart = "saglamkart",
        World = "world",
        /// The card belongs to no program: it cannot be paid in instalments.
        None = "none",
    }
}

open_enum! {
    /// The payment network of a card.
    ///
    /// On the wire: `schema`. Documented: <https://dev.paytr.com/direkt-api/bin-sorgulama-servisi>, August
    /// 2026.
    #[expect(missing_docs, reason = "the names of networks")]
    pub enum CardScheme {
        Visa = "VISA",
        Mastercard = "MASTERCARD",
        Amex = "AMEX",
        Troy = "TROY",
        /// PayTR's own word for all others.
        Other = "OTHER",
    }
}

open_enum! {
    /// How an order was paid: `odeme_tipi` of a status inquiry or a report.
    ///
    /// On the wire: `KART` or `EFT`. Documented: <https://dev.paytr.com/durum-sorgu>, August 2026.
    pub enum PaidBy {
        /// By card.
        Card = "KART",
        /// By bank transfer.
        BankTransfer = "EFT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case_and_unknown_ones_are_kept() {
        assert_eq!(CardProgram::from_code("WORLD"), CardProgram::World);
        assert_eq!(CardProgram::from_code("None"), CardProgram::None);
        assert_eq!(CardScheme::from_code("visa").code(), "VISA");
        let new = CardProgram::from_code("Yeni");
        assert_eq!((new.code(), new.is_documented()), ("Yeni", false));
        for program in CardProgram::DOCUMENTED {
            assert_eq!(&CardProgram::from_code(program.code()), program);
        }
    }
}
