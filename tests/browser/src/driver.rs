use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};

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

/// Kills a process and its descendants.
///
/// A browser puts itself into a process group of its own, so the group of its driver is not enough.
fn kill_with_descendants(root: u32) {
    let parents = parents();
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        let children = parents.iter().filter(|(_, known)| **known == parent);
        family.extend(children.map(|(child, _)| *child));
        next += 1;
    }
    for id in family {
        let id = i32::try_from(id).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            // It may have ended by itself.
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

/// The parent of every running process.
fn parents() -> HashMap<u32, u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| {
            let id = process.file_name().to_str()?.parse().ok()?;
            let status = fs::read_to_string(process.path().join("status")).ok()?;
            let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
            Some((id, parent.trim().parse().ok()?))
        })
        .collect()
}
