//! Every documented and recorded answer, and what it means.

use payture::answer::{Answer, AnswerError, DecodeError, Success};
use payture::commands::order::{Charge, GetState, PayStatus, Refund, Unblock};
use payture::commands::{Command, api, ewallet, inpay};
use payture::replies::{PageUrlError, PayStatusReply};
use payture::states::Funds;
use payture::three_ds::ChallengeError;
use payture::{CardId, Currency, ErrorClass, ErrorCode, Interface, OrderId, State};

use crate::common::{
    CARD_ID, OID, card, customer, golden_answer, golden_request, oid, roubles, terminal,
};

fn decode<C: Command>(name: &str, command: &C) -> Result<C::Reply, AnswerError> {
    command.decode(&terminal(), golden_answer(name))
}

#[track_caller]
fn assert_refused<R: std::fmt::Debug>(reply: Result<R, AnswerError>, code: &ErrorCode) {
    match reply {
        Err(AnswerError::Refused(refusal)) => assert_eq!(&refusal.code, code),
        other => panic!("{other:?}"),
    }
}

fn get_state(id: &str) -> GetState {
    GetState::new(Interface::Api, oid(id))
}

#[test]
fn states_are_read_from_state_and_keep_their_texts() {
    let status = decode("R1", &get_state(OID)).unwrap();
    assert_eq!(status.state, State::Refunded);
    assert_eq!(status.amount, Some(roubles(12_480)));
    assert_eq!(status.forwarded, Some(false));
    assert_eq!(status.merchant_contract.as_deref(), Some("Merchant"));
    assert_eq!(status.rrn.as_deref(), Some("003770024290"));

    let status = decode("R2", &get_state("nw9z5rl8hkhhpfbb4ual7w")).unwrap();
    assert_eq!(
        (&status.state, status.amount),
        (&State::Charged, Some(roubles(2_000)))
    );
    assert_eq!(
        (status.forwarded, status.merchant_contract, status.rrn),
        (None, None, None)
    );

    let status = decode("R22", &get_state("1234567890")).unwrap();
    assert_eq!(status.state, State::Pending("PendingRefund".to_owned()));
    assert_eq!(status.state.funds(), Funds::Unknown);
    assert!(status.paid_order().is_none() && status.hold().is_none());
}

#[test]
fn charges_refunds_and_releases_are_read() {
    let charge = |id: &str| Charge::new(Interface::InPay, oid(id));
    assert_eq!(
        decode("R3", &charge(OID)).unwrap().amount,
        Some(roubles(12_564))
    );
    assert_refused(decode("R4", &charge("order123")), &ErrorCode::AmountError);

    let refund = Refund::new(Interface::EWallet, oid("order123"));
    let refunded = decode("R12", &refund).unwrap();
    assert_eq!(refunded.left, roubles(2_000));
    assert!(!refunded.is_full());
    assert_eq!(refunded.answer.get("VWUserLgn"), None, "empty is absent");
    let refund = Refund::new(Interface::EWallet, oid("nw9z5rl8hkhhpfbb4ual7w"));
    assert_refused(decode("R13", &refund), &ErrorCode::AmountError);

    let unblock = Unblock::new(Interface::EWallet, oid("order123"));
    assert_eq!(
        decode("R14", &unblock).unwrap().new_amount,
        Some(roubles(0))
    );
    let unblock = Unblock::new(Interface::EWallet, oid("nw9z5rl8hkhhpfbb4ual7w"));
    let refused = decode("R15", &unblock);
    assert_refused(refused, &ErrorCode::IllegalOrderState);
    assert_eq!(ErrorCode::IllegalOrderState.class(), ErrorClass::State);
}

#[test]
fn a_challenge_without_https_makes_no_form() {
    let answer = Answer::parse(golden_answer("R5"), Currency::RUB).unwrap();
    assert_eq!(answer.success(), Success::ThreeDs);
    let challenge = answer.challenge().unwrap();
    assert_eq!(challenge.key().as_str(), "MD");
    let form = challenge.form("https://shop.example/3ds/return");
    assert_eq!(form.unwrap_err(), ChallengeError::AcsUrl);
    // A command that has no cardholder in front of it is not done either.
    let refused = decode("R5", &Charge::new(Interface::Api, oid("order123")));
    assert_eq!(refused, Err(DecodeError::UnexpectedChallenge.into()));
}

