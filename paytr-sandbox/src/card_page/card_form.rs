use std::time::SystemTime;

use serde::Deserialize;

use crate::state::CardChoice;
use crate::{TestCard, turkish_time};

/// What was typed. It lives as long as the request; the number goes nowhere. No `Debug`.
#[derive(Deserialize)]
pub(super) struct CardForm {
    #[serde(default)]
    cc_owner: String,
    #[serde(default)]
    card_number: String,
    #[serde(default)]
    expiry_month: String,
    #[serde(default)]
    expiry_year: String,
    #[serde(default)]
    cvv: String,
    #[serde(default)]
    installments: String,
}

/// What is wrong with the form. Nothing is sent for it; the buyer mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CardFormError {
    Owner,
    Card,
    Expiry,
    Cvv,
}

impl CardFormError {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Card => "card",
            Self::Expiry => "expiry",
            Self::Cvv => "cvv",
        }
    }
}

impl CardForm {
    pub(super) fn read(&self) -> Result<CardChoice, CardFormError> {
        let owner = self.cc_owner.trim();
        if owner.is_empty() || owner.chars().count() > 50 {
            return Err(CardFormError::Owner);
        }
        let card = TestCard::from_number(&self.card_number).ok_or(CardFormError::Card)?;
        if self.expiry().is_none() {
            return Err(CardFormError::Expiry);
        }
        if self.cvv.trim() != TestCard::CVV {
            return Err(CardFormError::Cvv);
        }
        // A single payment is 0 in some of PayTR's forms and 1 in others.
        let installments = self.installments.trim().parse().unwrap_or(1).max(1);
        Ok(CardChoice { card, installments })
    }

    /// A card is good until the end of its month. A test card is taken after it, too.
    pub(super) fn is_expired(&self, now: SystemTime) -> bool {
        let end = self.expiry();
        end.is_some_and(|(year, month)| {
            format!("20{year:02}-{month:02}-99") <= turkish_time::date(now)
        })
    }

    /// Year without its century, and month.
    fn expiry(&self) -> Option<(u8, u8)> {
        let number = |text: &str| text.trim().parse::<u8>().ok();
        let month = number(&self.expiry_month).filter(|month| (1..=12).contains(month))?;
        let year = number(&self.expiry_year).filter(|year| *year < 100)?;
        Some((year, month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn form() -> CardForm {
        CardForm {
            cc_owner: "PAYTR TEST".to_owned(),
            card_number: "4355 0843 5508 4358".to_owned(),
            expiry_month: "12".to_owned(),
            expiry_year: "30".to_owned(),
            cvv: "000".to_owned(),
            installments: "3".to_owned(),
        }
    }

    /// 24 June 2026.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_255_909)
    }

    #[test]
    fn a_test_card_with_its_cvv_is_taken_with_any_date() {
        let choice = form().read().unwrap();
        assert_eq!((choice.card, choice.installments), (TestCard::Visa, 3));
        assert!(!form().is_expired(now()));
        for (month, year, is_expired) in
            [("6", "26", false), ("05", "26", true), ("12", "24", true)]
        {
            let form = CardForm {
                expiry_month: month.to_owned(),
                expiry_year: year.to_owned(),
                ..form()
            };
            assert!(form.read().is_ok(), "{month}/{year}");
            assert_eq!(form.is_expired(now()), is_expired, "{month}/{year}");
        }
    }

    #[test]
    fn anything_else_is_named() {
        let no_year = CardForm {
            expiry_year: String::new(),
            ..form()
        };
        let thirteenth = CardForm {
            expiry_month: "13".to_owned(),
            ..form()
        };
        let real = CardForm {
            card_number: "4111111111111111".to_owned(),
            ..form()
        };
        let cvv = CardForm {
            cvv: "123".to_owned(),
            ..form()
        };
        let nobody = CardForm {
            cc_owner: " ".to_owned(),
            ..form()
        };
        for (form, problem) in [
            (no_year, CardFormError::Expiry),
            (thirteenth, CardFormError::Expiry),
            (real, CardFormError::Card),
            (cvv, CardFormError::Cvv),
            (nobody, CardFormError::Owner),
        ] {
            assert_eq!(form.read().err(), Some(problem));
        }
    }
}
