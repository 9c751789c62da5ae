use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::folder::{Account, Folder};
use crate::process::{Process, start_on_a_free_port};
use crate::redis::{AT_ONCE, Redis, answers, ask, find, replicas_have_all};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
const SENTINELS: usize = 3;
const REPLICAS: usize = 2;

/// A primary with two replicas, and three sentinels that make one of them the primary when it is gone.
///
/// Each server keeps what it answered on its disk, as [`Redis`] does. A primary that does not answer for 2 s is
/// taken for gone.
#[derive(Debug)]
pub struct RedisSentinels {
    servers: Vec<Redis>,
    sentinels: Vec<Sentinel>,
}

/// One sentinel on a free port of 127.0.0.1.
#[derive(Debug)]
struct Sentinel {
    // Before the folder: the program must be gone first.
    process: Option<Process>,
    port: u16,
    folder: Folder,
}

impl RedisSentinels {
    /// What the sentinels know the primary by.
    pub const NAME: &str = "mymaster";

    /// Starts all of them. Returns when both replicas have what the primary has, and the sentinels know them and
    /// each other.
    pub fn start() -> Result<Self> {
        Self::start_with(&[], &[])
    }

    /// The same with other settings of the servers, and lines more in the configuration of the sentinels.
    pub fn start_with(settings: &[&str], lines: &[&str]) -> Result<Self> {
        let mut settings = settings.to_vec();
        settings.extend([AT_ONCE, "0"]);
        let primary = Redis::start_with(&settings)?;
        let port = primary.port();
        let mut servers = vec![primary];
        let follow = format!("127.0.0.1 {port}");
        for _ in 0..REPLICAS {
            let mut settings = settings.clone();
            settings.extend(["--replicaof", &follow]);
            servers.push(Redis::start_with(&settings)?);
        }
        let mut all = Self {
            servers,
            sentinels: Vec::new(),
        };
        all.wait_until("both replicas follow", || replicas_have_all(port, REPLICAS))?;
        for _ in 0..SENTINELS {
            all.sentinels.push(Sentinel::start(port, lines)?);
        }
        all.wait_until("the sentinels know all of them", || {
            for sentinel in &all.sentinels {
                let known = ask(sentinel.port, "INFO sentinel")?;
                let others = format!("slaves={REPLICAS},sentinels={SENTINELS}");
                if !known.contains(&others) && !known.starts_with("-NOAUTH") {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(all)
    }

    /// `redis+sentinel://` with the three.
    #[must_use]
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self
            .sentinels
            .iter()
            .map(|sentinel| format!("127.0.0.1:{}", sentinel.port))
            .collect();
        format!("redis+sentinel://{}/{}", hosts.join(","), Self::NAME)
    }

    /// The servers. The first one was the primary when they started.
    #[must_use]
    pub fn servers(&self) -> &[Redis] {
        &self.servers
    }

    /// The same, to crash one.
    pub fn servers_mut(&mut self) -> &mut [Redis] {
        &mut self.servers
    }

    /// Ends one of the sentinels at once.
    pub fn crash_a_sentinel(&mut self) -> Result<()> {
        let mut running = self
            .sentinels
            .iter_mut()
            .filter(|one| one.process.is_some());
        let sentinel = running.next().context("no sentinel runs")?;
        drop(sentinel.process.take());
        Ok(())
    }

    /// Which server the sentinels take for the primary now: its place in [`servers`](Self::servers).
    pub fn primary(&self) -> Result<usize> {
        let running = self.sentinels.iter().find(|one| one.process.is_some());
        let port = running.context("no sentinel runs")?.port;
        let command = format!("SENTINEL GET-MASTER-ADDR-BY-NAME {}", Self::NAME);
        let answer = ask(port, &command)?;
        let is_named = |server: &Redis| answer.contains(&format!("\r\n{}", server.port()));
        let found = self.servers.iter().position(is_named);
        found.with_context(|| format!("no server is the primary: {answer}"))
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while !is_so()? {
            if Instant::now() > until {
                bail!("not in time: {what}, of {:?}", self.servers);
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

impl Sentinel {
    fn start(primary: u16, lines: &[&str]) -> Result<Self> {
        let mut sentinel = Self {
            process: None,
            port: 0,
            folder: Folder::new("sentinel", Account::Own)?,
        };
        start_on_a_free_port(|port| {
            let folder = sentinel.folder.path();
            let name = RedisSentinels::NAME;
            // Sentinels write what they learn into it.
            let file = folder.join("sentinel.conf");
            let lines = lines.join("\n");
            std::fs::write(
                &file,
                format!(
                    "bind 127.0.0.1\nport {port}\ndir {}\n\
                     sentinel monitor {name} 127.0.0.1 {primary} 2\n\
                     sentinel down-after-milliseconds {name} 2000\n\
                     sentinel failover-timeout {name} 3000\n{lines}\n",
                    folder.display()
                ),
            )?;
            let mut command = Command::new(find()?);
            command.arg(&file).arg("--sentinel");
            let mut process = Process::start(&mut command, folder)?;
            process.wait_until(PATIENCE, || Ok(answers(port)))?;
            ensure!(process.status()?.is_none(), "the sentinel ended");
            sentinel.process = Some(process);
            sentinel.port = port;
            Ok(())
        })?;
        Ok(sentinel)
    }
}
