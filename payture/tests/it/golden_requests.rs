//! Every documented request, byte for byte.

use payture::commands::order::{Charge, GetState, Refund, Unblock};
use payture::commands::receipts::{Cheque, Position, Quantity, Tax};
use payture::commands::{Command, api, ewallet, inpay, wallets};
use payture::three_ds::ThreeDsReturn;
use payture::{
    CardId, DisplayTotal, ExtraFields, InnerVariant, Interface, PaRes, PayToken, Phone, ReturnUrl,
    Terminal,
};

use crate::common::{CARD_ID, OID, body, card, customer, golden_request, oid, roubles, terminal};

const PA_RES: &str = "eJzVWFnXokgS/SuC+/=";

fn assert_is(name: &str, terminal: &Terminal, command: &impl Command) {
    let golden = golden_request(name);
    let body = body(terminal, command);
    assert_eq!(body, golden.body, "{name}");
    assert_eq!(body.len(), golden.length, "{name}");
    let path = command.path();
    assert!(golden.paths.contains(&&*path), "{name}: {path}");
}

fn api_pay() -> api::Pay {
    let custom = ExtraFields::new()
        .with("IP", "241.22.197.12")
        .and_then(|fields| fields.with("Product", "Ticket"));
    api::Pay::new(oid(OID), roubles(12_480), card()).custom_fields(custom.unwrap())
}

fn inpay_init() -> inpay::Init {
    let url = "https://payture.com/result?orderid={orderid}&result={success}";
    let extras = ExtraFields::new()
        .with("AdditionalField1", "Value1")
        .and_then(|fields| fields.with("AdditionalField2", "Value2"));
    inpay::Init::pay(oid(OID), roubles(12_480))
        .product("Ticket")
        .total(DisplayTotal::new("124.8").unwrap())
        .phone(Phone::new("79156783333").unwrap())
        .description("MyTestTransaction")
        .return_url(ReturnUrl::new(url).unwrap())
        .extra_fields(extras.unwrap())
}

fn register() -> ewallet::Register {
    ewallet::Register::new(customer()).phone(Phone::new("79156783333").unwrap())
}

fn returned() -> ThreeDsReturn {
    let form = format!("MD={CARD_ID}&PaRes={}", PA_RES.replace('+', "%2B"));
    ThreeDsReturn::parse(form.as_bytes()).unwrap()
}

#[test]
fn a_payment_on_the_shops_page_is_golden() {
    assert_is("G1", &terminal(), &api_pay());
    assert_is(
        "G16",
        &terminal(),
        &api::Finish3ds::pay(oid(OID), PaRes::new(PA_RES).unwrap()),
    );
    let token = wallets::WalletToken::Apple(PayToken::new("eyJhIjoxfQ==").unwrap());
    assert_is(
        "G18",
        &terminal(),
        &wallets::MobilePay::new(oid(OID), roubles(12_480), token),
    );
}

#[test]
fn a_session_of_inpay_is_golden() {
    assert_is("G2", &terminal(), &inpay_init());
    let init = inpay::Init::block(oid("ord-1"), roubles(100)).product("Билет №1 + 50%");
    assert_is("G20", &terminal(), &init);
}

#[test]
fn operations_on_an_order_are_golden_on_every_interface() {
    for interface in [Interface::Api, Interface::InPay] {
        assert_is("G3", &terminal(), &GetState::new(interface, oid(OID)));
    }
    assert_is("G3", &terminal(), &Charge::new(Interface::Api, oid(OID)));
    assert_is("G3", &terminal(), &Unblock::new(Interface::Api, oid(OID)));
    assert_is("G4", &terminal(), &Charge::new(Interface::InPay, oid(OID)));
    assert_is("G4", &terminal(), &Unblock::new(Interface::InPay, oid(OID)));
    assert_is(
        "G8",
        &terminal(),
        &Charge::new(Interface::EWallet, oid(OID)),
    );
    assert_is(
        "G8",
        &terminal(),
        &Unblock::new(Interface::EWallet, oid(OID)),
    );
    for (name, interface) in [
        ("G5", Interface::Api),
        ("G6", Interface::InPay),
        ("G7", Interface::EWallet),
    ] {
        assert_is(
            name,
            &terminal(),
            &Refund::new(interface, oid(OID)).amount(roubles(12_480)),
        );
    }
}

#[test]
fn the_wallets_state_takes_key_and_not_vwid() {
    let form = GetState::new(Interface::EWallet, oid(OID))
        .form(&terminal())
        .unwrap();
    assert_eq!(form.to_urlencoded(), golden_request("G3").body);
}

