//! The ledgers of this build against those of an earlier one, in turns.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use bench::stats::{float, quantile, spread};
use database_servers::Postgres;
use paid_once_sqlx::sqlx::postgres::PgConnection;
use paid_once_sqlx::sqlx::{Connection as _, query};
use tempfile::TempDir;

use crate::redis;

/// The aim: a payment takes at most so many times as long as in the earlier build.
const MOST: f64 = 1.03;
const WRITERS: [usize; 2] = [1, 32];
/// As the rounds know them.
const ORDERS: [&str; 2] = ["opened", "unknown"];
/// Turns that count. In each the builds have two rounds: earlier, this, this, earlier. So neither has the
/// better place, and what makes a machine slower bit by bit slows down both.
const TURNS: usize = 15;
/// About how long a round takes.
const SECONDS: f64 = 0.5;
/// The payments of the first round, which shows how many make a round of that length.
const FIRST: usize = 500;

/// Compares this build with the earlier one, whose `rounds` is the program `earlier`.
pub(crate) async fn run(earlier: &Path) -> Result<()> {
    let this = std::env::current_exe()?.with_file_name("rounds");
    println!(
        "time per payment against the earlier build, one claim and one settlement each, of orders that were \
         opened before and of orders that are unknown; medians of {TURNS} turns, ratios as median (least to \
         most)"
    );

    let directory = TempDir::new()?;
    let file = |name: &str| directory.path().join(name).display().to_string();
    compare(
        "sqlite",
        (earlier, &file("earlier.db")),
        (&this, &file("this.db")),
    )?;

    let server = Postgres::start()?;
    let mut connection = PgConnection::connect(&server.url()).await?;
    for setup in [
        // Else they would fall into the rounds of one build or the other.
        "ALTER SYSTEM SET autovacuum = off",
        "ALTER SYSTEM SET max_wal_size = '8GB'",
        "ALTER SYSTEM SET checkpoint_timeout = '1h'",
        "SELECT pg_reload_conf()",
        "CREATE DATABASE earlier",
        "CREATE DATABASE this",
    ] {
        query(setup).execute(&mut connection).await?;
    }
    connection.close().await?;
    let url = |name| format!("postgres://postgres@127.0.0.1:{}/{name}", server.port());
    compare(
        "postgres",
        (earlier, &url("earlier")),
        (&this, &url("this")),
    )?;
    drop(server);

    let servers = (redis::start()?, redis::start()?);
    let urls = (servers.0.url(), servers.1.url());
    compare("redis", (earlier, &urls.0), (&this, &urls.1))
}

/// Measures both builds, each a program and where its ledger is, and prints them.
fn compare(engine: &str, earlier: (&Path, &str), this: (&Path, &str)) -> Result<()> {
    let mut earlier = Worker::start(earlier.0, engine, earlier.1)?;
    let mut this = Worker::start(this.0, engine, this.1)?;
    println!("\n{engine}");
    for (orders, writers) in ORDERS
        .into_iter()
        .flat_map(|orders| WRITERS.map(|writers| (orders, writers)))
    {
        let payments = payments_for(earlier.round(orders, writers, FIRST)?);
        // The first turn warms up and does not count.
        let (mut ratios, mut befores, mut afters) = (Vec::new(), Vec::new(), Vec::new());
        for turn in 0..=TURNS {
            let first = earlier.round(orders, writers, payments)?;
            let after =
                this.round(orders, writers, payments)? + this.round(orders, writers, payments)?;
            let before = first + earlier.round(orders, writers, payments)?;
            if turn > 0 {
                ratios.push(after / before);
                befores.push(before);
                afters.push(after);
            }
        }
        let verdict = if quantile(&mut ratios, 0.5) <= MOST {
            "reached"
        } else {
            "MISSED"
        };
        let micros = |seconds: &mut [f64]| quantile(seconds, 0.5) * 1e6 / float(2 * payments);
        println!(
            "  {orders}, {writers:2} writers   earlier {:7.1} us   this {:7.1} us   {}, aim at most {MOST}: {verdict}",
            micros(&mut befores),
            micros(&mut afters),
            spread(&mut ratios, 3),
        );
    }
    Ok(())
}

/// As many as make a round of the wanted length, when the first took so many seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive and far below 2^52"
)]
fn payments_for(seconds: f64) -> usize {
    ((float(FIRST) * SECONDS / seconds) as usize).clamp(50, 50_000)
}

/// A running `rounds`. It ends when its input does.
struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(program: &Path, engine: &str, place: &str) -> Result<Self> {
        let mut child = Command::new(program)
            .args([engine, place])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("a piped output")?;
        let output = BufReader::new(output);
        let mut worker = Self {
            child,
            input,
            output,
        };
        let ready = worker.line()?;
        ensure!(ready == "ready", "{} said: {ready}", program.display());
        Ok(worker)
    }

    /// The seconds that a round took.
    fn round(&mut self, orders: &str, writers: usize, payments: usize) -> Result<f64> {
        let input = self.input.as_mut().context("a piped input")?;
        writeln!(input, "{orders} {writers} {payments}")?;
        Ok(self.line()?.parse()?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.output.read_line(&mut line)?;
        ensure!(read > 0, "a build ended early; above it says why");
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
