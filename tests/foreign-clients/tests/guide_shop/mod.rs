//! One shop of the guide, in a folder and a process of its own.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use foreign_clients::guide;
use paytr_sandbox::{Courier, Proxy, Sandbox, ShopReply};
use tokio::process::{Child, Command};

/// What it sells for, in minor units.
pub(crate) const PRICE: u64 = 3456;

/// The port of the guide.
const PORT: &str = "3000";

const LIMIT: Duration = Duration::from_secs(20);

/// Where PayTR is in real life.
const PAYTR: &str = "https://www.paytr.com";

/// How the shop comes to the sandbox.
pub(crate) enum Way {
    /// By the setting of the guide, `PAYTR_BASE_URL`.
    Setting,
    /// It has PayTR's host, and its HTTP client has the proxy of the sandbox and that proxy's certificate.
    Proxy,
}

/// It ends when this is dropped.
pub(crate) struct GuideShop {
    folder: PathBuf,
    sandbox: String,
    paytr: String,
    url: String,
    courier: Courier,
    process: Child,
}

impl GuideShop {
    /// Starts the only block in this language, as this file, by the command of the guide, at a free port.
    pub(crate) async fn start(file: &str, language: &str, sandbox: &Sandbox, way: Way) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{file}-{}-{number}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), guide::code(language).unwrap()).unwrap();

        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port().to_string();
        drop(free);
        let words = guide::start(file).unwrap();
        let [program, arguments @ ..] = words.as_slice() else {
            panic!("no command starts {file}");
        };
        let log = File::create(folder.join("log.txt")).unwrap();
        let mut command = Command::new(program);
        // No proxy but the sandbox's.
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default());
        let paytr = match way {
            Way::Setting => {
                command.env("PAYTR_BASE_URL", sandbox.base_url());
                sandbox.base_url()
            }
            Way::Proxy => {
                use_proxy(&mut command, sandbox.proxy().unwrap(), &folder);
                PAYTR
            }
        };
        let process = command
            .args(arguments.iter().map(|word| word.replace(PORT, &port)))
            .current_dir(&folder)
            .env("PORT", &port)
            .env("PAYTR_MERCHANT_ID", "000042")
            .env("PAYTR_MERCHANT_KEY", "guideKEY12345678")
            .env("PAYTR_MERCHANT_SALT", "guideSALT8765432")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let mut shop = Self {
            folder,
            sandbox: sandbox.base_url().to_owned(),
            paytr: paytr.to_owned(),
            url: format!("http://127.0.0.1:{port}"),
            courier: Courier::new(LIMIT).unwrap(),
            process,
        };
        shop.wait_until_it_answers().await;
        shop
    }

    async fn wait_until_it_answers(&mut self) {
        let deadline = Instant::now() + LIMIT;
        while self.get("/").await.status != Some(200) {
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "it ended, {ended:?}: {}", self.log());
            assert!(Instant::now() < deadline, "no answer: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its notification URL.
    pub(crate) fn callback(&self) -> String {
        format!("{}/paytr/callback", self.url)
    }

    /// Lets it ask for a payment page, and gives the order id that it shows. The page is there.
    pub(crate) async fn order(&self) -> String {
        let url = format!("{}/pay", self.url);
        let reply = self
            .courier
            .send("POST", &url, None, Vec::new())
            .await
            .unwrap();
        let page = String::from_utf8(reply.body).unwrap();
        assert_eq!(reply.status, Some(200), "{page}: {}", self.log());
        let between = |start: &str, end: char| {
            let (_, rest) = page.split_once(start).unwrap();
            rest.split(end).next().unwrap().to_owned()
        };
        let iframe = between("<iframe src=", ' ');
        let iframe = iframe.trim_matches(['"', '\'']);
        let path = iframe.strip_prefix(&self.paytr).unwrap();
        let shown = format!("{}{path}", self.sandbox);
        let shown = self.courier.send("GET", &shown, None, Vec::new()).await;
        assert_eq!(shown.unwrap().status, Some(200), "{iframe}");
        between("<p>", '<')
    }

    /// Posts a notification to it.
    pub(crate) async fn notify(&self, body: String) -> ShopReply {
        self.courier.deliver(&self.callback(), body).await.unwrap()
    }

    /// Gets one of its pages.
    pub(crate) async fn get(&self, path: &str) -> ShopReply {
        let url = format!("{}{path}", self.url);
        self.courier
            .send("GET", &url, None, Vec::new())
            .await
            .unwrap()
    }

    /// Whether it has written down that this order is paid.
    pub(crate) fn has_booked(&self, oid: &str) -> bool {
        let orders = self.folder.join("orders");
        orders.join(format!("{oid}.paid")).is_file()
    }

    /// How often it said that it delivers this order.
    pub(crate) fn deliveries(&self, oid: &str) -> usize {
        self.log().matches(&format!("deliver {oid}")).count()
    }

    fn log(&self) -> String {
        let log = fs::read(self.folder.join("log.txt")).unwrap();
        String::from_utf8_lossy(&log).into_owned()
    }
}

/// As the lines say that `paytr sandbox --proxy` prints for PHP and Python.
fn use_proxy(command: &mut Command, proxy: &Proxy, folder: &Path) {
    let certificate = folder.join("paytr-sandbox-ca.pem");
    fs::write(&certificate, proxy.ca_certificate()).unwrap();
    if command.as_std().get_program() == "php" {
        let certificate = certificate.display();
        command.args(["-d", &format!("curl.cainfo={certificate}")]);
    }
    command
        .env("HTTPS_PROXY", proxy.url())
        .env("SSL_CERT_FILE", certificate);
}

impl Drop for GuideShop {
    fn drop(&mut self) {
        let _ = self.process.start_kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
