//! What PayTR knows of the test cards. Their banks and programs here are the sandbox's own.

use crate::TestCard;

/// What a BIN tells of a card.
pub(super) struct CardFacts {
    pub(super) bank: &'static str,
    pub(super) bank_code: u16,
    /// The instalment program.
    pub(super) program: &'static str,
    pub(super) schema: &'static str,
}

/// `None` for the declining cards: a BIN that PayTR does not know, as of a card from abroad.
pub(super) fn of(card: TestCard) -> Option<CardFacts> {
    let facts = |bank, bank_code, program, schema| CardFacts {
        bank,
        bank_code,
        program,
        schema,
    };
    match card {
        TestCard::Visa => Some(facts("Akbank", 46, "axess", "VISA")),
        TestCard::Mastercard => Some(facts("Garanti BBVA", 62, "bonus", "MASTERCARD")),
        TestCard::Troy => Some(facts("Yapı Kredi", 67, "world", "TROY")),
        _ => None,
    }
}

/// `kart_marka` of the reports: the program in capitals, or nothing.
pub(super) fn name_of(card: Option<TestCard>) -> String {
    let facts = card.and_then(of);
    facts.map_or_else(String::new, |facts| facts.program.to_ascii_uppercase())
}
