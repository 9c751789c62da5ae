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
    pub(super) fn read(&self, now: SystemTime) -> Result<CardChoice, CardFormError> {
        let owner = self.cc_owner.trim();
        if owner.is_empty() || owner.chars().count() > 50 {
            return Err(CardFormError::Owner);
        }
        let card = TestCard::from_number(&self.card_number).ok_or(CardFormError::Card)?;
        if !self.expires_after(now) {
            return Err(CardFormError::Expiry);
        }
        if self.cvv.trim() != TestCard::CVV {
            return Err(CardFormError::Cvv);
        }
        // A single payment is 0 in some of PayTR's forms and 1 in others.
        let installments = self.installments.trim().parse().unwrap_or(1).max(1);
        Ok(CardChoice { card, installments })
    }

    /// A card is good until the end of its month.
    fn expires_after(&self, now: SystemTime) -> bool {
        let two_digits = |text: &str| text.trim().parse::<u8>().ok().filter(|n| *n < 100);
        let month = two_digits(&self.expiry_month).filter(|month| (1..=12).contains(month));
        let (Some(month), Some(year)) = (month, two_digits(&self.expiry_year)) else {
            return false;
        };
        let end = format!("20{year:02}-{month:02}-99");
        end > turkish_time::date(now)
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
    fn a_test_card_with_its_cvv_and_a_date_to_come_is_taken() {
        let choice = form().read(now()).unwrap();
        assert_eq!((choice.card, choice.installments), (TestCard::Visa, 3));
        let this_month = CardForm {
            expiry_month: "6".to_owned(),
            expiry_year: "26".to_owned(),
            ..form()
        };
        assert!(this_month.read(now()).is_ok());
    }

    #[test]
    fn anything_else_is_named() {
        let past = CardForm {
            expiry_month: "05".to_owned(),
            expiry_year: "26".to_owned(),
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
            (past, CardFormError::Expiry),
            (thirteenth, CardFormError::Expiry),
            (real, CardFormError::Card),
            (cvv, CardFormError::Cvv),
            (nobody, CardFormError::Owner),
        ] {
            assert_eq!(form.read(now()).err(), Some(problem));
        }
    }
}
