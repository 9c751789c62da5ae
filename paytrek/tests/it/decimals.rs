//! Amounts are read from their source text: no binary float is ever in between.

use paytrek::api::{Answer, Decoded, InstalmentQuery, Request as _, Sale};
use paytrek::{Currency, Decimal, DecimalError, DecodeError, Host, Money};

use crate::common::golden::{INSTALMENTS_ANSWER, paid_sale_with, with};

/// What a sale's amount is read as from a piece of JSON.
fn read(json: &str) -> Result<u64, DecodeError> {
    let sale = Sale::decode(paid_sale_with("amount", json).as_bytes())?;
    Ok(sale.amount.minor_units())
}

#[test]
fn p24_every_spelling_of_an_amount() {
    for (json, hundredths) in [
        (r#""24.00""#, 2_400),
        ("24", 2_400),
        ("24.0", 2_400),
        (r#""24""#, 2_400),
        ("24.00", 2_400),
        ("9.7", 970),
        (r#""9.70""#, 970),
        ("9.70", 970),
        ("24.72", 2_472),
        (r#""24.72""#, 2_472),
        ("50", 5_000),
        (r#""0.00""#, 0),
        (r#""24.720""#, 2_472),
    ] {
        assert_eq!(read(json), Ok(hundredths), "{json}");
    }
    let name = "amount";
    for json in [
        r#""24.725""#,
        "24.725",
        "-1",
        r#""-1.00""#,
        "1e3",
        r#""1e3""#,
        "1E3",
        r#""24,00""#,
        r#""1.299,00""#,
        r#"" 24.00""#,
        r#""24.00 ""#,
        r#""""#,
        "true",
        r#"".5""#,
        r#""5.""#,
        r#""+5""#,
        r#""NaN""#,
        "[24]",
        r#"{"a":1}"#,
        r#""٢٤""#,
        "12345678901234567890",
        r#""12345678901234567890""#,
        r#""1.0000000000000000000""#,
        r#""024.00""#,
        r#""0x10""#,
        "9999999999999999999",
    ] {
        assert_eq!(read(json), Err(DecodeError::Value { name }), "{json}");
    }
    assert_eq!(read("null"), Err(DecodeError::Missing { name }));
}

#[test]
fn amounts_that_no_float_holds_are_exact() {
    assert_eq!(read("90071992547409.93"), Ok(9_007_199_254_740_993));
    assert_eq!(
        read(r#""92233720368547758.07""#),
        Ok(9_223_372_036_854_775_807)
    );
    assert_eq!(read("0.29"), Ok(29));
    assert_eq!(read("1.15"), Ok(115));
}

#[test]
fn a_decimal_is_money_of_currencies_with_hundredths_only() {
    let yen: Currency = "JPY".parse().unwrap();
    let dinar: Currency = "KWD".parse().unwrap();
    for currency in [yen, dinar] {
        assert_eq!(
            Decimal::of(Money::new(1, currency)),
            Err(DecimalError::Currency)
        );
        assert_eq!(Decimal::ZERO.money(currency), Err(DecimalError::Currency));
    }
    let sale = paid_sale_with("currency", "\"JPY\"");
    assert!(Sale::decode(sale.as_bytes()).is_err());
}

#[test]
fn amounts_of_instalments_are_held_to_the_same_rules() {
    let host = Host::sandbox();
    let query = InstalmentQuery::new("123.00".parse().unwrap());
    let decode = |body: &str| {
        let answer = Answer {
            status: 200,
            body: body.as_bytes(),
            host: &host,
        };
        query.decode(answer)
    };
    assert!(matches!(
        decode(INSTALMENTS_ANSWER),
        Ok(Decoded::Success(_))
    ));
    for wrong in ["\"44,31\"", "\"44.315\"", "-44.31", "null", "4431e-2"] {
        let body = with(INSTALMENTS_ANSWER, "\"44.31\"", wrong);
        assert!(decode(&body).is_err(), "{wrong}");
    }
    // Somebody else's table.
    let body = with(INSTALMENTS_ANSWER, "\"123.00\"", "\"124.00\"");
    assert_eq!(
        decode(&body).unwrap_err(),
        DecodeError::Other { name: "amount" }
    );
}
