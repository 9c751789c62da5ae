//! What is known to be refused or misread is never sent.

use payture::commands::order::{Charge, Refund};
use payture::commands::{Command, InvalidRequest, Open, api, ewallet, inpay};
use payture::{
    Currency, Customer, Environment, ExtraFields, InnerVariant, Interface, Money, OrderId,
    ReturnUrl, Terminal,
};

use crate::common::{OID, card, customer, oid, roubles, terminal};

fn init() -> inpay::Init {
    inpay::Init::pay(oid(OID), roubles(12_480))
}

fn refused(command: &impl Command) -> InvalidRequest {
    command.form(&terminal()).unwrap_err()
}

#[test]
fn a_product_cannot_begin_another_parameter() {
    let wrong = refused(&init().product("x;Amount=1"));
    assert!(
        matches!(
            wrong,
            InvalidRequest::Shape {
                field: "Product",
                ..
            }
        ),
        "{wrong:?}"
    );
}

#[test]
fn an_extra_field_cannot_take_the_name_of_a_field_in_any_case() {
    let extras = |name: &str| ExtraFields::new().with(name, "1").unwrap();
    for name in [
        "amount",
        "AMOUNT",
        "OrderId",
        "url",
        "Cheque",
        "sessiontype",
        "Password",
    ] {
        let wrong = refused(&init().extra_fields(extras(name)));
        assert!(
            matches!(wrong, InvalidRequest::ReservedName { .. }),
            "{name}: {wrong:?}"
        );
        let wrong = refused(
            &ewallet::Init::pay(customer(), oid(OID), roubles(1)).extra_fields(extras(name)),
        );
        assert!(
            matches!(wrong, InvalidRequest::ReservedName { .. }),
            "{name}: {wrong:?}"
        );
        let pay = ewallet::Pay::new_card(customer(), oid(OID), roubles(1), card());
        let wrong = refused(&pay.extra_fields(extras(name)));
        assert!(
            matches!(wrong, InvalidRequest::ReservedName { .. }),
            "{name}: {wrong:?}"
        );
    }
    for name in ["amount", "pan", "PayInfo"] {
        let wrong =
            refused(&api::Pay::new(oid(OID), roubles(1), card()).custom_fields(extras(name)));
        assert!(
            matches!(wrong, InvalidRequest::ReservedName { .. }),
            "{name}: {wrong:?}"
        );
    }
}

