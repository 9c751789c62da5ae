//! `examples/relay/start.sh`: the relay and a sandbox, together.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Child, Command, Stdio};

use paytr_sandbox::TestCard;
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use shop_suite::eventually;

use crate::place::{PRICE, Place};

/// In the place of `paytr`: it writes down what it was told and waits, since the sandbox of the place runs already.
const STAND_IN: &str =
    "#!/bin/sh\necho \"$@\" > \"$0.arguments\"\necho $$ > \"$0.id\"\nexec sleep 1000\n";

/// `start.sh` at work. It is asked to stop when this is dropped, too.
struct Running(Child);

impl Running {
    fn ask_to_stop(&self) {
        ask_to_stop(self.0.id().try_into().unwrap());
    }

    async fn ended(&mut self) {
        let end = eventually("start.sh ends", async || Ok(self.0.try_wait()?));
        end.await.unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            self.ask_to_stop();
            let _ = self.0.wait();
        }
    }
}

fn start(place: &Place) -> Running {
    let programs = place.folder.path().join("programs");
    if !programs.exists() {
        fs::create_dir(&programs).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_paytr-relay"),
            programs.join("paytr-relay"),
        )
        .unwrap();
        let paytr = programs.join("paytr");
        fs::write(&paytr, STAND_IN).unwrap();
        fs::set_permissions(&paytr, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let started = Command::new("sh")
        .arg(place.folder.path().join("start.sh"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("PROGRAMS", &programs)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Running(started)
}

async fn is_ready(place: &Place, wanted: bool) {
    let (url, http) = (format!("http://{}/health", place.relay), Client::new());
    let state = eventually("the relay is up, or down", async || {
        let up = http.get(&url).send().await.is_ok();
        Ok((up == wanted).then_some(()))
    });
    state.await.unwrap();
}

fn ask_to_stop(id: i32) {
    kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
}

/// What the stand-in wrote down.
async fn written(place: &Place, name: &str) -> String {
    let file = place.folder.path().join("programs").join(name);
    let text = eventually("the sandbox is started", async || {
        let text = fs::read_to_string(&file).unwrap_or_default();
        Ok(text.ends_with('\n').then_some(text))
    });
    text.await.unwrap().trim().to_owned()
}

#[tokio::test]
async fn the_first_start_makes_secrets_and_later_ones_keep_them() {
    let place = Place::open("flask").await;
    let secrets = place.folder.path().join(".env");
    let mut first = start(&place);
    is_ready(&place, true).await;
    let text = fs::read_to_string(&secrets).unwrap();
    let mode = fs::metadata(&secrets).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "nobody else may read them: {mode:o}");
    for (name, _) in place.environment() {
        let begin = format!("{name}=");
        let mut values = text.lines().filter_map(|line| line.strip_prefix(&begin));
        assert!(values.next().is_some_and(|value| value.len() > 5), "{name}");
    }
    first.ask_to_stop();
    first.ended().await;
    is_ready(&place, false).await;

    let mut second = start(&place);
    is_ready(&place, true).await;
    assert_eq!(fs::read_to_string(&secrets).unwrap(), text);
    second.ask_to_stop();
    second.ended().await;
}

#[tokio::test]
async fn the_sandbox_is_told_where_the_relay_takes_notifications() {
    let place = Place::open("flask").await;
    let mut running = start(&place);
    is_ready(&place, true).await;
    let arguments = written(&place, "paytr.arguments").await;
    let mut words = arguments.split(' ');
    assert_eq!(words.next(), Some("sandbox"));
    let url = words.skip_while(|word| *word != "--notify").nth(1).unwrap();
    let form = "application/x-www-form-urlencoded";
    let posted = Client::new().post(url).header("content-type", form);
    let answer = posted.body("").send().await.unwrap();
    assert_eq!(answer.status(), 400, "{url}");
    running.ask_to_stop();
    running.ended().await;
}

#[tokio::test]
async fn when_the_sandbox_ends_the_relay_does_too() {
    let place = Place::open("flask").await;
    let mut running = start(&place);
    is_ready(&place, true).await;
    ask_to_stop(written(&place, "paytr.id").await.parse().unwrap());
    running.ended().await;
    is_ready(&place, false).await;
}

#[tokio::test]
async fn a_buyer_pays_at_what_it_starts() {
    let place = Place::open("php").await;
    let lines = place.environment().into_iter();
    let lines: Vec<_> = lines
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let text = lines.join("\n");
    fs::write(place.folder.path().join(".env"), text).unwrap();
    let mut running = start(&place);
    is_ready(&place, true).await;
    let app = place.app().await;
    let oid = app.buy().await;
    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, PRICE);
    running.ask_to_stop();
    running.ended().await;
}
