//! What holds a secret does not show it.

use std::fmt::Debug;
use std::sync::Arc;

use payture::answer::Answer;
use payture::commands::order::{Charge, GetState, PayStatus, Refund, Unblock};
use payture::commands::receipts::{Cheque, CreateReceipt, Position, Quantity, ReceiptType, Tax};
use payture::commands::{Command, Open, api, ewallet, inpay, wallets};
use payture::settlement::{BrowserReturn, Notification};
use payture::three_ds::ThreeDsReturn;
use payture::{
    Card, CardId, Currency, Customer, Environment, ExtraFields, Interface, OrderId, PaRes,
    PayToken, PaytureClient, Phone, SecureCode, Terminal,
};

use super::*;
use crate::common::{CARD_ID, OID, oid, roubles};

fn card_id() -> CardId {
    CardId::new(CARD_ID).unwrap()
}

fn returned() -> ThreeDsReturn {
    ThreeDsReturn::parse(format!("MD={KEY}&PaRes={PA_RES}").as_bytes()).unwrap()
}

fn token() -> PayToken {
    PayToken::new(TOKEN).unwrap()
}

fn cheque() -> Cheque {
    let line = Position::new(HOLDER, Quantity::pieces(1).unwrap(), roubles(1), Tax::None);
    Cheque::new(vec![line]).customer_contact(LOGIN)
}

fn extras() -> ExtraFields {
    ExtraFields::new().with("Extra", PAN).unwrap()
}

/// The command and its form.
fn command(command: &(impl Command + Debug)) -> String {
    let form = command.form(&terminal()).unwrap();
    shown(command) + &shown(&form)
}

#[test]
fn no_command_and_no_form_shows_what_it_carries() {
    let (order, amount) = (|| oid(OID), roubles(100));
    let ip = || IP.parse().unwrap();
    let phone = || Phone::new(PHONE).unwrap();
    let code = || SecureCode::new(CODE).unwrap();
    let apple = || wallets::WalletToken::Apple(token());
    let all = [
        command(
            &api::Pay::new(order(), amount, card())
                .custom_fields(extras())
                .customer_key(LOGIN),
        ),
        command(
            &api::Block::new(order(), amount, card())
                .cheque(cheque())
                .payture_id(KEY),
        ),
        command(&api::Finish3ds::pay(order(), PaRes::new(PA_RES).unwrap())),
        command(
            &inpay::Init::pay(order(), amount)
                .ip(ip())
                .phone(phone())
                .description(HOLDER),
        ),
        command(
            &inpay::Init::block(order(), amount)
                .product(PAN)
                .cheque(cheque()),
        ),
        command(&Charge::new(Interface::InPay, order()).cheque(cheque())),
        command(&Unblock::new(Interface::EWallet, order())),
        command(&Refund::new(Interface::EWallet, order()).cheque(cheque())),
        command(&GetState::new(Interface::Api, order())),
        command(&PayStatus::ewallet(order())),
        command(
            &ewallet::Register::new(customer())
                .phone(phone())
                .email(LOGIN),
        ),
        command(&ewallet::Update::new(customer())),
        command(&ewallet::Check::new(customer())),
        command(&ewallet::Delete::new(customer())),
        command(
            &ewallet::Init::pay(customer(), order(), amount)
                .ip(ip())
                .phone(phone()),
        ),
        command(&ewallet::Init::add(customer()).extra_fields(extras())),
        command(&ewallet::Pay::new_card(customer(), order(), amount, card()).ip(ip())),
        command(&ewallet::Pay::stored_card(
            customer(),
            order(),
            amount,
            card_id(),
            code(),
        )),
        command(&ewallet::Pay::recurring(customer(), order(), amount, card_id()).phone(phone())),
        command(&ewallet::Pay::token(customer(), order(), amount, token()).confirm_code(CODE)),
        command(&ewallet::Add::new(customer(), card()).phone(phone())),
        command(&ewallet::Activate::new(customer(), card_id(), amount)),
        command(&ewallet::Remove::new(customer(), card_id())),
        command(&ewallet::GetList::new(customer())),
        command(&ewallet::SendCode::new(
            customer(),
            card_id(),
            order(),
            amount,
        )),
        command(&ewallet::PaySubmit3ds::new(returned())),
        command(&ewallet::AddSubmit3ds::new(returned())),
        command(&wallets::MobilePay::new(order(), amount, apple()).secure_code(code())),
        command(&wallets::MobileBlock::new(order(), amount, apple())),
        command(&wallets::ApplePay::pay(order(), token())),
        command(&wallets::AndroidPay::block(order(), amount, token())),
        command(&wallets::MasterPass::pay(order(), amount, token(), code())),
        command(
            &Open::new(Interface::Api, "PreAuth")
                .unwrap()
                .fields(extras())
                .inner(extras()),
        ),
        shown(&CreateReceipt::new("1", "7701234567", ReceiptType::Income, cheque()).unwrap()),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("command {index}"), shown);
        assert!(!shown.is_empty());
    }
}

