//! What must hold for every value, not only for the ones somebody thought of.

use paytrek::api::{
    Answer, Charge, Decoded, Happened, MovesMoney as _, ReadSale, Refund, Request as _, Sale,
};
use paytrek::card::{CardForm, ExpiredCards, YearMonth};
use paytrek::{CardToken, Decimal, Host, OrderId, PlanToken, SaleToken, return_token};
use proptest::prelude::*;

use crate::common::golden::{PAID_SALE, paid_sale_with};
use crate::common::{lira, token};

/// Bytes that could change what a path means.
fn leaves_its_segment(text: &str) -> bool {
    text.is_empty()
        || !text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

proptest! {
    #[test]
    fn decimals_survive_their_own_spelling(hundredths: u64) {
        let decimal = Decimal::from_hundredths(hundredths);
        let text = decimal.to_string();
        // Up to 19 digits are read; only the very largest amounts have 20.
        if text.len() <= 20 {
            prop_assert_eq!(text.parse(), Ok(decimal));
            for json in [text.clone(), format!("\"{text}\""), format!("{text}0")] {
                if json.len() <= 20 {
                    let sale = Sale::decode(paid_sale_with("amount", &json).as_bytes()).unwrap();
                    prop_assert_eq!(sale.amount, lira(hundredths));
                }
            }
        }
    }

    #[test]
    fn a_refund_writes_the_amount_digit_by_digit(total in 1..=9_007_199_254_740_993_u64, part in 1..=9_007_199_254_740_993_u64) {
        prop_assume!(part <= total);
        let text = Decimal::from_hundredths(total).to_string();
        let sale = Sale::decode(paid_sale_with("amount", &format!("\"{text}\"")).as_bytes()).unwrap();
        let call = Refund::part(&sale, lira(part)).call().unwrap();
        let (whole, cents) = (part / 100, part % 100);
        let expected = format!("\"amount\":{whole}.{cents:02}}}");
        prop_assert!(call.body().unwrap().ends_with(&expected), "{:?}", call.body());
    }

    #[test]
    fn no_other_text_is_an_amount(text in "\\PC{0,12}") {
        let shape = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_amount = match text.split_once('.') {
            Some((whole, cents)) => shape(whole) && shape(cents),
            None => shape(&text),
        };
        if !is_amount {
            prop_assert!(text.parse::<Decimal>().is_err(), "{}", text);
        }
    }

    #[test]
    fn nothing_that_is_a_token_leaves_its_path_segment(text in "\\PC{0,40}") {
        for taken in [
            SaleToken::new(&text).is_ok(),
            CardToken::new(&text).is_ok(),
            PlanToken::new(&text).is_ok(),
            OrderId::new(&text).is_ok(),
            return_token(&format!("token={text}")).is_ok(),
        ] {
            prop_assert!(!taken || !leaves_its_segment(&text), "{}", text);
        }
    }

    #[test]
    fn a_token_makes_a_path_of_five_segments(bits: u128) {
        let text = format!("{bits:032x}");
        let call = ReadSale { sale_token: token(&text) }.call().unwrap();
        prop_assert_eq!(call.path(), format!("/api/v2/sale/{text}/"));
        prop_assert_eq!(return_token(&format!("token={text}")).unwrap(), token(&text));
    }

    #[test]
    fn decoding_never_panics_and_never_makes_a_sale_of_noise(body: Vec<u8>) {
        prop_assert!(Sale::decode(&body).is_err());
    }

    #[test]
    fn a_damaged_sale_never_turns_into_more_money(place in 0..PAID_SALE.len(), byte: u8) {
        let mut body = PAID_SALE.as_bytes().to_vec();
        body[place] = byte;
        let host = Host::sandbox();
        let request = ReadSale { sale_token: token(crate::common::golden::PAID_TOKEN) };
        let answer = Answer { status: 200, body: &body, host: &host };
        if let Ok(Decoded::Success(sale)) = request.decode(answer) {
            prop_assert_eq!(&sale.sale_token, &request.sale_token);
            // One changed digit is another amount, which the gate refuses; it is never a float's.
            prop_assert!(sale.amount.minor_units() <= 99_999_999);
        }
    }

    #[test]
    fn one_mistyped_digit_of_a_card_is_noticed(place in 0..16_usize, digit in 0..10_u8) {
        let good = "4508034508034509";
        let mut typed = good.as_bytes().to_vec();
        typed[place] = b'0' + digit;
        let typed = String::from_utf8(typed).unwrap();
        let form = CardForm { number: &typed, expiration: "12/2030", cvc: "000", holder: "A B" };
        let checked = form.check(YearMonth::new(2026, 1).unwrap(), ExpiredCards::Refuse);
        prop_assert_eq!(checked.is_ok(), typed == good);
    }

    #[test]
    fn checking_a_card_never_panics_and_what_passes_is_clean(
        number in "\\PC{0,24}", expiration in "\\PC{0,8}", cvc in "\\PC{0,5}", holder in "\\PC{0,20}"
    ) {
        let form = CardForm { number: &number, expiration: &expiration, cvc: &cvc, holder: &holder };
        if let Ok(card) = form.check(YearMonth::new(2026, 1).unwrap(), ExpiredCards::Refuse) {
            let sent = Charge::new(token("c626f49193114e24ad0980752b749318"), card).call();
            prop_assert!(sent.is_ok());
        }
    }

    #[test]
    fn a_refund_happened_only_if_exactly_it_is_missing(before in 0..2_400_u64, part in 1..2_400_u64, now in 0..=2_400_u64) {
        prop_assume!(before + part <= 2_400);
        let refunded = |hundredths: u64| {
            let text = format!("\"{}\"", Decimal::from_hundredths(hundredths));
            Sale::decode(paid_sale_with("refunded_amount", &text).as_bytes()).unwrap()
        };
        let refund = Refund::part(&refunded(before), lira(part));
        let expected = match now {
            _ if now == before => Happened::NotSoFar,
            _ if now == before + part => Happened::Yes,
            _ => Happened::Unclear,
        };
        prop_assert_eq!(refund.happened(&refunded(now)), expected);
    }
}
