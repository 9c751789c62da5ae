//! A refund whose reply is lost: sent once, then looked up.

use paytr_core::PaytrError;
use paytr_core::api::{Endpoint as _, ReferenceNo, Refund};
use paytr_core::client::{RefundError, RefundProof, RefundState, Refunded, UnknownRefund};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::common::server::{Answer, Server, client_of, lost_replies, ok, reply};
use crate::common::shop::lira;
use crate::common::{credentials, oid};

const REFUND: &str = "/odeme/iade";
const STATUS: &str = "/odeme/durum-sorgu";

/// 6.00 of an order of 10.00 lira.
fn refund() -> Refund {
    let reference = ReferenceNo::new("IADE0001").unwrap();
    Refund::new(oid("SIPARIS0001"), lira(600)).reference(reference)
}

/// A status of an order of 10.00 lira, for which the buyer paid `total`.
fn status(total: &str, returns: &str) -> Answer {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"10.00","payment_total":"{total}",
            "currency":"TL","returns":{returns}}}"#
    ))
}

const OURS: &str = r#"[{"return_amount":"1.00","reference_no":null},
                      {"return_amount":"6.00","reference_no":"IADE0001"}]"#;
const OTHERS: &str = r#"[{"return_amount":"6.00","reference_no":"IADE0002"},
                        {"return_amount":"1.00"}]"#;

/// Refunds against a server that loses the reply and then answers inquiries like this.
async fn lose(lost: Answer, inquiries: Vec<Answer>) -> (Result<Refunded, RefundError>, Server) {
    let server = Server::scripted([vec![lost], inquiries].concat()).await;
    let outcome = server.client().refund(&refund()).await;
    (outcome, server)
}

fn unknown(outcome: Result<Refunded, RefundError>) -> UnknownRefund {
    match outcome {
        Err(RefundError::Unknown(unknown)) => *unknown,
        other => panic!("{other:?}"),
    }
}

