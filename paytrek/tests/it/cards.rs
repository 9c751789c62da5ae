//! The checks of a card, before anything is sent.

use std::time::{Duration, UNIX_EPOCH};

use paytrek::api::{Charge, Request as _};
use paytrek::card::{CardForm, CardProblem, ExpiredCards, TestCard, YearMonth};

use crate::common::token;

const GOOD: CardForm<'static> = CardForm {
    number: "4508034508034509",
    expiration: "12/2030",
    cvc: "000",
    holder: "John Doe",
};

fn today() -> YearMonth {
    YearMonth::new(2026, 11).unwrap()
}

fn problems(form: &CardForm<'_>) -> Vec<CardProblem> {
    match form.check(today(), ExpiredCards::Refuse) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.all().to_vec(),
    }
}

#[test]
fn numbers() {
    for good in [
        "4508034508034509",
        "4508 0345 0803 4509",
        "4506-3470-4335-8536",
        "5456165456165454",
        "4355084355084358",
        "6304000000000000",
    ] {
        assert_eq!(
            problems(&CardForm {
                number: good,
                ..GOOD
            }),
            [],
            "{good}"
        );
    }
    for wrong in [
        "",
        "4508034508034508",
        "45080345080",
        "0000000000000000",
        "450803450803450a",
        "45080345080345090000",
        "4508.0345.0803.4509",
        "٤٥٠٨٠٣٤٥٠٨٠٣٤٥٠٩",
        "79927398713",
    ] {
        let found = problems(&CardForm {
            number: wrong,
            ..GOOD
        });
        assert_eq!(found, [CardProblem::Number], "{wrong}");
    }
}

#[test]
fn security_codes_have_three_digits_or_four_on_some_cards() {
    let amex = "378282246310005";
    for (number, cvc) in [(GOOD.number, "000"), (GOOD.number, "123"), (amex, "1234")] {
        assert_eq!(
            problems(&CardForm {
                number,
                cvc,
                ..GOOD
            }),
            [],
            "{cvc}"
        );
    }
    for (number, cvc) in [
        (GOOD.number, ""),
        (GOOD.number, "12"),
        (GOOD.number, "1234"),
        (GOOD.number, "12a"),
        (GOOD.number, " 123"),
        (GOOD.number, "١٢٣"),
        (amex, "123"),
    ] {
        let found = problems(&CardForm {
            number,
            cvc,
            ..GOOD
        });
        assert_eq!(found, [CardProblem::Cvc], "{cvc}");
    }
}

#[test]
fn a_card_is_valid_through_the_last_day_of_its_month() {
    for good in ["11/2026", "11/26", "12 / 30", "1/2027", "01/27"] {
        assert_eq!(
            problems(&CardForm {
                expiration: good,
                ..GOOD
            }),
            [],
            "{good}"
        );
    }
    for past in ["10/2026", "12/2020", "10/26", "1/1999"] {
        let found = problems(&CardForm {
            expiration: past,
            ..GOOD
        });
        assert_eq!(found, [CardProblem::Expired], "{past}");
    }
    for wrong in [
        "", "13/2030", "00/2030", "12", "12-2030", "12/203", "12/20300", "a/2030", "+1/2030",
        "1/+203",
    ] {
        let found = problems(&CardForm {
            expiration: wrong,
            ..GOOD
        });
        assert_eq!(found, [CardProblem::Expiration], "{wrong}");
    }
}

#[test]
fn the_month_of_today_is_the_one_in_turkey() {
    // 2026-10-31T22:00:00Z is already November in Turkey.
    let moment = UNIX_EPOCH + Duration::from_hours(498_190);
    assert_eq!(YearMonth::in_turkey(moment), today());
    let before = moment - Duration::from_hours(2);
    assert_eq!(
        YearMonth::in_turkey(before),
        YearMonth::new(2026, 10).unwrap()
    );
}

#[test]
fn holders() {
    for good in ["John Doe", " Ayşe Yılmaz ", "Şü", "O'Neil-Smith Jr. 2"] {
        assert_eq!(
            problems(&CardForm {
                holder: good,
                ..GOOD
            }),
            [],
            "{good}"
        );
    }
    for wrong in ["", "A", "  A ", "12345", "A\nB", "--", &"a".repeat(101)] {
        let found = problems(&CardForm {
            holder: wrong,
            ..GOOD
        });
        assert_eq!(found, [CardProblem::Holder], "{wrong:?}");
    }
}

#[test]
fn everything_wrong_is_told_at_once_and_without_a_value() {
    let form = CardForm {
        number: "4508034508034508",
        expiration: "10/2020",
        cvc: "77",
        holder: "7",
    };
    let problems = form.check(today(), ExpiredCards::Refuse).unwrap_err();
    let all = [
        CardProblem::Number,
        CardProblem::Cvc,
        CardProblem::Holder,
        CardProblem::Expired,
    ];
    assert_eq!(problems.all(), all);
    let shown = format!("{problems} {problems:?} {form:?}");
    for value in ["4508", "10/2020", "77"] {
        assert!(!shown.contains(value), "{shown}");
    }
}

#[test]
fn expired_test_cards_pass_by_a_switch_only() {
    for card in TestCard::ALL {
        let refused = card
            .form()
            .check(today(), ExpiredCards::Refuse)
            .unwrap_err();
        assert_eq!(refused.all(), [CardProblem::Expired]);
        assert!(
            card.form()
                .check(today(), ExpiredCards::AllowTestCards)
                .is_ok()
        );
    }
    // The switch excuses no other card.
    let other = CardForm {
        number: "4111111111111111",
        expiration: "12/2020",
        ..GOOD
    };
    assert!(other.check(today(), ExpiredCards::AllowTestCards).is_err());
}

#[test]
fn a_card_is_sent_in_the_documented_spelling() {
    let form = CardForm {
        number: "4508-0345 08034509",
        expiration: "1/30",
        cvc: "007",
        holder: " A B ",
    };
    let card = form.check(today(), ExpiredCards::Refuse).unwrap();
    assert_eq!(card.bin(), "450803");
    let charge = Charge::new(token("c626f49193114e24ad0980752b749318"), card);
    let sent = charge.call().unwrap().body().unwrap().to_owned();
    let card = r#""number":"4508034508034509","expiration":"01/2030","cvc":"007","card_holder_name":"A B""#;
    assert!(sent.contains(card), "{sent}");
}
