use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::processes::kill_with_descendants;

const HOW_TO_INSTALL: &str = "the browser rules need chromium and chromedriver; on Debian: \
                              apt-get install chromium chromium-driver";

/// A running `chromedriver`. It is killed with its browsers when this is dropped.
pub(super) struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    pub(super) fn start() -> Result<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context(HOW_TO_INSTALL)?;
        let stdout = child.stdout.take();
        // From here on it is killed whatever happens.
        let mut driver = Self {
            child,
            url: String::new(),
        };
        let (found, port) = mpsc::channel();
        std::thread::spawn(move || {
            // Reads on to the end: a full pipe would stop the driver.
            for line in stdout
                .into_iter()
                .flat_map(|out| BufReader::new(out).lines())
            {
                let line = line.unwrap_or_default();
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    let _ = found.send(port.trim_end_matches('.').to_owned());
                }
            }
        });
        let port = port.recv_timeout(Duration::from_secs(20));
        let port = port.context("chromedriver did not say its port")?;
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        kill_with_descendants(self.child.id());
        let _ = self.child.wait();
    }
}
