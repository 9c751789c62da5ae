//! Listings over ranges that PayTR does not give at once, and their progress on a terminal.

use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::common::{Answer, Program, Server};

fn window(order: &str) -> Answer {
    let text = format!(
        r#"{{"status":"success","list":[{{"islem_tipi":"S","siparis_no":"{order}","islem_tutari":"0.10","para_birimi":"TL","islem_tarihi":"24.06.2026"}}]}}"#
    );
    Answer::from(text.as_str())
}

const EMPTY: &str = r#"{"status":"failed"}"#;

fn transactions(to: &str, extra: &[&str], server: &Server) -> Program {
    let line = ["report", "transactions", "--from", "2026-01-01", "--to", to];
    Program::new(line.iter().chain(extra)).env("PAYTR_BASE_URL", server.url())
}

#[test]
fn windows_are_asked_one_after_the_other_and_shown_as_one_table() {
    let server = Server::start([window("A1"), Answer::from(EMPTY), window("A3")]);
    let run = transactions("2026-01-07", &[], &server)
        .run()
        .expect_code(0);
    let heads = run
        .out
        .lines()
        .filter(|line| line.contains("order id"))
        .count();
    assert_eq!(heads, 1, "{}", run.out);
    assert!(run.out.find("A1") < run.out.find("A3"), "{}", run.out);
    let starts: Vec<_> = server
        .requests()
        .iter()
        .map(|sent| sent.fields()[1].1.clone())
        .collect();
    assert_eq!(
        starts,
        [
            "2026-01-01 00:00:00",
            "2026-01-04 00:00:00",
            "2026-01-07 00:00:00"
        ]
    );
    assert_eq!(
        run.err, "",
        "no progress where standard error is no terminal"
    );
}

#[test]
fn json_is_one_answer_per_window() {
    let server = Server::start([window("A1"), Answer::from(EMPTY)]);
    let run = transactions("2026-01-04", &["--json"], &server)
        .run()
        .expect_code(0);
    let answers = serde_json::Deserializer::from_str(&run.out).into_iter::<serde_json::Value>();
    let statuses: Vec<_> = answers
        .map(|answer| answer.unwrap()["status"].clone())
        .collect();
    assert_eq!(statuses, ["success", "failed"]);
}

#[test]
fn a_failed_window_says_how_far_it_came_and_what_came_is_shown() {
    let refused = Answer::from(r#"{"status":"error","err_no":"204","err_msg":"x"}"#);
    for extra in [&[][..], &["--csv", "-"], &["--json"]] {
        let server = Server::start([window("A1"), window("A2"), refused.clone()]);
        let run = transactions("2026-01-31", extra, &server)
            .run()
            .expect_code(1);
        assert_eq!(server.requests().len(), 3, "it stops there");
        assert!(run.out.contains("A1") && run.out.contains("A2"), "{run:?}");
        run.expect_err("2 of 11 windows were read, 2026-01-01 00:00:00 to 2026-01-06 23:59:59")
            .expect_err("go on with --from '2026-01-07 00:00:00'");
    }
    let server = Server::start([refused]);
    let run = transactions("2026-01-31", &[], &server)
        .run()
        .expect_code(1);
    run.expect_err("no window was read")
        .expect_err("--from '2026-01-01 00:00:00'");
}

#[test]
fn where_it_says_to_go_on_is_where_the_next_run_begins() {
    let line = [
        "report",
        "transactions",
        "--from",
        "2026-01-07 00:00:00",
        "--to",
        "2026-01-09",
        "--dry-run",
    ];
    let run = Program::new(line).run().expect_code(0);
    assert_eq!(run.json()["form"]["start_date"], "2026-01-07 00:00:00");
}

#[test]
fn ranges_that_cannot_be_are_refused_before_anything_is_sent() {
    for (from, to) in [
        ("2026-01-31", "2026-01-01"),
        ("2026-02-30", "2026-03-01"),
        ("01/02/2026", "2026-03-01"),
        ("0026-01-01", "2026-01-01"),
        ("2026-01-01 24:00:00", "2026-01-02"),
    ] {
        for report in ["transactions", "statement"] {
            let too_long = from.starts_with('0') && report == "statement";
            let server = Server::start([EMPTY]);
            let line = ["report", report, "--from", from, "--to", to];
            let run = Program::new(line).env("PAYTR_BASE_URL", server.url()).run();
            assert_eq!(run.code, 2, "{too_long} {run:?}");
            assert!(server.requests().is_empty());
        }
    }
}

#[test]
fn statements_are_asked_by_months_of_31_days() {
    let line = [
        "report",
        "statement",
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-05",
        "--dry-run",
    ];
    let out = Program::new(line).run().expect_code(0).out;
    assert!(out.contains(r#""end_date": "2026-01-31""#), "{out}");
    assert!(out.contains(r#""start_date": "2026-02-01""#), "{out}");
    let line = [
        "returned",
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-05",
        "--dry-run",
    ];
    let out = Program::new(line).run().expect_code(0).out;
    assert!(
        out.contains(r#""end_date": "2026-01-31 23:59:59""#),
        "{out}"
    );
}

/// What a run writes to standard error that is a terminal.
fn seen_on_a_terminal(to: &str) -> String {
    let windows: Vec<_> = (0..4).map(|_| Answer::from(EMPTY)).collect();
    let server = Server::start(windows);
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it can be used");
    let name = ptsname(&ours, Vec::new()).expect("it has a name");
    let path = name.to_str().expect("the name is a path").to_owned();
    let theirs = File::options()
        .read(true)
        .write(true)
        .open(path)
        .expect("it opens");

    let line = ["report", "transactions", "--from", "2026-01-01", "--to", to];
    let mut program = Program::new(line)
        .env("PAYTR_BASE_URL", server.url())
        .env("TERM", "xterm");
    let command = program.command().stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(theirs).spawn().expect("the program starts");
    let status = child.wait().expect("it ends");
    assert!(status.success());
    // Without a writer left, reading ends with an error or at the end.
    command.stderr(Stdio::null());
    let mut seen = Vec::new();
    let _ = File::from(ours).read_to_end(&mut seen);
    String::from_utf8_lossy(&seen).into_owned()
}

#[test]
fn several_windows_show_how_far_they_are() {
    let seen = seen_on_a_terminal("2026-01-12");
    assert!(seen.contains("/4 windows"), "{seen:?}");
    assert!(seen.contains("2026-01-01 00:00:00"), "{seen:?}");
}

#[test]
fn one_window_shows_nothing() {
    assert_eq!(seen_on_a_terminal("2026-01-03"), "");
}