#[test]
fn no_value_shows_its_secret() {
    let client = PaytureClient::new(terminal()).unwrap();
    let body =
        format!("Notification={PAN}&OrderId={OID}&VWUserPsw={CUSTOMER_PASSWORD}&CardNumber={MASK}");
    let all = [
        shown(&terminal()),
        shown(&card()),
        shown(&SecureCode::new(CODE).unwrap()),
        shown(&customer()),
        shown(&Phone::new(PHONE).unwrap()),
        shown(&token()),
        shown(&wallets::WalletToken::Apple(token())),
        shown(&PaRes::new(PA_RES).unwrap()),
        shown(&returned()),
        shown(&extras()),
        shown(&cheque()),
        shown(&client),
        shown(&PaytureClient::builder(terminal())),
        shown(&Notification::parse(body.as_bytes()).unwrap()),
        shown(&payture::settlement::Event::from_wire(PAN)),
        shown(&payture::testing::FakePayture::builder().terminal("Merchant", PASSWORD)),
        shown(&inquiry(&client)),
        shown(&reconciler(&client)),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("value {index}"), shown);
        assert!(!shown.is_empty());
    }
}

fn inquiry(client: &PaytureClient) -> payture::settlement::StateOfOrders {
    let ledger = Arc::new(payture::MemoryStore::new());
    payture::settlement::StateOfOrders::new(client.clone(), Interface::InPay, ledger)
}

fn reconciler(client: &PaytureClient) -> payture::Reconciler {
    let ledger = Arc::new(payture::MemoryStore::new());
    let gate = payture::Gate::builder(ledger.clone(), ledger.clone()).build();
    let nothing = async |_| Ok::<_, payture::BoxError>(());
    let reconciler = client.reconciler(Interface::InPay, ledger, gate.unwrap(), nothing);
    reconciler.build()
}

#[test]
fn no_answer_shows_what_it_brought() {
    let pay = format!(
        r#"<Pay Success="3DS" ACSUrl="https://{REPLY}" PaReq="{PA_REQ}" ThreeDSKey="{KEY}" VWUserLgn="{LOGIN}"/>"#
    );
    let step = api::Pay::new(oid(OID), roubles(1), card()).decode(&terminal(), pay.as_bytes());
    let step = step.unwrap();
    let form = {
        let answer = Answer::parse(pay.replace(REPLY, "a").as_bytes(), Currency::RUB).unwrap();
        answer
            .challenge()
            .unwrap()
            .form("https://shop.example/")
            .unwrap()
    };
    let info = format!(
        r#"<Pay Success="True" PANMask="{MASK}"><AddInfo Key="CardHolder" Value="{HOLDER}"/></Pay>"#
    );
    let info = Answer::parse(info.as_bytes(), Currency::RUB).unwrap();
    let state = format!(
        r#"<GetState Success="True" OrderId="{OID}" State="Charged" VWUserLgn="{LOGIN}" PANMask="{MASK}"/>"#
    );
    let get_state = GetState::new(Interface::EWallet, oid(OID));
    let list = format!(
        r#"<GetList Success="True" VWUserLgn="{LOGIN}"><Item CardId="{CARD_ID}" CardName="{MASK}" CardHolder="{HOLDER}"/></GetList>"#
    );
    let session = format!(r#"<Init Success="True" SessionId="{SESSION}"/>"#);
    let init = inpay::Init::pay(oid(OID), roubles(1));
    let all = [
        shown(&step),
        shown(&form),
        shown(&info),
        shown(&info.add_info()),
        shown(&info.children()),
        shown(&get_state.decode(&terminal(), state.as_bytes()).unwrap()),
        shown(
            &ewallet::GetList::new(customer())
                .decode(&terminal(), list.as_bytes())
                .unwrap(),
        ),
        shown(&init.decode(&terminal(), session.as_bytes()).unwrap()),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("answer {index}"), shown);
        assert!(!shown.is_empty());
    }
}

