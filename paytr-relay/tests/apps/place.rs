//! One of the folders of `examples/relay`, copied, with a sandbox of its own and other ports.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use database_servers::Proxy;
use paytr_core::Credentials;
use paytr_sandbox::Sandbox;
use shop_suite::Process;
use tempfile::TempDir;

use crate::app::App;

/// What the shops sell for, in minor units.
pub(crate) const PRICE: u64 = 12_990;
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/relay");
const KEYS: (&str, &str) = ("aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a");
/// The ports of the examples.
const APP: &str = "127.0.0.1:3000";
const RELAY: &str = "127.0.0.1:8080";
const PAYTR: &str = "127.0.0.1:4000";

/// A copy that is removed when this is dropped.
pub(crate) struct Place {
    pub(crate) sandbox: Sandbox,
    /// `examples/relay`.
    pub(crate) folder: TempDir,
    language: String,
    /// Where the app and the relay listen here.
    pub(crate) app: String,
    pub(crate) relay: String,
}

impl Place {
    pub(crate) async fn open(language: &str) -> Self {
        let (key, salt) = KEYS;
        let sandbox = Sandbox::builder()
            .credentials(Credentials::new("000001", key, salt).unwrap())
            .resend_every(Duration::from_millis(200))
            .max_attempts(1_000);
        let place = Self {
            sandbox: sandbox.start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            language: language.to_owned(),
            app: free(),
            relay: free(),
        };
        let notify = format!("http://{}/callback/shop", place.relay);
        place.sandbox.set_notify_url(&notify).unwrap();
        for name in ["paytr-relay.toml", "start.sh"] {
            place.copy(name);
        }
        fs::create_dir(place.app_folder()).unwrap();
        for file in fs::read_dir(Path::new(EXAMPLES).join(language)).unwrap() {
            let file = file.unwrap();
            // What somebody installed there to try it stays there.
            if file.file_type().unwrap().is_file() {
                place.copy(&format!("{language}/{}", file.file_name().display()));
            }
        }
        place
    }

    /// A file of the example, with the ports of this place.
    fn copy(&self, name: &str) {
        let path = Path::new(EXAMPLES).join(name);
        let Ok(text) = fs::read_to_string(&path) else {
            return; // a database of somebody who tried it
        };
        let paytr = self.sandbox.base_url().replace("http://", "");
        // In two steps: a new port may begin with an old one.
        let ports = [
            (APP, "<<app>>", &self.app),
            (RELAY, "<<relay>>", &self.relay),
            (PAYTR, "<<paytr>>", &paytr),
        ];
        let text = ports
            .iter()
            .fold(text, |text, (old, mark, _)| text.replace(old, mark));
        let text = ports
            .iter()
            .fold(text, |text, (_, mark, new)| text.replace(mark, new));
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn app_folder(&self) -> PathBuf {
        self.folder.path().join(&self.language)
    }

    /// What `start.sh` puts into `.env`.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let (key, salt) = KEYS;
        let relay = format!("http://{}", self.relay);
        [
            ("PAYTR_MERCHANT_ID", "000001"),
            ("PAYTR_MERCHANT_KEY", key),
            ("PAYTR_MERCHANT_SALT", salt),
            ("RELAY_URL", &relay),
            ("SHOP_API_TOKEN", "0123456789abcdef0123456789abcdef01234567"),
            ("SHOP_WEBHOOK_SECRET", SECRET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// Starts the relay with the configuration of the examples.
    pub(crate) async fn relay(&self) -> Process {
        let program = Path::new(env!("CARGO_BIN_EXE_paytr-relay"));
        let mut relay =
            Process::spawn(program, Some(self.folder.path()), &self.environment()).unwrap();
        relay.printed("paytr-relay listens on ").await.unwrap();
        relay
    }

    /// Starts the app, and waits until it answers.
    pub(crate) async fn app(&self) -> App {
        let mut app = self.app_with(&self.environment());
        app.answers().await;
        app
    }

    /// Starts the app with this environment.
    pub(crate) fn app_with(&self, environment: &[(String, String)]) -> App {
        App::start(&self.language, &self.app_folder(), &self.app, environment)
    }

    /// The relay reaches the app by this line from its next start on.
    pub(crate) fn put_between(&self, line: &Proxy) {
        let path = self.folder.path().join("paytr-relay.toml");
        let text = fs::read_to_string(&path).unwrap();
        let (direct, through) = (
            format!("http://{}/paid", self.app),
            format!("http://127.0.0.1:{}/paid", line.port()),
        );
        assert!(text.contains(&direct), "{text}");
        fs::write(path, text.replace(&direct, &through)).unwrap();
    }

    pub(crate) async fn acknowledged(&self, oid: &str) {
        let done = self.sandbox.wait_until_acknowledged(oid, PATIENCE);
        done.await.unwrap();
    }
}

/// An address of this machine where nobody listens.
fn free() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}