/// Replies that were read and are no answer.
fn no_answers() -> Vec<(&'static str, Answer)> {
    let half = r#"{"status":"success","is_test"#;
    vec![
        ("an HTML page", ok("<html>Bakım</html>")),
        ("nothing", ok("")),
        ("half an object", ok(half)),
        ("no status", ok("{}")),
        ("an array", ok("[]")),
        (
            "another order",
            ok(r#"{"status":"success","merchant_oid":"B"}"#),
        ),
        ("403 and a page", reply("403 Forbidden", "<html>")),
    ]
}

#[tokio::test]
async fn a_refund_is_posted_once_and_confirmed_by_inquiry_whatever_happens_to_its_reply() {
    let mut running = Vec::new();
    for (name, lost) in [lost_replies(), no_answers()].concat() {
        running.push(tokio::spawn(async move {
            let (outcome, server) = lose(lost, vec![status("10.00", OURS)]).await;
            let refunded = outcome.unwrap();
            assert_eq!(refunded.amount(), lira(600), "{name}");
            assert_eq!(refunded.proof(), RefundProof::StatusInquiry, "{name}");
            assert!(refunded.receipt().is_none());
            assert_eq!(server.posts_to(REFUND), 1, "{name}");
            assert_eq!(server.posts_to(STATUS), 1, "{name}");
        }));
    }
    for check in running {
        check.await.unwrap();
    }
}

#[tokio::test]
async fn a_refund_that_is_not_listed_is_unknown_and_keeps_its_reference() {
    let mut running = Vec::new();
    for returns in ["[]", "null", OTHERS] {
        running.push(tokio::spawn(async move {
            let lost = reply("502 Bad Gateway", "");
            let (outcome, server) = lose(lost, vec![status("10.00", returns)]).await;
            let unknown = unknown(outcome);
            assert_eq!(unknown.seen().unwrap(), RefundState::NotListed, "{returns}");
            assert_eq!(unknown.reference().as_str(), "IADE0001");
            assert_eq!(unknown.order().as_str(), "SIPARIS0001");
            assert_eq!(unknown.amount(), lira(600));
            assert_eq!(server.posts_to(REFUND), 1, "{returns}");
            assert_eq!(server.posts_to(STATUS), 3, "{returns}");
        }));
    }
    for check in running {
        check.await.unwrap();
    }
}

#[tokio::test]
async fn a_refund_that_is_listed_a_moment_later_is_confirmed() {
    let inquiries = vec![
        status("10.00", "[]"),
        status("10.00", OTHERS),
        status("10.00", OURS),
    ];
    let (outcome, server) = lose(Answer::Reset(Vec::new()), inquiries).await;
    assert_eq!(outcome.unwrap().proof(), RefundProof::StatusInquiry);
    assert_eq!((server.posts_to(REFUND), server.posts_to(STATUS)), (1, 3));
}

#[tokio::test]
async fn a_refund_is_unknown_when_the_inquiry_gives_no_answer_either() {
    let no_money = r#"[{"return_amount":"6.00","reference_no":"IADE0001"},{"reference_no":"X"}]"#;
    let ours_without = r#"[{"reference_no":"IADE0001"}]"#;
    let no_order = r#"{"status":"error","err_no":"004","err_msg":"yok"}"#;
    let mut running = Vec::new();
    for inquiry in [
        reply("503 Service Unavailable", ""),
        ok("<html>"),
        ok(no_order),
        status("10.00", no_money),
        status("10.00", ours_without),
        status(
            "10.00",
            r#"[{"return_amount":"","reference_no":"IADE0001"}]"#,
        ),
    ] {
        running.push(tokio::spawn(async move {
            let (outcome, server) = lose(reply("500 Oops", ""), vec![inquiry]).await;
            let unknown = unknown(outcome);
            assert!(unknown.seen().is_err());
            assert_eq!(unknown.reference().as_str(), "IADE0001");
            assert_eq!(server.posts_to(REFUND), 1);
        }));
    }
    for check in running {
        check.await.unwrap();
    }
}

#[tokio::test]
async fn an_amount_that_is_not_the_refunds_does_not_confirm_it() {
    let listed =
        |amount: &str| format!(r#"[{{"return_amount":"{amount}","reference_no":"IADE0001"}}]"#);
    // With a surcharge for instalments a share of it may be on top, never less than asked for.
    for (total, amount, confirmed) in [
        ("10.00", "5.99", false),
        ("10.00", "6.01", false),
        ("10.00", "0.00", false),
        ("11.00", "5.99", false),
        ("11.00", "6.60", true),
    ] {
        let inquiry = status(total, &listed(amount));
        let (outcome, _server) = lose(reply("500 Oops", ""), vec![inquiry]).await;
        match outcome {
            Ok(refunded) => {
                assert!(confirmed, "{total} {amount}");
                assert_eq!(refunded.amount(), lira(660));
            }
            Err(error) => {
                assert!(!confirmed, "{total} {amount}");
                let seen = unknown(Err(error));
                let seen = seen.seen().unwrap();
                assert!(matches!(seen, RefundState::Listed { .. }), "{seen:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_state_of_a_refund_can_be_asked_for_later() {
    let reference = ReferenceNo::new("IADE0001").unwrap();
    for (returns, state) in [
        ("[]", RefundState::NotListed),
        (OTHERS, RefundState::NotListed),
        (OURS, RefundState::Listed { amount: lira(600) }),
    ] {
        let server = Server::always(status("10.00", returns)).await;
        let client = server.client();
        let found = client.refund_state(&oid("SIPARIS0001"), &reference).await;
        assert_eq!(found.unwrap(), state, "{returns}");
        assert_eq!(server.posts_to(REFUND), 0);
    }
}

#[tokio::test]
async fn the_sum_of_two_refunds_under_one_reference_is_listed() {
    let twice = r#"[{"return_amount":"6.00","reference_no":"IADE0001"},
                    {"return_amount":"1,5","reference_no":"IADE0001"}]"#;
    let server = Server::always(status("10.00", twice)).await;
    let reference = ReferenceNo::new("IADE0001").unwrap();
    let found = server.client().refund_state(&oid("A1"), &reference).await;
    assert_eq!(found.unwrap(), RefundState::Listed { amount: lira(750) });
}

/// A pool may hold a connection that the server closes at the moment a refund is written to it.
#[tokio::test]
async fn a_refund_on_a_kept_connection_that_breaks_is_not_posted_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut posts = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            loop {
                let mut request = vec![0; 4_096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let Some(line) = text.lines().next() else {
                    break;
                };
                posts.push(line.to_owned());
                if line.contains(REFUND) {
                    break;
                }
                let body =
                    r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00"}"#;
                let length = body.len();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            // Three looks after the lost reply, then the story is told.
            if posts.iter().filter(|line| line.contains(STATUS)).count() >= 4 {
                return posts;
            }
        }
    });
    let client = client_of(paytr_core::client::BaseUrl::new(&base_url).unwrap());
    assert!(client.status(&oid("SIPARIS0001")).await.is_ok());
    let outcome = client.refund(&refund()).await;
    assert_eq!(unknown(outcome).seen().unwrap(), RefundState::NotListed);
    drop(client);
    let posts = server.await.unwrap();
    let refunds = posts.iter().filter(|line| line.contains(REFUND)).count();
    assert_eq!(refunds, 1, "{posts:?}");
    assert!(
        posts[0].contains(STATUS) && posts[1].contains(REFUND),
        "{posts:?}"
    );
}

#[tokio::test]
async fn an_unknown_refund_names_its_reference_and_the_cause_of_the_loss() {
    let lost = reply("502 Bad Gateway", "");
    let (outcome, _server) = lose(lost, vec![status("10.00", "[]")]).await;
    let error = outcome.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("IADE0001") && text.contains("SIPARIS0001"),
        "{text}"
    );
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.is::<PaytrError>(), "{cause}");
    let token = refund().form(&credentials()).unwrap();
    let token = token.get("paytr_token").unwrap().to_owned();
    assert!(!format!("{error:?}{error}").contains(&token));
}
