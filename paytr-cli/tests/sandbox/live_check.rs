//! `paytr live-check` against the sandbox, through a relay that counts the requests and can spoil replies.

mod relay;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::process::Command;

use paytr_sandbox::StoreKind;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;

use self::relay::{Relay, Spoil};
use crate::program::{MERCHANT, err, out, run};

const ALL: &[&str] = &["live-check", "--user-ip", "88.255.10.20", "--yes", "--json"];
const QUESTIONS: &[&str] = &["live-check", "--questions-only", "--yes", "--json"];

/// The sandbox takes what PayTR is held to refuse, so that shops can be tried.
const OTHERWISE_IN_THE_SANDBOX: [&str; 2] = ["page_from_a_private_address", "page_over_ipv6"];

/// Check, verdict, and what was seen.
type Row = (String, String, String);

fn with(relay: &Relay) -> Vec<(&'static str, &str)> {
    let mut environment = MERCHANT.to_vec();
    environment.push(("PAYTR_BASE_URL", relay.url()));
    environment
}

/// The rows, and the exit code.
fn check(arguments: &[&str], relay: &Relay) -> (Vec<Row>, Option<i32>) {
    let output = run(arguments, &with(relay));
    let report: Value = serde_json::from_str(&out(&output))
        .unwrap_or_else(|error| panic!("{error}: {}{}", out(&output), err(&output)));
    let rows = report["checks"].as_array().unwrap().iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = rows.map(|row| (text(row, "check"), text(row, "verdict"), text(row, "seen")));
    (rows.collect(), output.status.code())
}

fn with_verdict(rows: &[Row], wanted: &str) -> Vec<String> {
    let such = rows.iter().filter(|(_, verdict, _)| verdict == wanted);
    such.map(|(name, ..)| name.clone()).collect()
}

#[test]
fn all_is_as_known_in_the_sandbox_but_what_it_takes_on_purpose() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let (rows, code) = check(ALL, &relay);
    assert_eq!(with_verdict(&rows, "DIFFERENT"), OTHERWISE_IN_THE_SANDBOX);
    assert_eq!(with_verdict(&rows, "not seen"), ["returned_none"]);
    assert_eq!(code, Some(1));

    let relay = Relay::start(StoreKind::Marketplace, Spoil::Nothing);
    let (rows, code) = check(QUESTIONS, &relay);
    assert_eq!(
        with_verdict(&rows, "as known").len(),
        rows.len(),
        "{rows:?}"
    );
    assert_eq!(code, Some(0));
}

/// Each row depends on what it is about: the reply to one request is spoiled, then that to the next.
#[test]
fn a_spoiled_reply_changes_the_rows_of_its_request_and_no_others() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let (whole, _) = check(ALL, &relay);
    let requests = relay.requests();
    let mut changed_once = BTreeSet::new();
    for number in 0..requests {
        let relay = Relay::start(StoreKind::Shop, Spoil::Strange { at: number });
        let (rows, _) = check(ALL, &relay);
        assert_eq!(relay.requests(), requests);
        let pairs = whole.iter().zip(&rows);
        let changed: Vec<_> = pairs.filter(|(a, b)| a != b).map(|(_, row)| row).collect();
        // Four rows are about the page that another one opens.
        let is_page = changed.iter().any(|(name, ..)| name == "page");
        let most = if is_page { 5 } else { 2 };
        assert!((1..=most).contains(&changed.len()), "{number}: {changed:?}");
        for (name, verdict, _) in changed {
            assert_ne!(verdict, "as known", "{number}: {name}");
            changed_once.insert(name.clone());
        }
    }
    let all: BTreeSet<_> = whole.iter().map(|(name, ..)| name.clone()).collect();
    assert_eq!(changed_once, all);
}

#[test]
fn nothing_is_as_known_of_a_server_that_always_says_the_same() {
    for (status, body) in [
        (200, "{}"),
        (200, "<!doctype html><html>"),
        (200, ""),
        (500, r#"{"status":"strange"}"#),
        (302, "<html>login</html>"),
    ] {
        let relay = Relay::start(StoreKind::Shop, Spoil::Always { status, body });
        let (rows, code) = check(ALL, &relay);
        assert_eq!(with_verdict(&rows, "as known"), [""; 0], "{status} {body}");
        assert_eq!(code, Some(1));
    }
}

#[test]
fn a_lost_reply_is_not_seen_and_the_rest_is_as_before() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let (whole, _) = check(ALL, &relay);
    let relay = Relay::start(StoreKind::Shop, Spoil::Cut { at: 9 });
    let (rows, _) = check(ALL, &relay);
    let pairs = whole.iter().zip(&rows);
    let changed: Vec<_> = pairs.filter(|(a, b)| a != b).map(|(_, row)| row).collect();
    let [(name, verdict, seen)] = changed.as_slice() else {
        panic!("{changed:?}");
    };
    assert_eq!(
        (name.as_str(), verdict.as_str()),
        ("bin_unknown", "not seen")
    );
    assert!(seen.starts_with("no reply: "), "{seen}");
}

