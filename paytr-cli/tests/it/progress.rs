//! Progress on a terminal.

use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::common::{Answer, Program, Server};

const EMPTY: &str = r#"{"status":"failed"}"#;

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