#[test]
fn sessions_lead_to_their_page_and_to_no_other() {
    let init = inpay::Init::block(oid("order123"), roubles(10_000));
    let session = decode("R6", &init).unwrap();
    assert_eq!(session.id.as_str(), "36a02faf-ae1b-443b-8fcc-188614390a91");
    assert_eq!(session.answer.get("SessionType"), Some("Block"));
    // G22: a page for a hold is called Pay too.
    let sandbox = terminal().environment().clone();
    assert_eq!(
        session.page_url(&sandbox).unwrap(),
        "https://sandbox3.payture.com/apim/Pay?SessionId=36a02faf-ae1b-443b-8fcc-188614390a91"
    );
    let body = golden_answer("R6");
    let block = ewallet::Init::block(customer(), oid("order123"), roubles(10_000));
    let page = block
        .decode(&terminal(), body)
        .unwrap()
        .page_url(&sandbox)
        .unwrap();
    assert!(
        page.starts_with("https://sandbox3.payture.com/vwapi/Pay?SessionId=36a0"),
        "{page}"
    );
    let add = ewallet::Init::add(customer());
    let page = add
        .decode(&terminal(), body)
        .unwrap()
        .page_url(&sandbox)
        .unwrap();
    assert!(
        page.starts_with("https://sandbox3.payture.com/vwapi/Add?SessionId=36a0"),
        "{page}"
    );

    assert_refused(decode("R7", &init), &ErrorCode::DuplicateOrderId);
    let missing = DecodeError::Missing { name: "SessionId" };
    assert_eq!(decode("R8", &init), Err(missing.into()));

    let session = decode("R23", &init).unwrap();
    assert_eq!(session.amount, None);
    assert_eq!(session.answer.get("OrderId"), None);
    assert_eq!(session.page_url(&sandbox), Err(PageUrlError));
}

#[test]
fn the_older_status_has_its_state_in_status_and_none_is_not_paid() {
    let status = PayStatus::ewallet(oid("order123"));
    let PayStatusReply::Known(known) = decode("R9", &status).unwrap() else {
        panic!("a state");
    };
    assert_eq!(known.state, State::Authorized);
    assert_eq!(known.card_id(), None);
    assert_refused(decode("R10", &status), &ErrorCode::OrderTimeOut);
    let prepared = decode("R11", &PayStatus::inpay(oid("order123"))).unwrap();
    assert!(matches!(prepared, PayStatusReply::Prepared(_)));
    assert_refused(
        decode("R11", &PayStatus::inpay(oid("order123"))).and_then(|reply| match reply {
            PayStatusReply::Known(_) => Ok(()),
            _ => get_none(),
        }),
        &ErrorCode::None,
    );
}

/// `NONE` with `False` is a refusal everywhere else.
fn get_none() -> Result<(), AnswerError> {
    let body = br#"<GetState Success="False" OrderId="order123" ErrCode="NONE" />"#;
    get_state("order123").decode(&terminal(), body).map(drop)
}