#[test]
fn names_of_extra_fields_are_names_and_come_once() {
    for wrong in ["", "1a", "a b", "a=b", "a;b", "ü", "a%3B", &"a".repeat(65)] {
        let refused = ExtraFields::new().with(wrong, "1");
        assert_eq!(refused, Err(InvalidRequest::ExtraName), "{wrong}");
    }
    let twice = ExtraFields::new()
        .with("Table", "1")
        .unwrap()
        .with("TABLE", "2");
    assert_eq!(twice, Err(InvalidRequest::RepeatedName));
    for wrong in ["", "a;b", "a\nb", "\u{7f}", "\0"] {
        assert!(ExtraFields::new().with("Note", wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn order_ids_of_no_and_of_51_characters_are_refused() {
    assert!(OrderId::new("").is_err());
    assert!(OrderId::new("a".repeat(51)).is_err());
    assert!(OrderId::new("a".repeat(50)).is_ok());
}

#[test]
fn nothing_is_charged_by_zero_or_in_another_currency() {
    let zero = inpay::Init::pay(oid(OID), roubles(0));
    assert!(matches!(
        refused(&zero),
        InvalidRequest::Range {
            field: "Amount",
            ..
        }
    ));
    let huge = inpay::Init::pay(oid(OID), roubles(u64::MAX));
    assert!(matches!(refused(&huge), InvalidRequest::Range { .. }));
    let lira = Money::new(12_480, Currency::TRY);
    let other = InvalidRequest::Currency {
        terminal: Currency::RUB,
    };
    assert_eq!(refused(&inpay::Init::pay(oid(OID), lira)), other);
    assert_eq!(
        refused(&Charge::new(Interface::Api, oid(OID)).amount(lira)),
        other
    );
    assert_eq!(
        refused(&Refund::new(Interface::EWallet, oid(OID)).amount(lira)),
        other
    );
    assert_eq!(refused(&api::Pay::new(oid(OID), lira, card())), other);
}

#[test]
fn a_line_break_is_refused_wherever_it_stands() {
    assert!(OrderId::new("a\nb").is_err());
    assert!(Customer::new("a\r\nb", "x").is_err());
    assert!(ReturnUrl::new("https://shop.example/\n").is_err());
    assert!(init().description("a\nb").form(&terminal()).is_err());
    assert!(init().language("\u{1}").form(&terminal()).is_err());
    let pay = api::Pay::new(oid(OID), roubles(1), card());
    assert!(pay.clone().customer_key("a\nb").form(&terminal()).is_err());
    assert!(pay.payture_id("a\u{7f}").form(&terminal()).is_err());
    let named = Terminal::new(Environment::sandbox(), "Merchant\n", "123", Currency::RUB);
    assert!(named.is_err());
    let secret = Terminal::new(Environment::sandbox(), "Merchant", "12\n3", Currency::RUB);
    assert!(secret.is_err());
}

#[test]
fn the_raw_variant_refuses_what_the_gateway_would_decode() {
    let raw = terminal().with_inner_variant(InnerVariant::Raw);
    for wrong in ["1+1", "50%", "x%3BAmount=1"] {
        assert!(init().product(wrong).form(&raw).is_err(), "{wrong}");
        assert!(init().product(wrong).form(&terminal()).is_ok(), "{wrong}");
    }
}

#[test]
fn an_open_command_is_held_to_the_same_rules() {
    assert!(Open::new(Interface::Api, "../Pay").is_err());
    assert!(Open::new(Interface::Api, "Pay?x").is_err());
    let fields = |name: &str| ExtraFields::new().with(name, "1").unwrap();
    let open = |name| {
        Open::new(Interface::Api, "PreAuth")
            .unwrap()
            .fields(fields(name))
    };
    assert_eq!(
        open("key").form(&terminal()),
        Err(InvalidRequest::RepeatedName)
    );
    let pre_auth = open("OrderId").inner(fields("PAN"));
    assert_eq!(pre_auth.path(), "/api/PreAuth");
    let form = pre_auth.form(&terminal()).unwrap().to_urlencoded();
    assert_eq!(form, "Key=Merchant&OrderId=1&PayInfo=PAN%3D1");
}

#[test]
fn holds_and_refunds_stay_within_what_is_there() {
    let body =
        format!(r#"<GetState Success="True" OrderId="{OID}" State="Authorized" Amount="500"/>"#);
    let get_state = payture::commands::order::GetState::new(Interface::InPay, oid(OID));
    let status = get_state.decode(&terminal(), body.as_bytes()).unwrap();
    let hold = status.hold().unwrap();
    assert_eq!(hold.amount(), roubles(500));
    assert_eq!(
        hold.clone().charge_part(roubles(501)),
        Err(InvalidRequest::MoreThanLeft)
    );
    let lira = Money::new(1, Currency::TRY);
    assert!(matches!(
        hold.clone().charge_part(lira),
        Err(InvalidRequest::Currency { .. })
    ));
    let part = hold.charge_part(roubles(499)).unwrap();
    assert!(
        part.form(&terminal())
            .unwrap()
            .to_urlencoded()
            .ends_with("&Amount=499")
    );

    let body = body.replace("Authorized", "Charged");
    let status = get_state.decode(&terminal(), body.as_bytes()).unwrap();
    assert!(status.hold().is_none());
    let paid = status.paid_order().unwrap();
    assert_eq!(
        paid.clone().refund_part(roubles(501)),
        Err(InvalidRequest::MoreThanLeft)
    );
    assert!(paid.refund_part(roubles(500)).is_ok());
}
