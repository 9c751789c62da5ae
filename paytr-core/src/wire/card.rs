use super::open_enum;

open_enum! {
    /// Credit or debit. PayTR counts prepaid cards as debit.
    pub enum CardKind {
        /// A credit card.
        Credit = "credit",
        /// A debit or a prepaid card.
        Debit = "debit",
    }
}

open_enum! {
    /// The instalment program of a card. PayTR calls it brand, and `kart_marka` in reports.
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
