//! One of the apps, in a process of its own.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustix::process::{Pid, Signal, kill_process};
use shop_suite::eventually;

const PAGE: &str = include_str!("../../../docs/relay.md");

/// A running app. It is killed when this is dropped, as a power failure would.
pub(crate) struct App {
    url: String,
    log: PathBuf,
    process: Child,
    http: Client,
}

impl App {
    pub(crate) fn start(
        language: &str,
        folder: &Path,
        address: &str,
        environment: &[(String, String)],
    ) -> Self {
        let (_, port) = address.split_once(':').unwrap();
        let log = folder.join("log.txt");
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        let line = command(language).replace("3000", port);
        let words: Vec<_> = line.split_whitespace().collect();
        let [program, arguments @ ..] = words.as_slice() else {
            panic!("no command starts {language}");
        };
        let process = Command::new(prepared(program, language, folder))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("PORT", port)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program}: {error}; `cargo xtask test` installs what the apps need")
            });
        Self {
            url: format!("http://{address}"),
            log,
            process,
            http: Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .build()
                .unwrap(),
        }
    }

    /// Waits until it shows its page.
    pub(crate) async fn answers(&mut self) {
        let up = eventually("the app shows its page", async || {
            let ended = self.process.try_wait()?;
            assert!(ended.is_none(), "it ended, {ended:?}: {}", self.log());
            let page = self.http.get(&self.url).send().await;
            Ok(page.is_ok_and(|page| page.status() == 200).then_some(()))
        });
        up.await.unwrap();
    }

    /// It stands still, with its connections open, until it is killed.
    pub(crate) fn pause(&self) {
        let id = Pid::from_raw(self.process.id().try_into().unwrap()).unwrap();
        kill_process(id, Signal::STOP).unwrap();
    }

    /// Waits until it has ended with an error, or answers one to everything.
    pub(crate) async fn is_of_no_use(&mut self) {
        let refused = eventually("the app gives up", async || {
            if let Some(ended) = self.process.try_wait()? {
                assert!(!ended.success(), "{}", self.log());
                return Ok(Some(()));
            }
            let Ok(page) = self.http.get(&self.url).send().await else {
                return Ok(None);
            };
            assert_eq!(page.status(), 500, "{}", self.log());
            Ok(Some(()))
        });
        refused.await.unwrap();
    }

    /// Presses its button, and says which order was opened. The page where it is paid is there.
    pub(crate) async fn buy(&self) -> String {
        let pressed = self.http.post(format!("{}/buy", self.url)).send().await;
        let pressed = pressed.unwrap();
        assert_eq!(pressed.status(), 303, "{}", self.log());
        let page = pressed.headers().get("location").unwrap().to_str().unwrap();
        let shown = self.http.get(page).send().await.unwrap();
        assert_eq!(shown.status(), 200, "{page}");
        page.rsplit('/').next().unwrap().to_owned()
    }

    /// How much its page says was paid for an order, in minor units.
    pub(crate) async fn paid(&self, oid: &str) -> u64 {
        let page = self.http.get(&self.url).send().await.unwrap();
        let page = page.text().await.unwrap();
        let (_, rest) = page.split_once(&format!("<p>{oid}: ")).expect(&page);
        rest.split(' ').next().unwrap().parse().unwrap()
    }

    /// Posts to where it takes messages.
    pub(crate) async fn post(&self, headers: &[(&str, String)], body: Vec<u8>) -> Response {
        let request = self.http.post(format!("{}/paid", self.url));
        let request = request.header("content-type", "application/json");
        let headers = headers.iter();
        let request = headers.fold(request, |request, (name, value)| {
            request.header(*name, value)
        });
        request.body(body).send().await.unwrap()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command that starts it, from the table on the page.
fn command(language: &str) -> &'static str {
    let row = format!("| `{language}`");
    let row = PAGE.lines().find(|line| line.starts_with(&row)).unwrap();
    row.rsplit('`').nth(1).unwrap()
}

/// The program, with the packages where it looks for them.
fn prepared(program: &str, language: &str, folder: &Path) -> PathBuf {
    match language {
        "flask" => {
            let name = program.strip_prefix(".venv/bin/").unwrap();
            installed("PAYTR_TEST_FLASK").with_file_name(name)
        }
        "express" => {
            let modules = folder.join("node_modules");
            if !modules.exists() {
                symlink(installed("PAYTR_TEST_EXPRESS"), modules).unwrap();
            }
            program.into()
        }
        _ => program.into(),
    }
}

fn installed(variable: &str) -> PathBuf {
    let place = env::var_os(variable).unwrap_or_else(|| {
        panic!(
            "{variable} is not set: `cargo xtask test` installs what the apps need and sets it. By hand: make a Python \
             environment with examples/relay/flask/requirements.txt, and name its interpreter in PAYTR_TEST_FLASK; \
             `npm ci --ignore-scripts` in a copy of examples/relay/express, and name its node_modules in \
             PAYTR_TEST_EXPRESS"
        )
    });
    place.into()
}
