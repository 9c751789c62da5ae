//! PayTR's error codes. Codes are per service: 003 is "token" here and something else there.
//!
//! Source: PayTR, Hata Kodları. Live texts differ from the tables, so only codes are compared.

/// What a code means, in both languages, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorMeaning {
    /// The code, text with leading zeros.
    pub code: &'static str,
    /// PayTR's Turkish text.
    pub turkish: &'static str,
    /// The meaning in English.
    pub english: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// The meaning of a code of a service.
pub(crate) fn error_meaning(scope: &str, code: &str) -> Option<&'static ErrorMeaning> {
    let table: &[ErrorMeaning] = match scope {
        "status" => &STATUS,
        _ => return None,
    };
    table.iter().find(|meaning| meaning.code == code)
}

/// Codes of the status inquiry.
const STATUS: [ErrorMeaning; 4] = [
    ErrorMeaning {
        code: "001",
        turkish: "Gecersiz istek veya magaza aktif degil",
        english: "merchant_id is missing or wrong, or the store is inactive",
        advice: "check the merchant id, and in the panel that the store is active",
    },
    ErrorMeaning {
        code: "002",
        turkish: "Gecersiz merchant_oid",
        english: "the order id is missing",
        advice: "send the order id that get-token was called with",
    },
    ErrorMeaning {
        code: "003",
        turkish: "paytr_token gonderilmedi veya gecersiz",
        english: "the token is missing or wrong",
        advice: "check merchant key and salt: swapped, cut, or with a blank at an end",
    },
    ErrorMeaning {
        code: "004",
        turkish: "merchant_oid ile basarili odeme bulunamadi",
        english: "the order is unknown, or it has no successful payment",
        advice: "treat it as not paid for now; a pending order answers the same",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_looked_up_in_its_own_service() {
        assert_eq!(error_meaning("status", "003").map(|m| m.code), Some("003"));
        assert_eq!(error_meaning("get-token", "003"), None);
        assert_eq!(error_meaning("status", "3"), None);
    }
}