#[test]
fn errors_about_values_do_not_show_them() {
    let at = |name: &str, password: &str| {
        Terminal::new(Environment::sandbox(), name, password, Currency::RUB).unwrap_err()
    };
    let all = [
        shown_error(&at("Merchant", &format!("{PASSWORD} "))),
        shown_error(&at("Merchant", &format!("{PASSWORD};"))),
        shown_error(&at(LOGIN, PASSWORD)),
        shown_error(&Card::new(format!("{PAN}x"), 1, 30, HOLDER).unwrap_err()),
        shown_error(&Card::new(PAN, 1, 30, format!("{HOLDER}1")).unwrap_err()),
        shown_error(&SecureCode::new(format!("{CODE}1")).unwrap_err()),
        shown_error(&Customer::new(LOGIN, format!("{CUSTOMER_PASSWORD};")).unwrap_err()),
        shown_error(&PaRes::new(format!("{PA_RES}\n")).unwrap_err()),
        shown_error(&PayToken::new(format!("{TOKEN};")).unwrap_err()),
        shown_error(&Phone::new(format!("{PHONE}x")).unwrap_err()),
        shown_error(&OrderId::new(format!("{PAN};")).unwrap_err()),
        shown_error(&ExtraFields::new().with(LOGIN, PAN).unwrap_err()),
        shown_error(&Environment::at(&format!("https://{KEY}:{PASSWORD}@a")).unwrap_err()),
        shown_error(&Notification::parse(format!("{PAN}=1&{PAN}=2").as_bytes()).unwrap_err()),
        shown_error(&BrowserReturn::parse(&format!("orderid={PAN}%0A"), "orderid").unwrap_err()),
        shown_error(&ThreeDsReturn::parse(format!("MD={KEY}").as_bytes()).unwrap_err()),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("error {index}"), shown);
    }
}

/// Does not compile if the type has the trait: `take` would then be ambiguous.
macro_rules! assert_lacks {
    ($type:ty: $($lacking:path),+) => {$({
        trait Ambiguous<Which> {
            fn take() {}
        }
        struct Lacking;
        impl<T: ?Sized> Ambiguous<()> for T {}
        impl<T: ?Sized + $lacking> Ambiguous<Lacking> for T {}
        <$type as Ambiguous<_>>::take();
    })+};
}

#[test]
fn secrets_cannot_be_compared_printed_or_made_from_nothing() {
    assert_lacks!(Terminal: PartialEq, std::fmt::Display, Default, Copy);
    assert_lacks!(Card: PartialEq, std::fmt::Display, Default, Copy);
    assert_lacks!(SecureCode: PartialEq, std::fmt::Display, Default);
    assert_lacks!(Customer: PartialEq, std::fmt::Display, Default);
    assert_lacks!(PayToken: PartialEq, std::fmt::Display, Default);
    assert_lacks!(PaRes: PartialEq, std::fmt::Display, Default);
}