#[test]
fn cards_are_added_listed_and_refused() {
    let add = ewallet::Add::new(customer(), card());
    let Err(AnswerError::Refused(refusal)) = decode("R16", &add) else {
        panic!("a refusal");
    };
    assert_eq!(refusal.code, ErrorCode::DuplicateCard);
    assert_eq!(
        refusal.answer.get("CardId"),
        Some("3eb24d67-19d4-4e09-b0a4-16939a6fab64")
    );

    let challenge = decode("R17", &add).unwrap().challenge().unwrap();
    assert_eq!(
        challenge.acs_url(),
        "https://sandbox3-3ds.payture.com/simulp3ds/ACS/"
    );
    assert_eq!(
        challenge.key().as_str(),
        "18d0a26c-33b7-4abb-824b-6fa1018030cb"
    );
    assert_eq!(challenge.answer().get("CardName"), Some("548673xxxxxx4471"));
    let id = challenge.answer().get("CardId").unwrap();
    assert_eq!(id, "7925d5c3-dcb4-41b6-b830-6d685c5fc438");
    let form = challenge.form("https://shop.example/3ds/return").unwrap();
    assert_eq!(form.form().get("PaReq"), Some("YjYy"));

    let card_id = CardId::new(CARD_ID).unwrap();
    let activate = ewallet::Activate::new(customer(), card_id, roubles(101));
    let Err(AnswerError::Refused(refusal)) = decode("R18", &activate) else {
        panic!("a refusal");
    };
    assert_eq!(
        (&refusal.code, refusal.answer.get("CardId")),
        (&ErrorCode::RefusalByGate, None)
    );

    let deleted = decode("R19", &ewallet::Delete::new(customer())).unwrap();
    assert_eq!(deleted.login(), Some("123@ya.ru"));

    let list = decode("R20", &ewallet::GetList::new(customer())).unwrap();
    let [stored] = &list.cards[..] else {
        panic!("one card");
    };
    assert_eq!(
        stored.card_id.as_str(),
        "e5dfa016-27e0-4b3b-9d3f-000000000000"
    );
    assert_eq!((stored.no_cvv, stored.expired), (Some(false), Some(false)));
    assert_eq!(stored.mask.as_deref(), Some("411111xxxxxx1112"));
    assert!(stored.is_active());
}

#[test]
fn what_the_bank_said_is_kept_with_its_empty_values() {
    let pay = api::Pay::new(
        oid("2d436b58-1c49-aa25-8137-ffdc3fb5210f"),
        roubles(12_420),
        card(),
    );
    let accepted = decode("R21", &pay).unwrap().done().unwrap();
    assert_eq!(accepted.amount, Some(roubles(12_420)));
    let info = accepted.answer.add_info();
    assert_eq!(info.len(), 16);
    assert_eq!(info.get("AuthCode"), Some("122938"));
    assert_eq!(info.get("bankcity"), Some(""));
}

