//! How the replies about stored cards, links and transfers are read.

use paytr_core::api::{
    Answer, ChargeOutcome, CvvInput, DecodeError, DeleteLinks, DeleteStoredCard, Endpoint,
    LinkKind, Refusal, Retry, SendLinkEmail, SendLinkSms, StoredCard, StoredCards,
};
use paytr_core::wire::{CardKind, CardProgram, CardScheme};

use crate::common::payments::{card, cashout, charge, link, link_id, recurring, transfer, user};

fn success<R: Endpoint>(request: &R, body: &str) -> R::Reply {
    match request.decode(body.as_bytes()) {
        Ok(Answer::Success(reply)) => reply,
        Ok(Answer::Refused(refusal)) => panic!("{body}: {refusal}"),
        Err(error) => panic!("{body}: {error}"),
    }
}

fn refusal<R: Endpoint>(request: &R, body: &str) -> Refusal {
    match request.decode(body.as_bytes()) {
        Ok(Answer::Refused(refusal)) => refusal,
        Ok(Answer::Success(_)) => panic!("{body} is a success"),
        Err(error) => panic!("{body}: {error}"),
    }
}

fn unreadable<R: Endpoint>(request: &R, body: &str) -> DecodeError {
    match request.decode(body.as_bytes()) {
        Err(error) => error,
        Ok(_) => panic!("{body} was read"),
    }
}

/// Bodies that no request takes for an answer.
const NONSENSE: [(&str, DecodeError); 9] = [
    ("<html><title>Bakım</title></html>", DecodeError::NotJson),
    ("{\"status\":\"succ", DecodeError::NotJson),
    ("{\"status\":\"success\"}x", DecodeError::NotJson),
    ("\"success\"", DecodeError::NotAnObject),
    ("1", DecodeError::NotAnObject),
    ("{\"x\":1}", DecodeError::Missing { name: "status" }),
    (
        "{\"status\":null,\"x\":1}",
        DecodeError::Missing { name: "status" },
    ),
    (
        "{\"status\":\"maybe\"}",
        DecodeError::Value { name: "status" },
    ),
    ("{\"status\":\"\"}", DecodeError::Value { name: "status" }),
];

fn assert_no_nonsense<R: Endpoint>(name: &str, request: &R) {
    for (body, error) in NONSENSE {
        assert_eq!(unreadable(request, body), error, "{name}: {body}");
    }
}

fn delete_card() -> DeleteStoredCard {
    let (user, card) = (user(), card());
    DeleteStoredCard { user, card }
}

fn delete_links() -> DeleteLinks {
    let links = vec![link_id("L1"), link_id("L2")];
    DeleteLinks { links }
}

fn sms() -> SendLinkSms {
    let phone = "05551112233".to_owned();
    let link = link_id("L1");
    SendLinkSms { link, phone }
}

fn email() -> SendLinkEmail {
    let email = "a@b.co".to_owned();
    let link = link_id("L1");
    SendLinkEmail { link, email }
}

#[test]
fn a_reply_of_no_known_shape_is_an_error_and_never_a_success() {
    assert_no_nonsense("charge", &charge());
    assert_no_nonsense("recurring", &recurring());
    assert_no_nonsense("card list", &StoredCards { user: user() });
    assert_no_nonsense("card deletion", &delete_card());
    assert_no_nonsense("link", &link(LinkKind::product()));
    assert_no_nonsense("link deletion", &delete_links());
    assert_no_nonsense("sms", &sms());
    assert_no_nonsense("e-mail", &email());
    assert_no_nonsense("transfer", &transfer());
    assert_no_nonsense("cashout", &cashout());
}

