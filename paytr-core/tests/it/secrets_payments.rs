//! A canary in every token, card detail and piece of personal data of payments, cards, links and
//! transfers: none of them is ever shown.

use std::fmt::Debug;

use captured_log::CapturedLog;
use paytr_core::api::{
    Answer, BkmAmountUnit, BkmExpress, BrowserPayment as _, Buyer, CardStorage, CardToken, Cashout,
    CreateLink, CvvInput, DeleteLinks, DeleteStoredCard, DirectForm, DirectOrder, DirectPayment,
    Endpoint, Form, Iban, LinkId, LinkKind, Payout, PlatformTransfer, SendLinkEmail, SendLinkSms,
    StoredCardCharge, StoredCardPayment, StoredCards, TransId, UserToken,
};
use paytr_core::{Credentials, PaytrClient};

use crate::common::oid;
use crate::common::payments::{direct_order, link_id, trans_id};
use crate::common::server::{Answer as Served, Server, ok};
use crate::common::shop::lira;
use crate::secrets::{shown, shown_error};

const KEY: &str = "KanaryaAnahtar01";
const SALT: &str = "KanaryaTuzluk002";
const EMAIL: &str = "kanarya@kafes.example";
const NAME: &str = "Kanarya Kuş";
const ADDRESS: &str = "Kafes Sokak 7";
const PHONE: &str = "05321114455";
const IP: &str = "203.0.113.77";
const UTOKEN: &str = "kanaryakullanicisi";
const CTOKEN: &str = "kanaryakarti";
const IBAN: &str = "TR330006100519786457841326";
const HOLDER: &str = "KANARYA KART SAHIBI";
const LAST_FOUR: &str = "9911";
const REPLY_TEXT: &str = "kanaryacevabi";

const CANARIES: [&str; 13] = [
    KEY, SALT, EMAIL, NAME, ADDRESS, PHONE, IP, UTOKEN, CTOKEN, IBAN, HOLDER, LAST_FOUR, REPLY_TEXT,
];

fn credentials() -> Credentials {
    Credentials::new("123456", KEY, SALT).unwrap()
}

fn user() -> UserToken {
    UserToken::new(UTOKEN).unwrap()
}

fn card() -> CardToken {
    CardToken::new(CTOKEN).unwrap()
}

fn iban() -> Iban {
    Iban::new(IBAN).unwrap()
}

fn order() -> DirectOrder {
    let buyer = Buyer::new(IP.parse().unwrap(), EMAIL, NAME, ADDRESS, PHONE);
    direct_order("SIPARIS0001", buyer)
}

fn direct() -> DirectPayment {
    let mut payment = DirectPayment::new(order());
    payment.storage = CardStorage::ForUser(user());
    payment
}

fn stored() -> StoredCardPayment {
    StoredCardPayment::new(order(), user(), card(), CvvInput::Asked)
}

fn bkm() -> BkmExpress {
    BkmExpress::new(order(), BkmAmountUnit::Major)
}

fn charge() -> StoredCardCharge {
    StoredCardCharge::once(order(), user(), card())
}

fn link(kind: LinkKind) -> CreateLink {
    CreateLink::new("Defter", lira(3_456), kind)
}

fn flex() -> LinkKind {
    LinkKind::Flex {
        max_price: lira(5_000),
        user_name: Some(NAME.to_owned()),
    }
}

fn sms() -> SendLinkSms {
    let phone = PHONE.to_owned();
    let link = link_id("L1");
    SendLinkSms { link, phone }
}

fn mail() -> SendLinkEmail {
    let email = EMAIL.to_owned();
    let link = link_id("L1");
    SendLinkEmail { link, email }
}

fn transfer() -> PlatformTransfer {
    PlatformTransfer::new(oid("A1"), trans_id("T1"), lira(1), lira(2), NAME, iban())
}

fn cashout() -> Cashout {
    Cashout::new(trans_id("C1"), vec![Payout::new(lira(1), NAME, iban())])
}

fn delete_card() -> DeleteStoredCard {
    let (user, card) = (user(), card());
    DeleteStoredCard { user, card }
}

fn forms() -> Vec<Form> {
    let credentials = credentials();
    let links = vec![link_id("L1")];
    let forms = [
        direct().form(&credentials),
        stored().form(&credentials),
        bkm().form(&credentials),
        charge().form(&credentials),
        StoredCards { user: user() }.form(&credentials),
        delete_card().form(&credentials),
        link(LinkKind::collection(EMAIL)).form(&credentials),
        link(flex()).form(&credentials),
        DeleteLinks { links }.form(&credentials),
        sms().form(&credentials),
        mail().form(&credentials),
        transfer().form(&credentials),
        cashout().form(&credentials),
    ];
    forms.into_iter().map(Result::unwrap).collect()
}

