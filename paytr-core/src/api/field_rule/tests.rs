use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{BrokenRule, FieldRule};
use crate::api::{
    BkmExpress, BrowserPayment as _, Cashout, CreateLink, DirectPayment, Endpoint as _, IframeCard,
    IframeEft, PlatformTransfer, Refund, SendLinkSms,
};

fn broken(rules: &[FieldRule], form: &[(&str, &str)]) -> Vec<BrokenRule> {
    let get = |name: &str| {
        let field = form.iter().find(|(known, _)| *known == name);
        field.map(|(_, value)| *value)
    };
    let broken = rules.iter().filter_map(|rule| rule.check(get).err());
    broken.collect()
}

/// What is wrong with one value; empty when nothing is.
fn why(rules: &[FieldRule], field: &str, value: &str) -> &'static str {
    match broken(rules, &[(field, value)]).as_slice() {
        [] => "",
        [one] => {
            assert_eq!(one.field, field);
            assert!(one.rule.to_string().len() > 10);
            one.why
        }
        more => panic!("{more:?}"),
    }
}

#[test]
fn a_buyer_has_one_public_ipv4_address() {
    for rules in [
        IframeCard::RULES,
        IframeEft::RULES,
        DirectPayment::RULES,
        BkmExpress::RULES,
    ] {
        for (value, expected) in [
            ("88.255.10.20", ""),
            ("100.63.0.1", ""),
            ("172.32.0.1", ""),
            ("192.168.1.4", "an address of a private network"),
            ("10.0.0.1", "an address of a private network"),
            ("172.31.255.255", "an address of a private network"),
            ("100.64.0.1", "an address of a private network"),
            ("169.254.1.1", "an address of a private network"),
            ("0.0.0.0", "an address of a private network"),
            ("127.0.0.1", "an address of this machine"),
            ("2a02:4e0::1", "an IPv6 address"),
            ("::1", "an IPv6 address"),
            (
                "::ffff:88.255.10.20",
                "an IPv4 address written as IPv6: leave ::ffff: out",
            ),
            ("88.255.10.20, 10.0.0.1", "more than one address"),
            ("88.255.10.20,10.0.0.1", "more than one address"),
            ("88.255.10.20:4711", "no address, or one with a port"),
            ("", "it is empty"),
        ] {
            assert_eq!(why(rules, "user_ip", value), expected, "{value}");
        }
    }
    let private = broken(IframeCard::RULES, &[("user_ip", "10.0.0.1")]);
    assert!(private.first().is_some_and(|broken| broken.is_live_only));
    let dash = broken(IframeCard::RULES, &[("merchant_oid", "A-1")]);
    assert!(dash.first().is_some_and(|broken| !broken.is_live_only));
}

#[test]
fn amounts_are_in_the_unit_of_their_request() {
    let decimal = "it has a decimal mark";
    for (rules, field) in [
        (IframeCard::RULES, "payment_amount"),
        (IframeEft::RULES, "payment_amount"),
        (CreateLink::RULES, "price"),
        (PlatformTransfer::RULES, "total_amount"),
    ] {
        for (value, expected) in [
            ("3456", ""),
            ("34.56", decimal),
            ("3455.9999999999995", decimal),
            ("3456.0", decimal),
            ("34,56", "it has a comma"),
            ("3 456", "it has other characters than digits"),
            ("-3456", "it has other characters than digits"),
            ("03456", "it begins with a zero, or is far too long"),
            ("0", "it is less or more than PayTR takes"),
        ] {
            assert_eq!(why(rules, field, value), expected, "{field}={value}");
        }
    }
    assert_ne!(why(IframeCard::RULES, "payment_amount", "99"), "");
    assert_eq!(why(PlatformTransfer::RULES, "total_amount", "99"), "");
    assert_eq!(why(PlatformTransfer::RULES, "submerchant_amount", "0"), "");
    for (rules, field) in [
        (DirectPayment::RULES, "payment_amount"),
        (Refund::RULES, "return_amount"),
    ] {
        for (value, expected) in [
            ("34.56", ""),
            ("150", ""),
            ("34.5", ""),
            ("34,56", "it has a comma"),
            ("34.559999999999995", "it has more than two decimals"),
            ("-1", "it has other characters than digits"),
            ("0.00", "it is less or more than PayTR takes"),
        ] {
            assert_eq!(why(rules, field, value), expected, "{field}={value}");
        }
    }
    for value in ["15.20", "1520"] {
        assert_eq!(why(BkmExpress::RULES, "payment_amount", value), "");
    }
    assert_ne!(why(BkmExpress::RULES, "payment_amount", "15,20"), "");
}