#[test]
fn a_refusal_has_its_text_in_whichever_field_it_comes() {
    for (body, text) in [
        (r#"{"status":"error","err_msg":"olmaz"}"#, "olmaz"),
        (r#"{"Status":"error","err_msg":"olmaz"}"#, "olmaz"),
        (
            "\u{feff}{\"status\":\"error\",\"reason\":\"olmaz\"}",
            "olmaz",
        ),
        (r#"{"status":"error"}"#, ""),
    ] {
        let all = [
            refusal(&charge(), body),
            refusal(&StoredCards { user: user() }, body),
            refusal(&delete_card(), body),
            refusal(&link(LinkKind::product()), body),
            refusal(&delete_links(), body),
            refusal(&sms(), body),
            refusal(&email(), body),
            refusal(&transfer(), body),
            refusal(&cashout(), body),
        ];
        assert!(all.iter().all(|refusal| refusal.message == text), "{all:?}");
    }
    let body = r#"{"status":"failed","reason":"Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - create): price"}"#;
    assert!(
        refusal(&link(LinkKind::product()), body)
            .message
            .ends_with("price")
    );
    let gone = r#"{"status":"error","err_msg":"Kart yok veya daha önce silinmiş"}"#;
    assert_eq!(refusal(&delete_card(), gone).code, None);
}

#[test]
fn codes_of_transfers_and_cashouts_have_a_meaning() {
    for code in ["001", "008", "010", "092", "BLK"] {
        let body = format!(r#"{{"status":"error","err_no":"{code}","err_msg":"olmaz"}}"#);
        let refusal = refusal(&transfer(), &body);
        assert_eq!(refusal.code.as_deref(), Some(code));
        assert!(refusal.meaning().is_some(), "{code}");
    }
    for code in ["201", "203", "205"] {
        let body = format!(r#"{{"status":"error","err_no":{code},"err_msg":"olmaz"}}"#);
        assert!(refusal(&cashout(), &body).meaning().is_some(), "{code}");
    }
}

#[test]
fn a_charge_is_paid_waiting_or_declined() {
    let paid = r#"{"status":"success","msg":"Ödendi","utoken":"u1","ctoken":"c1","new":{"x":1}}"#;
    let ChargeOutcome::Paid(reply) = success(&charge(), paid) else {
        panic!("paid");
    };
    assert_eq!(reply.user.unwrap().as_str(), "u1");
    assert_eq!(reply.card.unwrap().as_str(), "c1");
    assert_eq!(reply.message.as_deref(), Some("Ödendi"));
    assert_eq!(reply.raw.get("new").unwrap()["x"], 1);
    let wait = r#"{"status":"wait_callback","msg":"Ödeme Kontrol Ediliyor, Bildirimi Bekleyin"}"#;
    let outcome = success(&charge(), wait);
    assert!(matches!(outcome, ChargeOutcome::WaitForNotification(_)));
    assert_eq!(
        (&outcome.reply().user, &outcome.reply().card),
        (&None, &None)
    );
}

#[test]
fn a_declined_charge_says_whether_to_try_again() {
    for (member, retry) in [
        (r#","try_again":false"#, Retry::Never),
        (r#","try_again":"false""#, Retry::Never),
        (r#","try_again":0"#, Retry::Never),
        (r#","try_again":true"#, Retry::Later),
        (r#","try_again":"true""#, Retry::Later),
        (r#","try_again":"1""#, Retry::Later),
        (r#","try_again":"belki""#, Retry::Unsaid),
        (r#","try_again":null"#, Retry::Unsaid),
        ("", Retry::Unsaid),
    ] {
        let body = format!(r#"{{"status":"failed","msg":"Kart kapatılmış."{member}}}"#);
        match success(&recurring(), &body) {
            ChargeOutcome::Declined(said, reply) => {
                assert_eq!(said, retry, "{body}");
                assert_eq!(reply.message.as_deref(), Some("Kart kapatılmış."));
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

const CARD: &str = r#"{"ctoken":"c1","last_4":"4358","require_cvv":"0","month":"12","year":"30",
    "c_bank":"Akbank","c_name":"A B","c_brand":"axess","c_type":"credit","businessCard":"n",
    "initial":"4","schema":"VISA"}"#;

fn cards(body: &str) -> Vec<StoredCard> {
    success(&StoredCards { user: user() }, body)
}

#[test]
fn the_documented_card_list_is_read() {
    let [card] = cards(&format!("[{CARD}]")).try_into().unwrap();
    assert_eq!(card.token.as_str(), "c1");
    assert_eq!(card.cvv, CvvInput::NotAsked);
    for (field, value) in [
        (&card.last_four, "4358"),
        (&card.expiry_month, "12"),
        (&card.expiry_year, "30"),
        (&card.bank, "Akbank"),
        (&card.holder, "A B"),
        (&card.first_digit, "4"),
    ] {
        assert_eq!(field.as_deref(), Some(value));
    }
    assert_eq!(card.program, Some(CardProgram::Axess));
    assert_eq!(card.kind, Some(CardKind::Credit));
    assert_eq!(card.scheme, Some(CardScheme::Visa));
    assert_eq!(card.is_business, Some(false));
    assert_eq!(card.raw.text("c_bank").as_deref(), Some("Akbank"));
}

#[test]
fn a_card_list_is_a_list_or_an_object_and_empty_in_four_ways() {
    for body in ["[]", "{}", "", " \r\n", "null", "\u{feff}[]"] {
        assert!(cards(body).is_empty(), "{body:?}");
    }
    assert_eq!(cards(&format!("[{CARD},{CARD}]")).len(), 2);
    assert_eq!(cards(&format!(r#"{{"0":{CARD},"2":{CARD}}}"#)).len(), 2);
}

#[test]
fn a_card_of_which_little_is_told_asks_for_its_cvv() {
    let [card] = cards(r#"[{"ctoken":123,"c_brand":"yeni","schema":"MIR"}]"#)
        .try_into()
        .unwrap();
    assert_eq!((card.token.as_str(), card.cvv), ("123", CvvInput::Asked));
    assert_eq!(card.program, Some("yeni".into()));
    assert_eq!(card.scheme.unwrap().code(), "MIR");
    assert_eq!(
        (card.last_four, card.kind, card.is_business),
        (None, None, None)
    );
    for flag in [r#""1""#, "1", r#""x""#, "null"] {
        let [card] = cards(&format!(r#"[{{"ctoken":"c","require_cvv":{flag}}}]"#))
            .try_into()
            .unwrap();
        assert_eq!(card.cvv, CvvInput::Asked, "{flag}");
    }
    let list = StoredCards { user: user() };
    let missing = DecodeError::Missing { name: "ctoken" };
    assert_eq!(unreadable(&list, r#"[{"last_4":"4358"}]"#), missing);
    assert_eq!(unreadable(&list, r#"["c1"]"#), DecodeError::NotAnObject);
    assert_eq!(
        unreadable(&list, r#"[{"ctoken":"a b"}]"#),
        DecodeError::Value { name: "ctoken" }
    );
}

#[test]
fn a_made_link_has_an_id_an_address_and_perhaps_a_picture() {
    let request = link(LinkKind::product());
    let body = r#"{"status":"success","id":"NB2Zlz3","link":"https://www.paytr.com/link/NB2Zlz3"}"#;
    let made = success(&request, body);
    assert_eq!(made.id.as_str(), "NB2Zlz3");
    assert_eq!(made.url, "https://www.paytr.com/link/NB2Zlz3");
    assert_eq!(made.qr_code, None);
    let body = r#"{"status":"success","id":123,"link":"x","qr":"iVBORw0KGgo=","new":true}"#;
    let made = success(&request, body);
    assert_eq!(
        (made.id.as_str(), made.qr_code.as_deref()),
        ("123", Some("iVBORw0KGgo="))
    );
    assert_eq!(made.raw.text("new").as_deref(), Some("true"));
    for (body, name) in [
        (r#"{"status":"success","link":"x"}"#, "id"),
        (r#"{"status":"success","id":"","link":"x"}"#, "id"),
        (r#"{"status":"success","id":"a"}"#, "link"),
    ] {
        assert_eq!(unreadable(&request, body), DecodeError::Missing { name });
    }
}

#[test]
fn a_deletion_of_many_links_says_which_are_gone() {
    let body = r#"{"status":"success","success_deletes":["L1"],"failed_deletes":["L2"]}"#;
    let reply = success(&delete_links(), body);
    assert_eq!(
        (reply.deleted, reply.not_deleted),
        (vec!["L1".into()], vec!["L2".into()])
    );
    let body = r#"{"status":"success","success_deletes":{"1":"L1","3":"L4"},"failed_deletes":{}}"#;
    let reply = success(&delete_links(), body);
    assert_eq!(reply.deleted, ["L1", "L4"]);
    assert!(reply.not_deleted.is_empty());
    let body = r#"{"status":"success","success_deletes":[1],"failed_deletes":[{"id":"L2","reason":"yok"}]}"#;
    let reply = success(&delete_links(), body);
    assert_eq!(
        (reply.deleted, reply.not_deleted),
        (vec!["1".into()], vec!["L2".into()])
    );
    let reply = success(&delete_links(), r#"{"status":"success"}"#);
    assert!(reply.deleted.is_empty() && reply.not_deleted.is_empty());
    success(&sms(), r#"{"status":"success"}"#);
    success(&email(), r#"{"status":"success"}"#);
    success(&delete_card(), r#"{"status":"success"}"#);
}

#[test]
fn an_accepted_transfer_keeps_amounts_as_they_came() {
    let body = r#"{"status":"success","merchant_amount":"5","submerchant_amount":92,"trans_id":"TR0001","reference":"R1"}"#;
    let reply = success(&transfer(), body);
    assert_eq!(reply.trans_id.as_str(), "TR0001");
    assert_eq!(reply.reference.as_deref(), Some("R1"));
    assert_eq!(reply.merchant_amount.as_deref(), Some("5"));
    assert_eq!(reply.submerchant_amount.as_deref(), Some("92"));
    let bare = success(&transfer(), r#"{"status":"success"}"#);
    assert_eq!((bare.trans_id.as_str(), bare.reference), ("TR0001", None));
    let reply = success(
        &cashout(),
        r#"{"status":"success","trans_id":"CO0001","new":1}"#,
    );
    assert_eq!(reply.trans_id.as_str(), "CO0001");
    assert_eq!(reply.raw.text("new").as_deref(), Some("1"));
}

#[test]
fn a_reply_about_another_transfer_says_nothing_about_this_one() {
    let other = r#"{"status":"success","trans_id":"OTHER"}"#;
    let error = DecodeError::Value { name: "trans_id" };
    assert_eq!(unreadable(&transfer(), other), error);
    assert_eq!(unreadable(&cashout(), other), error);
}
