//! No value can inject a parameter, whatever it is made of and whichever of the known ways the gateway
//! takes to read it.

use std::fmt::Write as _;

use payture::commands::{Command, api, ewallet, inpay};
use payture::{
    Card, Customer, ExtraFields, InnerVariant, OrderId, ReturnUrl, SecureCode, Terminal,
};
use proptest::prelude::*;

use crate::common::{roubles, terminal};

type Pairs = Vec<(String, String)>;

/// Percent-decoding with `+` as a space, as forms are read.
fn url_decode(text: &str) -> String {
    let pair = format!("v={text}");
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn outer(body: &str) -> Pairs {
    let fields = body.split('&').filter_map(|pair| pair.split_once('='));
    fields
        .map(|(name, value)| (url_decode(name), url_decode(value)))
        .collect()
}

/// The gateway as it was inferred: it decodes the whole inner text once more, then splits.
fn decode_then_split(inner: &str) -> Pairs {
    split(&url_decode(&inner.replace('&', "%26")), str::to_owned)
}

/// The gateway as one would write it: it splits, then decodes each value.
fn split_then_decode(inner: &str) -> Pairs {
    split(inner, |value| url_decode(&value.replace('&', "%26")))
}

fn split(inner: &str, value: impl Fn(&str) -> String) -> Pairs {
    let pairs = inner
        .split(';')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, text)| (name.to_owned(), value(text)))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Pairs {
    expected
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Texts that like to break such formats, among ordinary ones.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => ".{0,12}",
        1 => Just(";Amount=1".to_owned()),
        1 => Just("%3BAmount%3D1".to_owned()),
        1 => Just("%253BAmount%253D1".to_owned()),
        1 => Just("&Amount=1".to_owned()),
        1 => Just("=".to_owned()),
        1 => Just("+%".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("Билет №1".to_owned()),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn variant() -> impl Strategy<Value = InnerVariant> {
    prop_oneof![Just(InnerVariant::PercentEncoded), Just(InnerVariant::Raw)]
}

fn terminal_with(variant: InnerVariant) -> Terminal {
    terminal().with_inner_variant(variant)
}

/// The inner field of the form, read in both ways, is exactly what was meant.
fn assert_carries(body: &str, field: &str, expected: &Pairs) -> Result<(), TestCaseError> {
    let fields = outer(body);
    let inner: Vec<_> = fields.iter().filter(|(name, _)| name == field).collect();
    prop_assert_eq!(inner.len(), 1);
    prop_assert_eq!(&decode_then_split(&inner[0].1), expected);
    prop_assert_eq!(&split_then_decode(&inner[0].1), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_page_is_opened_with_exactly_the_given_values_or_not_at_all(
        order in text(), product in text(), description in text(), tag in text(), extra in text(),
        variant in variant(),
    ) {
        let Ok(order) = OrderId::new(order) else { return Ok(()) };
        let Ok(extras) = ExtraFields::new().with("Extra", &*extra) else { return Ok(()) };
        let init = inpay::Init::pay(order.clone(), roubles(12_480))
            .product(&*product).description(&*description).template_tag(&*tag)
            .extra_fields(extras);
        let Ok(form) = init.form(&terminal_with(variant)) else { return Ok(()) };
        let body = form.to_urlencoded();
        let expected = pairs(&[
            ("SessionType", "Pay"), ("OrderId", order.as_str()), ("Amount", "12480"),
            ("Product", &product), ("Description", &description), ("TemplateTag", &tag),
            ("Extra", &extra),
        ]);
        prop_assert_eq!(outer(&body).len(), 2);
        assert_carries(&body, "Data", &expected)?;
    }

    #[test]
    fn a_wallet_payment_has_exactly_the_given_values_or_is_not_made(
        login in text(), password in text(), code in text(), variant in variant(),
    ) {
        let Ok(customer) = Customer::new(&*login, &*password) else { return Ok(()) };
        let card = Card::new("4111111111100031", 12, 30, "Ivan Ivanov").unwrap()
            .with_secure_code(SecureCode::new("012").unwrap());
        let pay = ewallet::Pay::new_card(customer, OrderId::new("a").unwrap(), roubles(1), card)
            .confirm_code(&*code);
        let Ok(form) = pay.form(&terminal_with(variant)) else { return Ok(()) };
        let expected = pairs(&[
            ("SessionType", "Pay"), ("VWUserLgn", &login), ("VWUserPsw", &password),
            ("CardId", "FreePay"), ("OrderId", "a"), ("Amount", "1"),
            ("CardNumber", "4111111111100031"), ("CardHolder", "Ivan Ivanov"),
            ("EMonth", "12"), ("EYear", "30"), ("SecureCode", "012"), ("ConfirmCode", &code),
        ]);
        assert_carries(&form.to_urlencoded(), "DATA", &expected)?;
    }

    #[test]
    fn top_level_values_stay_in_their_field(order in text(), key in text(), id in text()) {
        let Ok(order) = OrderId::new(order) else { return Ok(()) };
        let card = Card::new("4111111111100031", 12, 30, "Ivan Ivanov").unwrap();
        let pay = api::Pay::new(order.clone(), roubles(5), card)
            .customer_key(&*key).payture_id(&*id);
        let Ok(form) = pay.form(&terminal()) else { return Ok(()) };
        let fields = outer(&form.to_urlencoded());
        let mut shown = String::new();
        for (name, _) in &fields {
            write!(shown, "{name} ").unwrap();
        }
        prop_assert_eq!(shown, "Key Amount OrderId PayInfo CustomerKey PaytureId ");
        prop_assert_eq!(&fields[2].1, order.as_str());
        prop_assert_eq!((&fields[4].1, &fields[5].1), (&key, &id));
    }

    #[test]
    fn a_return_address_arrives_whole(path in text(), variant in variant()) {
        let url = format!("https://shop.example/?order={{orderid}}&next={path}");
        let Ok(return_url) = ReturnUrl::new(&*url) else { return Ok(()) };
        let init = inpay::Init::block(OrderId::new("a").unwrap(), roubles(1))
            .return_url(return_url);
        let Ok(form) = init.form(&terminal_with(variant)) else { return Ok(()) };
        let expected = pairs(&[
            ("SessionType", "Block"), ("OrderId", "a"), ("Amount", "1"), ("Url", &url),
        ]);
        assert_carries(&form.to_urlencoded(), "Data", &expected)?;
    }

    #[test]
    fn no_answer_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = payture::answer::Answer::parse(&body, payture::Currency::RUB);
        let _ = payture::settlement::Notification::parse(&body);
    }
}
