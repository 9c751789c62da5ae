//! The banks behind the fake: which card pays, which asks for 3-D Secure, which declines.

use crate::ErrorCode;
use crate::card::{CardForm, TestCard};

/// A card as a call, a page or the vault has it.
#[derive(Clone)]
pub(super) struct CardData {
    pub(super) number: String,
    pub(super) expiration: String,
    pub(super) cvc: String,
    pub(super) holder: String,
}

impl From<CardForm<'_>> for CardData {
    fn from(form: CardForm<'_>) -> Self {
        Self {
            number: form.number.to_owned(),
            expiration: form.expiration.to_owned(),
            cvc: form.cvc.to_owned(),
            holder: form.holder.to_owned(),
        }
    }
}

pub(super) enum BankAnswer {
    Approved,
    AsksForPassword(&'static str),
    Declined(ErrorCode),
}

impl CardData {
    /// The security code of every test card. One that was stored without a code is charged as if with it.
    pub(super) const RIGHT_CODE: &str = "000";

    pub(super) fn ask_bank(&self, secure: bool) -> BankAnswer {
        let Some(card) = self.test_card() else {
            return BankAnswer::Declined(ErrorCode::new("10009"));
        };
        if self.cvc != Self::RIGHT_CODE {
            let chosen = ErrorCode::new(&format!("10{}", self.cvc));
            let code = match chosen.merchant_message() {
                Some(_) => chosen,
                None => ErrorCode::new("10033"),
            };
            return BankAnswer::Declined(code);
        }
        match card.three_d_password().filter(|_| secure) {
            Some(password) => BankAnswer::AsksForPassword(password),
            None => BankAnswer::Approved,
        }
    }

    fn test_card(&self) -> Option<TestCard> {
        let digits: String = self.number.chars().filter(char::is_ascii_digit).collect();
        TestCard::ALL
            .into_iter()
            .find(|card| card.number() == digits)
    }

    pub(super) fn issuer(&self) -> &'static str {
        match self.test_card() {
            Some(TestCard::YapiKredi) => "yapikredi",
            Some(TestCard::Akbank) => "akbank",
            Some(TestCard::Finansbank) => "finansbank",
            _ => "isbank",
        }
    }

    pub(super) fn brand(&self) -> &'static str {
        if self.number.starts_with('5') {
            "mastercard"
        } else {
            "visa"
        }
    }

    pub(super) fn bin(&self) -> &str {
        self.number.get(..6).unwrap_or("")
    }

    pub(super) fn last4(&self) -> &str {
        let start = self.number.len().saturating_sub(4);
        self.number.get(start..).unwrap_or("")
    }

    pub(super) fn masked_number(&self) -> String {
        let hidden = self.number.len().saturating_sub(10);
        format!("{}{}{}", self.bin(), "*".repeat(hidden), self.last4())
    }

    pub(super) fn masked_holder(&self) -> String {
        let first: String = self.holder.chars().take(1).collect();
        format!("{first}********")
    }

    /// Month and year.
    pub(super) fn expiry(&self) -> (&str, &str) {
        self.expiration.split_once('/').unwrap_or(("", ""))
    }
}
