//! User-space instructions per notification, counted by valgrind: what other programs do meanwhile does not
//! show in them.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use bench::load;
use bench::server_process::ServerProcess;
use bench::stats::float;

use super::server::PATH;

/// Notifications before the counting begins, and counted ones.
const WARM: usize = 1_000;
const COUNTED: usize = 2_000;

/// Not in earlier builds.
const BY_HAND: [&str; 2] = ["axum-by-hand", "actix-by-hand"];

const SERVERS: [(&str, &str); 6] = [
    ("axum-bare", "axum, form only"),
    ("axum-by-hand", "axum, by hand"),
    ("axum", "PaytrCallbackLayer"),
    ("actix-bare", "actix, form only"),
    ("actix-by-hand", "actix, by hand"),
    ("actix", "settle_with"),
];

/// Counts in this build and, where it is given, in an earlier one.
pub(crate) fn run(earlier: Option<&Path>) -> Result<()> {
    let this = std::env::current_exe()?;
    println!(
        "user-space instructions per notification, and how many of them are SHA-256: valgrind knows no SHA extensions, \
         so that it runs\nthe portable code where the machine needs a few hundred"
    );
    for (kind, name) in SERVERS {
        let now = Counted::of(&this, kind)?;
        print!("  {name:20} {:7.0}, SHA-256 {:6.0}", now.all, now.sha);
        if let Some(earlier) = earlier.filter(|_| !BY_HAND.contains(&kind)) {
            let before = Counted::of(earlier, kind)?;
            print!(
                "   earlier {:7.0}: {:.2} of it, without SHA-256 {:.2}",
                before.all,
                now.all / before.all,
                now.rest() / before.rest(),
            );
        }
        println!();
    }
    Ok(())
}

/// Instructions of one notification.
struct Counted {
    all: f64,
    sha: f64,
}

impl Counted {
    fn of(program: &Path, kind: &str) -> Result<Self> {
        let few = Self::of_a_life(program, kind, WARM)?;
        let many = Self::of_a_life(program, kind, WARM + COUNTED)?;
        let each = |many: f64, few: f64| (many - few) / float(COUNTED);
        Ok(Self {
            all: each(many.all, few.all),
            sha: each(many.sha, few.sha),
        })
    }

    fn rest(&self) -> f64 {
        self.all - self.sha
    }

    /// All of a server's life with so many notifications.
    fn of_a_life(program: &Path, kind: &str, notifications: usize) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let counts = directory.path().join("counts");
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--tool=callgrind"])
            .arg(format!("--callgrind-out-file={}", counts.display()))
            .arg(program)
            .stderr(Stdio::null());
        let server = ServerProcess::start_as(valgrind, &[kind])
            .context("valgrind counts the instructions: apt-get install valgrind")?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let requests = load::requests(server.address(), PATH, 0..notifications)?;
        // One at a time: how many are worked on between two waits must not depend on the machine's load.
        runtime.block_on(load::run(server.address(), requests, 1))?;
        server.terminate()?;
        let listing = Command::new("callgrind_annotate")
            .args(["--inclusive=yes", "--threshold=100"])
            .arg(&counts)
            .output()?;
        ensure!(listing.status.success(), "callgrind_annotate failed");
        let listing = String::from_utf8_lossy(&listing.stdout);
        let of = |function| cost(&listing, function);
        Ok(Self {
            all: of("PROGRAM TOTALS").context("no totals in the listing")?,
            sha: of("sha2::sha256::compress256").unwrap_or(0.0),
        })
    }
}

/// The number at the beginning of the first line that names a function.
fn cost(listing: &str, function: &str) -> Option<f64> {
    let line = listing.lines().find(|line| line.contains(function))?;
    let number = line.split_whitespace().next()?;
    number.replace(',', "").parse().ok()
}
