//! The 48 documented codes.

use std::collections::HashSet;

use paytrek::api::PaymentError;
use paytrek::{Advice, ErrorClass, ErrorCode, Language};

/// Code and the letter of what to tell the buyer, as documented.
const TELL: &str = "10001 B 10003 B 10004 B 10006 B 10009 C 10010 C 10016 B 10020 L 10023 C 10026 B \
    10029 B 10032 C 10033 C 10038 O 10046 B 10049 R 10050 S 20015 S 20017 S 30001 S 30002 S 30003 S \
    30005 - 30009 S 30011 S 30013 S 30015 - 30016 - 30033 S 30037 S 30041 S 30050 S 30053 S 30090 - \
    30118 X 30119 X 30120 X 30128 X 40000 V 40002 D 40004 D 40005 D 40006 D 40007 D 9000 = 9001 = \
    99999 = UNKNOWN_ERROR R";

fn advice(letter: &str) -> Advice {
    match letter {
        "S" => Advice::UnexpectedError,
        "B" => Advice::ContactBank,
        "C" => Advice::CheckCard,
        "L" => Advice::CheckLimit,
        "O" => Advice::UseAnotherCard,
        "X" => Advice::CannotCompleteNow,
        "D" => Advice::ThreeDSecureImpossible,
        "V" => Advice::NotVerified,
        "R" => Advice::TryLater,
        "=" => Advice::SameAsMerchant,
        "-" => Advice::Nothing,
        other => panic!("{other}"),
    }
}

#[test]
fn all_48_codes_have_both_messages() {
    let words: Vec<_> = TELL.split_whitespace().collect();
    let codes: HashSet<_> = ErrorCode::documented()
        .map(|code| code.to_string())
        .collect();
    assert_eq!((codes.len(), words.len()), (48, 96));
    for pair in words.chunks(2) {
        let code = ErrorCode::new(pair[0]);
        assert!(codes.contains(pair[0]), "{code}");
        assert!(
            code.merchant_message().is_some_and(|text| !text.is_empty()),
            "{code}"
        );
        assert_eq!(code.advice(), advice(pair[1]), "{code}");
        for language in [Language::Turkish, Language::English] {
            let told = code.customer_message(language).is_some();
            assert_eq!(told, pair[1] != "-", "{code}");
        }
    }
}

#[test]
fn the_same_text_is_for_both_where_it_is_documented_so() {
    let code = ErrorCode::new("99999");
    assert_eq!(
        code.customer_message(Language::English),
        code.merchant_message()
    );
}

#[test]
fn codes_fall_into_classes() {
    for (class, codes) in [
        (
            ErrorClass::Decline,
            &["10001", "10050", "99999", "10077"][..],
        ),
        (
            ErrorClass::OutcomeUnknown,
            &["20015", "20017", "UNKNOWN_ERROR"],
        ),
        (ErrorClass::Duplicate, &["30120", "30015"]),
        (ErrorClass::Request, &["30001", "30128"]),
        (ErrorClass::ThreeDSecure, &["40000", "40007", "9001"]),
        (ErrorClass::State, &["9000"]),
        (
            ErrorClass::Unknown,
            &["", "1", "123456", "20099", "NEW_ERROR", "1000x"],
        ),
    ] {
        for code in codes {
            assert_eq!(ErrorCode::new(code).class(), class, "{code}");
        }
    }
    assert!(ErrorClass::OutcomeUnknown.leaves_outcome_open());
    assert!(ErrorClass::Duplicate.leaves_outcome_open());
    assert!(!ErrorClass::Decline.leaves_outcome_open());
}

#[test]
fn an_unknown_code_is_kept_and_says_nothing() {
    let code = ErrorCode::new(" 77777 ");
    assert_eq!(code.as_str(), "77777");
    assert_eq!(code.merchant_message(), None);
    assert_eq!(code.customer_message(Language::English), None);
    let mut error = PaymentError::default();
    error.code = Some(code);
    error.customer_message = Some("Paytrek's own words".to_owned());
    assert_eq!(
        error.tell_customer(Language::English),
        Some("Paytrek's own words")
    );
}
