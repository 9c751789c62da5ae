//! A private PostgreSQL comes, crashes, comes back with its data, and leaves nothing behind.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use database_servers::Postgres;

/// Set for the process that is killed.
const OWNER: &str = "DATABASE_SERVERS_TEST_OWNER";

fn accepts(port: u16) -> bool {
    // A request for TLS: the answer is one byte, by the server itself.
    const TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut answer = [0];
    stream.write_all(&TLS).is_ok() && stream.read_exact(&mut answer).is_ok()
}

#[test]
fn a_server_is_there_until_it_is_stopped_or_dropped() {
    let mut postgres = Postgres::start().unwrap();
    let (port, folder) = (postgres.port(), postgres.folder().to_owned());
    assert!(postgres.url().contains(&port.to_string()));
    assert!(accepts(port));
    assert!(postgres.start_again().is_err(), "it runs already");

    postgres.crash().unwrap();
    assert!(!accepts(port));
    assert!(postgres.stop().is_err(), "it does not run");
    postgres.start_again().unwrap();
    assert!(accepts(port));

    postgres.stop().unwrap();
    assert!(!accepts(port));
    postgres.start_again().unwrap();
    assert!(accepts(port));
    assert!(folder.exists());
    drop(postgres);
    assert!(!accepts(port));
    assert!(!folder.exists());
}

/// The owner that is killed. On its own it does nothing.
#[test]
fn owner() {
    if std::env::var_os(OWNER).is_some() {
        let postgres = Postgres::start().unwrap();
        println!(
            "\nserver {} {}",
            postgres.port(),
            postgres.folder().display()
        );
        std::io::stdin().lines().for_each(drop);
    }
}

#[test]
fn a_killed_owner_leaves_no_server_and_no_folder() {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "owner", "--nocapture"])
        .env(OWNER, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let said = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("server ").map(str::to_owned));
    let said = said.unwrap();
    let (port, folder) = said.split_once(' ').unwrap();
    let (port, folder) = (port.parse().unwrap(), Path::new(folder));
    assert!(accepts(port));

    owner.kill().unwrap();
    owner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while accepts(port) || folder.exists() {
        assert!(Instant::now() < deadline, "{said} is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}