#[test]
fn the_form_to_the_bank_is_golden_and_escaped() {
    let answer = br#"<Pay Success="3DS" ACSUrl="https://acs.example/?a=1&amp;b=&quot;" PaReq="YjYy+/=" ThreeDSKey="18d0a26c-33b7-4abb-824b-6fa1018030cb"/>"#;
    let answer = Answer::parse(answer, Currency::RUB).unwrap();
    let form = answer
        .challenge()
        .unwrap()
        .form("https://shop.example/3ds/return")
        .unwrap();
    let golden = golden_request("G23");
    assert_eq!(form.form().to_urlencoded(), golden.body);
    assert_eq!(golden.body.len(), golden.length);
    let html = form.to_html("<go>");
    assert!(
        html.contains(r#"action="https://acs.example/?a=1&amp;b=&quot;""#),
        "{html}"
    );
    assert!(html.contains("<button>&lt;go&gt;</button>"), "{html}");
    assert!(html.contains(r#"name="PaReq" value="YjYy+/=""#), "{html}");
}

#[test]
fn anything_else_is_a_protocol_error_and_never_a_success() {
    let pay = api::Pay::new(oid(OID), roubles(12_480), card());
    let deep = format!("{}{}", "<a>".repeat(50_000), "</a>".repeat(50_000));
    let long = format!("<Pay Success=\"True\" X=\"{}\"/>", "x".repeat(300_000));
    let many = format!("<Pay Success=\"True\">{}</Pay>", "<a/>".repeat(5_000));
    let wrong: [&[u8]; 25] = [
        b"",
        b"<Charge/>",
        b"Ooooops!",
        b"This is not XML",
        br#"<Pay Success="Yes"/>"#,
        br#"<Pay Success=""/>"#,
        br#"<Pay Success="True "/>"#,
        br"<Pay/>",
        br#"<!DOCTYPE Pay><Pay Success="True"/>"#,
        br#"<!DOCTYPE Pay [<!ENTITY a "True">]><Pay Success="&a;"/>"#,
        br#"<Pay Success="&a;"/>"#,
        br#"<Pay Success="True"/><Pay Success="True"/>"#,
        br#"<Pay Success="True" Success="False"/>"#,
        br#"<Pay Success="True""#,
        br#"<Block Success="True"/>"#,
        br#"<pay Success="True"/>"#,
        br#"<Pay success="True"/>"#,
        br#"<Pay Success="True" Amount="1.00"/>"#,
        br#"<Pay Success="True" Amount="-1"/>"#,
        br#"<Pay Success="True" Amount=" 1"/>"#,
        br#"<Pay Success="True" Amount="12345678901234567890"/>"#,
        b"<Pay Success=\"True\" X=\"\xff\"/>",
        deep.as_bytes(),
        long.as_bytes(),
        many.as_bytes(),
    ];
    for body in wrong {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let decoded = pay.decode(&terminal(), body);
        assert!(
            matches!(decoded, Err(AnswerError::Undecodable(_))),
            "{shown}: {decoded:?}"
        );
    }
    for part in ["ACSUrl", "PaReq", "ThreeDSKey"] {
        let whole = r#"<Pay Success="3DS" ACSUrl="https://a" PaReq="b" ThreeDSKey="c"/>"#;
        assert!(pay.decode(&terminal(), whole.as_bytes()).is_ok());
        let body = whole.replace(part, "Other");
        let missing = pay.decode(&terminal(), body.as_bytes());
        assert!(
            matches!(missing, Err(AnswerError::Undecodable(_))),
            "{part}"
        );
    }
    let silent = pay.decode(&terminal(), br#"<Pay Success="False"/>"#);
    assert!(matches!(silent, Err(AnswerError::Undecodable(_))));
}

#[test]
fn an_answer_about_another_order_is_refused_exactly() {
    let upper = OID.to_uppercase();
    for other in ["order123", &upper, &format!("{OID} ")] {
        let body = format!(r#"<GetState Success="True" OrderId="{other}" State="Charged"/>"#);
        let decoded = get_state(OID).decode(&terminal(), body.as_bytes());
        assert_eq!(decoded, Err(DecodeError::OtherOrder.into()), "{other}");
    }
}

#[test]
fn names_of_3ds_roots_are_both_taken() {
    let pa_res = || payture::PaRes::new("x").unwrap();
    let order = || OrderId::new(OID).unwrap();
    for (command, roots) in [
        (api::Finish3ds::pay(order(), pa_res()), ["Pay3DS", "Pay"]),
        (
            api::Finish3ds::block(order(), pa_res()),
            ["Block3DS", "Block"],
        ),
    ] {
        for root in roots {
            let body = format!(r#"<{root} Success="True" OrderId="{OID}" Amount="1"/>"#);
            assert!(
                command.decode(&terminal(), body.as_bytes()).is_ok(),
                "{root}"
            );
        }
    }
}

#[test]
fn attributes_in_any_order_and_unknown_ones_are_kept() {
    let body = br#"<?xml version="1.0" encoding="utf-8"?>
        <GetState New="1" State="cHaRgEd" ErrCode="" Amount="0012" Success="TRUE" OrderId="a" Status="Charged"><Extra A="b"/></GetState>"#;
    let status = get_state("a").decode(&terminal(), body).unwrap();
    assert_eq!(
        (&status.state, status.amount),
        (&State::Charged, Some(roubles(12)))
    );
    assert_eq!(status.answer.get("New"), Some("1"));
    assert_eq!(status.answer.children()[0].get("A"), Some("b"));
    let torn = br#"<GetState Success="True" OrderId="a" State="Charged" Status="Rejected"/>"#;
    assert!(get_state("a").decode(&terminal(), torn).is_err());
    let stateless = br#"<GetState Success="True" OrderId="a" Amount="1"/>"#;
    assert!(get_state("a").decode(&terminal(), stateless).is_err());
}