#[test]
fn a_basket_is_a_list_of_rows_in_base64() {
    let base64 = |json: &str| STANDARD.encode(json);
    let latin5 = STANDARD.encode(b"[[\"\xDEi\xFEe\",\"18.00\",1]]");
    for (value, expected) in [
        (base64(r#"[["Kalem","18.00",1]]"#), ""),
        // PayTR's own modules write prices and quantities in many ways.
        (base64(r#"[["Kalem","1.234.56",1]]"#), ""),
        (base64(r#"[["Kalem",34.5600,"1.0000"]]"#), ""),
        (base64(r#"[["Kalem","18.00"]]"#), ""),
        (base64(r#"[["Kalem","18.00",1]]"#).replace('=', ""), ""),
        (
            r#"[["Kalem","18.00",1]]"#.to_owned(),
            "plain JSON, not in base64",
        ),
        (
            base64(r#"[[["Kalem","18.00",1]]]"#),
            "one level too deep: [[[name, price, quantity]]]",
        ),
        (
            base64(r#"["Kalem","18.00",1]"#),
            "one row without the list around it",
        ),
        (
            base64(r#"[{"name":"Kalem"}]"#),
            "rows that are objects, not lists",
        ),
        (base64(r#"{"0":["Kalem"]}"#), "JSON, but no list"),
        (base64("[]"), "no rows"),
        (base64("Kalem"), "no JSON in the base64"),
        (
            latin5,
            "not in UTF-8: perhaps Latin-5 (ISO-8859-9) or Windows-1254",
        ),
        ("*".to_owned(), "no standard base64"),
    ] {
        let found = why(IframeCard::RULES, "user_basket", &value);
        assert_eq!(found, expected, "{value}");
    }
    // The Direct API takes either.
    assert_eq!(why(DirectPayment::RULES, "user_basket", "[]"), "");
}

#[test]
fn ids_flags_and_counts() {
    for (rules, field, value, expected) in [
        (
            IframeCard::RULES,
            "merchant_oid",
            "SIPARIS-1",
            "it has a dash",
        ),
        (
            Refund::RULES,
            "merchant_oid",
            "SIPARIS_1",
            "it has a character that is no letter and no digit",
        ),
        (
            IframeEft::RULES,
            "merchant_oid",
            "SİPARİŞ1",
            "it has a blank or a letter outside ASCII",
        ),
        (IframeCard::RULES, "merchant_oid", "A1", ""),
        (Refund::RULES, "reference_no", "A-1", "it has a dash"),
        (Cashout::RULES, "trans_id", "A-1", "it has a dash"),
        (IframeCard::RULES, "test_mode", "false", "neither 0 nor 1"),
        (IframeCard::RULES, "test_mode", "true", "neither 0 nor 1"),
        (IframeCard::RULES, "test_mode", "", ""),
        (IframeCard::RULES, "no_installment", "", "it is empty"),
        (DirectPayment::RULES, "non_3d", "false", "neither 0 nor 1"),
        (IframeCard::RULES, "max_installment", "0", ""),
        (IframeCard::RULES, "max_installment", "12", ""),
        (
            IframeCard::RULES,
            "max_installment",
            "1",
            "no count of instalments",
        ),
        (
            IframeCard::RULES,
            "max_installment",
            "13",
            "no count of instalments",
        ),
        (
            DirectPayment::RULES,
            "installment_count",
            "1",
            "no count of instalments",
        ),
        (
            DirectPayment::RULES,
            "installment_count",
            "13",
            "no count of instalments",
        ),
        (CreateLink::RULES, "max_installment", "1", ""),
        (
            CreateLink::RULES,
            "max_installment",
            "0",
            "it is out of range",
        ),
    ] {
        assert_eq!(why(rules, field, value), expected, "{field}={value}");
    }
    // PayTR's own modules send both.
    let single = [("no_installment", "1"), ("max_installment", "1")];
    assert_eq!(broken(IframeCard::RULES, &single), []);
}

#[test]
fn names_addresses_and_accounts() {
    for (rules, field, value, expected) in [
        (IframeCard::RULES, "currency", "TRY", ""),
        (IframeCard::RULES, "currency", "", ""),
        (
            IframeCard::RULES,
            "currency",
            "try",
            "no value that PayTR knows",
        ),
        (IframeCard::RULES, "lang", "de", "no value that PayTR knows"),
        (
            IframeCard::RULES,
            "email",
            "ayşe@example.com",
            "it has a letter outside ASCII",
        ),
        (
            IframeCard::RULES,
            "email",
            "a@example.com\n",
            "it has a blank or a line break",
        ),
        (
            IframeEft::RULES,
            "bank",
            "garanti",
            "no value that PayTR knows",
        ),
        (
            SendLinkSms::RULES,
            "cell_phone",
            "5001112233",
            "another way to write a phone",
        ),
        (
            CreateLink::RULES,
            "callback_link",
            "https://localhost/x",
            "an address that PayTR does not call",
        ),
        (
            PlatformTransfer::RULES,
            "transfer_iban",
            "TR330006100519786457841327",
            "no Turkish account number",
        ),
        (
            Cashout::RULES,
            "trans_info",
            r#"[{"amount":"34.56","receiver":"A B","iban":"TR330006100519786457841326"}]"#,
            "it has a decimal mark",
        ),
    ] {
        assert_eq!(why(rules, field, value), expected, "{field}={value}");
    }
}

#[test]
fn a_list_names_a_field_once() {
    for rules in [
        IframeCard::RULES,
        IframeEft::RULES,
        DirectPayment::RULES,
        BkmExpress::RULES,
        CreateLink::RULES,
        PlatformTransfer::RULES,
        Cashout::RULES,
    ] {
        let mut names: Vec<_> = rules.iter().map(FieldRule::field).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

#[test]
fn every_bank_of_the_type_is_taken() {
    use crate::api::EftBank;
    for bank in EftBank::ALL {
        assert_eq!(why(IframeEft::RULES, "bank", bank.code()), "");
    }
}
