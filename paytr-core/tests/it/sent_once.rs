//! What moves money, makes a link or sends a message is posted once, whatever fails.

use paytr_core::api::{
    DeleteLinks, DeleteStoredCard, Effect, Endpoint, LinkKind, SendLinkEmail, SendLinkSms,
    StoredCards,
};
use paytr_core::client::BaseUrl;
use paytr_core::{PaytrClient, PaytrError};

use crate::common::payments::{card, cashout, charge, link, link_id, recurring, transfer, user};
use crate::common::server::{Answer, Server, client_of_nobody, lost_replies, ok, reply};

/// Failures after which nobody knows whether PayTR did it.
fn all_failures(target: &BaseUrl) -> Vec<(&'static str, Answer)> {
    let mut failures = lost_replies();
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let text = format!(
            "HTTP/1.1 {status}\r\nlocation: {target}/odeme\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n"
        );
        failures.push((status, Answer::Bytes(text.into_bytes())));
    }
    failures.push(("an HTML page", ok("<html><title>Bakım</title></html>")));
    failures.push(("a page with 404", reply("404 Not Found", "<html>")));
    failures.push(("an empty reply", ok("")));
    failures.push(("a cut reply", ok("{\"status\":\"succ")));
    failures.push(("a reply without a status", ok("{}")));
    failures.push(("a status nobody knows", ok(r#"{"status":"maybe"}"#)));
    failures.push(("a number", ok("1")));
    failures
}

/// Sends a request into every failure and counts the posts.
async fn assert_sent_once<R: Endpoint + Sync>(name: &'static str, request: R)
where
    R::Reply: std::fmt::Debug,
{
    assert_eq!(R::EFFECT, Effect::Changes, "{name}");
    let target = Server::always(ok(r#"{"status":"success"}"#)).await;
    for (failure, answer) in all_failures(target.base_url()) {
        let server = Server::always(answer).await;
        let error = server.client().send(&request).await.unwrap_err();
        assert!(error.is_indeterminate(), "{name}, {failure}: {error:?}");
        assert_eq!(server.requests().len(), 1, "{name}, {failure}");
    }
    assert!(target.requests().is_empty(), "{name} followed a redirect");
    let error = client_of_nobody().await.send(&request).await.unwrap_err();
    assert!(matches!(error, PaytrError::NotSent(_)), "{name}: {error:?}");
    assert!(!error.is_indeterminate());
}

#[tokio::test]
async fn a_charge_is_sent_once() {
    assert_sent_once("charge", charge()).await;
}

#[tokio::test]
async fn a_recurring_charge_is_sent_once() {
    assert_sent_once("recurring charge", recurring()).await;
}

#[tokio::test]
async fn a_platform_transfer_is_sent_once() {
    assert_sent_once("transfer", transfer()).await;
}

#[tokio::test]
async fn a_cashout_is_sent_once() {
    assert_sent_once("cashout", cashout()).await;
}

#[tokio::test]
async fn a_link_is_made_once() {
    assert_sent_once("link", link(LinkKind::product())).await;
}

#[tokio::test]
async fn links_and_cards_are_deleted_once() {
    let links = vec![link_id("L1")];
    assert_sent_once("link deletion", DeleteLinks { links }).await;
    let (user, card) = (user(), card());
    assert_sent_once("card deletion", DeleteStoredCard { user, card }).await;
}

#[tokio::test]
async fn a_link_is_sent_to_a_person_once() {
    let phone = "05551112233".to_owned();
    let link = link_id("L1");
    assert_sent_once("sms", SendLinkSms { link, phone }).await;
    let email = "a@b.co".to_owned();
    let link = link_id("L1");
    assert_sent_once("e-mail", SendLinkEmail { link, email }).await;
}

#[tokio::test]
async fn a_card_list_changes_nothing_and_is_asked_for_again() {
    let cards = StoredCards { user: user() };
    let server = Server::scripted(vec![reply("503 Service Unavailable", ""), ok("[]")]).await;
    assert_eq!(server.client().send(&cards).await.unwrap(), []);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_known_and_not_repeated() {
    let no = ok(r#"{"status":"error","err_no":"010","err_msg":"olmaz"}"#);
    let server = Server::always(no).await;
    let client: PaytrClient = server.client();
    let error = client.transfer(&transfer()).await.unwrap_err();
    assert!(matches!(error, PaytrError::Refused(_)) && !error.is_indeterminate());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_same_transfer_asked_for_again_after_a_lost_reply_is_refused_as_used() {
    let used = ok(r#"{"status":"error","err_no":"009","err_msg":"trans_id benzersiz olmalidir"}"#);
    let server = Server::scripted(vec![Answer::Silence, used]).await;
    let client = server.client();
    let lost = client.transfer(&transfer()).await.unwrap_err();
    assert!(lost.is_indeterminate());
    let error = client.transfer(&transfer()).await.unwrap_err();
    let PaytrError::Refused(refusal) = error else {
        panic!("{error:?}");
    };
    assert_eq!(refusal.code.as_deref(), Some("009"));
    assert!(refusal.meaning().is_some());
    let [first, second] = server.requests().try_into().unwrap();
    assert_eq!(first, second);
}