#[test]
fn the_commands_of_the_wallet_are_golden() {
    let stored = || CardId::new(CARD_ID).unwrap();
    assert_is("G9", &terminal(), &register());
    assert_is("G10", &terminal(), &ewallet::GetList::new(customer()));
    assert_is("G10", &terminal(), &ewallet::Check::new(customer()));
    assert_is("G11", &terminal(), &ewallet::Delete::new(customer()));
    assert_is(
        "G12",
        &terminal(),
        &ewallet::Activate::new(customer(), stored(), roubles(101)),
    );
    assert_is(
        "G13",
        &terminal(),
        &ewallet::Remove::new(customer(), stored()),
    );
    let pay = ewallet::Pay::new_card(customer(), oid(OID), roubles(12_480), card())
        .ip("241.22.197.12".parse().unwrap());
    assert_is("G14", &terminal(), &pay);
    let pay = ewallet::Pay::recurring(customer(), oid(OID), roubles(12_480), stored());
    assert_is("G15", &terminal(), &pay);
    assert_is("G17", &terminal(), &ewallet::PaySubmit3ds::new(returned()));
}

#[test]
fn the_second_form_of_3ds_has_no_terminal() {
    let form = ewallet::AddSubmit3ds::new(returned())
        .form(&terminal())
        .unwrap();
    let names: Vec<_> = form.iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["MD", "PaRes"]);
    assert_eq!(form.to_urlencoded(), golden_request("G17").body);
}

#[test]
fn a_receipt_travels_as_base64_of_its_json() {
    let position = Position::new(
        "Ticket",
        Quantity::pieces(1).unwrap(),
        roubles(10_000),
        Tax::None,
    );
    let cheque = Cheque::new(vec![position])
        .taxation_system(0)
        .customer_contact("user@gmail.com")
        .message("Cheque")
        .additional_message("param1", "value1");
    assert_eq!(
        cheque.to_json().unwrap(),
        r#"{"Positions":[{"Quantity":1.0,"Price":100.0,"Tax":6,"Text":"Ticket"}],"CheckClose":{"TaxationSystem":0},"CustomerContact":"user@gmail.com","Message":"Cheque","AdditionalMessages":[{"Key":"param1","Value":"value1"}]}"#
    );
    let charge = Charge::new(Interface::InPay, oid(OID)).amount(roubles(10_000));
    assert_is("G19", &terminal(), &charge.cheque(cheque.clone()));
    // Inside DATA and Data it is percent-encoded, in the raw variant too: base64 has + / and =.
    let encoded = golden_request("G19").body.split_once("Cheque=").unwrap().1;
    for terminal in [terminal(), terminal().with_inner_variant(InnerVariant::Raw)] {
        let refund = Refund::new(Interface::EWallet, oid(OID)).cheque(cheque.clone());
        let inside = encoded.replace('%', "%25");
        assert!(body(&terminal, &refund).ends_with(&format!("%3BCheque%3D{inside}")));
    }
}

#[test]
fn the_raw_variant_is_golden() {
    let raw = terminal().with_inner_variant(InnerVariant::Raw);
    assert_is("G1R", &raw, &api_pay());
    assert_is("G2R", &raw, &inpay_init());
    assert_is("G9R", &raw, &register());
    let refund = Refund::new(Interface::EWallet, oid(OID)).amount(roubles(12_480));
    assert_is("G7", &raw, &refund);
}

#[test]
fn the_older_wallet_commands_have_an_order_id_and_a_method() {
    let token = || PayToken::new("eyJhIjoxfQ==").unwrap();
    assert_eq!(
        body(
            &terminal(),
            &wallets::ApplePay::block(oid("ord-1"), token())
        ),
        "Key=Merchant&OrderId=ord-1&PayToken=eyJhIjoxfQ%3D%3D&Method=BLOCK"
    );
    assert_eq!(
        body(
            &terminal(),
            &wallets::AndroidPay::pay(oid("ord-1"), roubles(100), token())
        ),
        "Key=Merchant&OrderId=ord-1&PayToken=eyJhIjoxfQ%3D%3D&Method=PAY&Amount=100"
    );
    let google = wallets::WalletToken::Google(token());
    assert_eq!(
        body(
            &terminal(),
            &wallets::MobileBlock::new(oid("ord-1"), roubles(100), google)
        ),
        "Key=Merchant&PayToken=eyJhIjoxfQ%3D%3D&OrderId=ord-1&Amount=100"
    );
}
