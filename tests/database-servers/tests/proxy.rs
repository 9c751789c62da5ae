//! A proxy passes bytes on, loses or holds a message when it is told to, and cuts lines.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use database_servers::{Proxy, Redis};

struct Client(BufReader<TcpStream>);

impl Client {
    fn of(port: u16) -> Self {
        Self(BufReader::new(
            TcpStream::connect(("127.0.0.1", port)).unwrap(),
        ))
    }

    /// The first line of the answer; nothing when the line is cut.
    fn ask(&mut self, question: &str) -> Option<String> {
        let mut answer = String::new();
        self.0.get_mut().write_all(question.as_bytes()).ok()?;
        let count = self.0.read_line(&mut answer).ok()?;
        (count > 0).then(|| answer.trim().to_owned())
    }
}

#[test]
fn a_lost_answer_was_given_and_not_heard() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    let mut client = Client::of(proxy.port());
    assert_eq!(client.ask("INCR a\r\n").as_deref(), Some(":1"));

    proxy.lose_next_answer();
    assert!(proxy.is_waiting_for_an_answer());
    assert_eq!(client.ask("INCR a\r\n"), None);
    assert!(!proxy.is_waiting_for_an_answer());
    assert_eq!(client.ask("INCR a\r\n"), None, "the line is cut");
    let mut again = Client::of(proxy.port());
    assert_eq!(again.ask("GET a\r\n").as_deref(), Some("$1"));
    assert_eq!(again.ask("").as_deref(), Some("2"));
}

#[test]
fn a_later_answer_is_lost_after_those_before_it() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    let mut client = Client::of(proxy.port());
    proxy.lose_answer_after(2);
    assert_eq!(client.ask("INCR a\r\n").as_deref(), Some(":1"));
    assert_eq!(client.ask("INCR a\r\n").as_deref(), Some(":2"));
    assert!(proxy.is_waiting_for_an_answer());
    assert_eq!(client.ask("INCR a\r\n"), None);
    assert!(!proxy.is_waiting_for_an_answer());
    assert_eq!(
        Client::of(proxy.port()).ask("INCR a\r\n").as_deref(),
        Some(":4")
    );
}

#[test]
fn a_lost_question_was_never_asked() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    let mut client = Client::of(proxy.port());
    proxy.lose_question_after(1);
    assert_eq!(client.ask("INCR a\r\n").as_deref(), Some(":1"));
    assert!(proxy.is_waiting_for_an_answer());
    assert_eq!(client.ask("INCR a\r\n"), None);
    assert!(!proxy.is_waiting_for_an_answer());
    assert_eq!(
        Client::of(proxy.port()).ask("INCR a\r\n").as_deref(),
        Some(":2")
    );
}

#[test]
fn a_held_answer_was_given_and_goes_on_when_it_may() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    proxy.hold_answer_after(1);
    let mut client = Client::of(proxy.port());
    assert_eq!(client.ask("INCR a\r\n").as_deref(), Some(":1"));
    let asking = std::thread::spawn(move || client.ask("INCR a\r\n"));
    wait_until_held(&proxy);
    let mut other = Client::of(proxy.port());
    assert_eq!(other.ask("INCR a\r\n").as_deref(), Some(":3"));
    proxy.go_on();
    assert_eq!(asking.join().unwrap().as_deref(), Some(":2"));

    proxy.hold_answer_after(0);
    let asking = std::thread::spawn(move || other.ask("INCR a\r\n"));
    wait_until_held(&proxy);
    proxy.cut();
    assert_eq!(asking.join().unwrap(), None);
    assert!(!proxy.is_holding_an_answer());
    assert_eq!(
        Client::of(proxy.port()).ask("INCR a\r\n").as_deref(),
        Some(":5")
    );
}

fn wait_until_held(proxy: &Proxy) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !proxy.is_holding_an_answer() {
        assert!(Instant::now() < deadline, "no answer came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_cut_ends_every_line_and_takes_new_ones() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    let mut clients = [Client::of(proxy.port()), Client::of(proxy.port())];
    for client in &mut clients {
        assert_eq!(client.ask("PING\r\n").as_deref(), Some("+PONG"));
    }
    proxy.cut();
    for client in &mut clients {
        assert_eq!(client.ask("PING\r\n"), None);
    }
    let mut new = Client::of(proxy.port());
    assert_eq!(new.ask("PING\r\n").as_deref(), Some("+PONG"));
    drop(proxy);
    assert_eq!(new.ask("PING\r\n"), None);
}