#[test]
fn wrong_credentials_and_a_silent_address_end_after_one_request() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let mut environment = with(&relay);
    environment[1].1 = "zX9cV8bN7mQ6wE5r";
    let output = run(ALL, &environment);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("refuses the credentials"),
        "{}",
        err(&output)
    );
    assert_eq!(relay.requests(), 1);

    let relay = Relay::start(StoreKind::Shop, Spoil::Cut { at: 0 });
    let output = run(ALL, &with(&relay));
    assert_eq!(output.status.code(), Some(4));
    assert!(err(&output).contains("no answer"), "{}", err(&output));
    assert_eq!(relay.requests(), 1);
}

#[test]
fn it_says_what_it_sends_and_sends_nothing_without_a_yes() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let output = run(&ALL[..3], &with(&relay));
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    for part in [
        "test_mode=1",
        "1.00 TL",
        "begin with LC",
        "nothing moves money",
        "LC ile başlayan",
        "parayı hareket ettirmez",
        "--yes",
    ] {
        assert!(said.contains(part), "no {part:?} in {said}");
    }
    assert_eq!(relay.requests(), 0);

    let output = run(&["live-check", "--questions-only"], &with(&relay));
    assert!(!err(&output).contains("test_mode=1"));
    assert_eq!((output.status.code(), relay.requests()), (Some(2), 0));
}

/// The exit code of a run that a person at a terminal answers so.
fn answered(answer: &str, relay: &Relay) -> Option<i32> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let path = ptsname(&ours, Vec::new()).unwrap();
    let theirs = File::options()
        .read(true)
        .write(true)
        .open(path.to_str().unwrap());
    let theirs = theirs.unwrap();
    let mut person = File::from(ours);
    person.write_all(answer.as_bytes()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_paytr"));
    command.args(["live-check", "--questions-only"]).env_clear();
    command.envs(with(relay)).current_dir("/").stdin(theirs);
    command.output().unwrap().status.code()
}

#[test]
fn a_person_at_a_terminal_decides_whether_it_goes_on() {
    let relay = Relay::start(StoreKind::Marketplace, Spoil::Nothing);
    for no in ["\n", "n\n", "no\n", "yo\n"] {
        assert_eq!(
            (answered(no, &relay), relay.requests()),
            (Some(2), 0),
            "{no:?}"
        );
    }
    let mut before = 0;
    for yes in ["y\n", "e\n", "evet\n"] {
        assert_eq!(answered(yes, &relay), Some(0), "{yes:?}");
        assert!(relay.requests() > before, "{yes:?}");
        before = relay.requests();
    }
}

#[test]
fn a_dry_run_shows_every_request_and_sends_none() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let arguments: Vec<_> = ALL[..3].iter().copied().chain(["--dry-run"]).collect();
    let shown: Value = serde_json::from_str(&out(&run(&arguments, &with(&relay)))).unwrap();
    assert_eq!(relay.requests(), 0);
    let (rows, _) = check(ALL, &relay);
    let shown = shown.as_array().unwrap();
    assert_eq!(shown.len(), relay.requests());
    assert!(rows.len() > shown.len());
    let twice = shown
        .iter()
        .find(|one| one["step"] == "repeated_field")
        .unwrap();
    assert_eq!(twice["form"]["merchant_oid"].as_array().unwrap().len(), 2);
}

#[test]
fn nothing_secret_is_shown_even_if_the_replies_are_full_of_it() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Echo);
    let [_, (_, key), (_, salt)] = MERCHANT;
    for how in [Some("--json"), Some("--markdown"), None] {
        let arguments: Vec<_> = ALL[..4].iter().copied().chain(how).collect();
        let output = run(&arguments, &with(&relay));
        let all = format!("{}{}", out(&output), err(&output));
        assert!(all.contains("echo"), "{all}");
        for secret in relay.tokens().iter().map(String::as_str).chain([key, salt]) {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
    assert!(relay.tokens().len() > 60);
}

#[test]
fn the_table_has_a_line_for_every_check() {
    let relay = Relay::start(StoreKind::Shop, Spoil::Nothing);
    let (rows, _) = check(ALL, &relay);
    let table = out(&run(&ALL[..4], &with(&relay)));
    let last = table.lines().last().unwrap();
    assert_eq!(
        last,
        format!("as known: {}; DIFFERENT: 2; not seen: 1", rows.len() - 3)
    );
    let arguments: Vec<_> = ALL[..4].iter().copied().chain(["--markdown"]).collect();
    let markdown = out(&run(&arguments, &with(&relay)));
    for (name, ..) in &rows {
        assert!(
            markdown.contains(&format!("| `{name}` | ")),
            "{name}: {markdown}"
        );
    }
    assert_eq!(markdown.lines().count(), rows.len() + 2);
}