fn assert_silent(what: &str, shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{what} shows {canary}: {shown}");
    }
    for form in forms() {
        let token = form.get("paytr_token").unwrap();
        assert!(!shown.contains(token), "{what} shows a token: {shown}");
    }
}

#[test]
fn no_request_shows_a_token_a_card_or_a_person() {
    let form = DirectForm::new(&direct(), &credentials()).unwrap();
    let all = [
        shown(&order()),
        shown(&direct()),
        shown(&stored()),
        shown(&bkm()),
        shown(&form),
        shown(&charge()),
        shown(&StoredCardCharge::recurring(order(), user(), card())),
        shown(&user()),
        shown(&card()),
        shown(&StoredCards { user: user() }),
        shown(&delete_card()),
        shown(&link(LinkKind::collection(EMAIL))),
        shown(&link(flex())),
        shown(&sms()),
        shown(&mail()),
        shown(&iban()),
        shown(&transfer()),
        shown(&cashout()),
        shown(&forms()),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("value {index}"), shown);
    }
}

fn reply<R: Endpoint>(request: &R, body: &str) -> String
where
    R::Reply: Debug,
{
    match request.decode(body.as_bytes()) {
        Ok(Answer::Success(reply)) => shown(&reply),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_reply_shows_a_token_a_card_or_a_person() {
    let all = [
        reply(
            &charge(),
            &format!(
                r#"{{"status":"success","utoken":"{UTOKEN}","ctoken":"{CTOKEN}","x":"{EMAIL}"}}"#
            ),
        ),
        reply(
            &StoredCards { user: user() },
            &format!(
                r#"[{{"ctoken":"{CTOKEN}","last_4":"{LAST_FOUR}","c_name":"{HOLDER}","x":"{IP}"}}]"#
            ),
        ),
        reply(
            &link(flex()),
            &format!(r#"{{"status":"success","id":"L1","link":"x","user_name":"{NAME}"}}"#),
        ),
        reply(
            &transfer(),
            &format!(r#"{{"status":"success","trans_id":"T1","transfer_iban":"{IBAN}"}}"#),
        ),
        reply(
            &cashout(),
            &format!(r#"{{"status":"success","receiver":"{NAME}"}}"#),
        ),
    ];
    for (index, shown) in all.iter().enumerate() {
        assert_silent(&format!("reply {index}"), shown);
    }
}

#[test]
fn errors_about_values_do_not_show_them() {
    let mut wrong_email = direct();
    wrong_email.order.buyer.email = format!("{EMAIL}ğ");
    let mut transfer = transfer();
    transfer.receiver = format!("{NAME}\n");
    let mut sms = sms();
    sms.phone = format!("{PHONE}1");
    let credentials = credentials();
    for error in [
        wrong_email.form(&credentials).unwrap_err(),
        transfer.form(&credentials).unwrap_err(),
        sms.form(&credentials).unwrap_err(),
        link(LinkKind::collection(format!("{EMAIL} ")))
            .form(&credentials)
            .unwrap_err(),
        UserToken::new(&format!("{UTOKEN} ")).unwrap_err(),
        CardToken::new(&CTOKEN.repeat(30)).unwrap_err(),
        Iban::new(&format!("{IBAN}0")).unwrap_err(),
        Iban::new(&IBAN.replace('3', "4")).unwrap_err(),
        LinkId::new(EMAIL).unwrap_err(),
        TransId::new(EMAIL).unwrap_err(),
    ] {
        assert_silent("InvalidRequest", &shown_error(&error));
    }
}

#[tokio::test]
async fn client_errors_and_their_causes_and_logs_show_nothing() {
    let log = CapturedLog::start();
    for answer in [
        ok(&format!("<html>{EMAIL} {IBAN} {REPLY_TEXT}</html>")),
        ok(&format!(r#"{{"status":"{REPLY_TEXT}"}}"#)),
        ok(&format!(
            r#"{{"status":"success","trans_id":"{REPLY_TEXT}","id":"{UTOKEN} "}}"#
        )),
        Served::Bytes(format!("HTTP/1.1 200 {REPLY_TEXT}\r\n{EMAIL}").into_bytes()),
        Served::Reset(Vec::new()),
        Served::Silence,
    ] {
        let server = Server::always(answer).await;
        let client = PaytrClient::builder(credentials())
            .base_url(server.base_url().clone())
            .total_timeout(std::time::Duration::from_millis(400))
            .build()
            .unwrap();
        let transfer = client.transfer(&transfer()).await.unwrap_err();
        let cashout = client.cashout(&cashout()).await.unwrap_err();
        let link = client.create_link(&link(flex())).await.unwrap_err();
        let cards = client.stored_cards(&user()).await.unwrap_err();
        for error in [transfer, cashout, link, cards] {
            assert_silent("PaytrError", &shown_error(&error));
        }
        if let Err(error) = client.charge(&charge()).await {
            assert_silent("PaytrError", &shown_error(&error));
        }
    }
    assert_silent("the log", &log.text());
}
