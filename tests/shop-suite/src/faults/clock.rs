//! A node whose clock is an hour off. Leases are counted by the clock of the database.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::Nodes;
use super::nodes::{Site, start};
use crate::harness::{Program, Shop};

const HOUR: i64 = 3_600;
const LEASE: Duration = Duration::from_secs(2);

/// A node that is an hour ahead neither takes a live lease, nor is its own taken before its time.
pub async fn a_node_an_hour_ahead_keeps_to_the_leases(nodes: Nodes) -> Result<()> {
    node_off_by(nodes, HOUR).await
}

/// A node that is an hour behind takes a lease that has run out, and its own runs out too.
pub async fn a_node_an_hour_behind_keeps_to_the_leases(nodes: Nodes) -> Result<()> {
    node_off_by(nodes, -HOUR).await
}

async fn node_off_by(nodes: Nodes, seconds: i64) -> Result<()> {
    let site = nodes.open().await?;
    let [right, wrong] = site.programs();
    let wrong = with_clock_off_by(wrong, seconds)?;
    takes_over(&site, &right, &wrong, seconds).await?;
    takes_over(&site, &wrong, &right, -seconds).await
}

/// One node claims and is killed in its handler; the other one, whose clock is `seconds` ahead of it,
/// takes the payment over when the lease has run out, and not before.
async fn takes_over(site: &Site, holder: &Program, taker: &Program, seconds: i64) -> Result<()> {
    let slow = holder.clone().handler_delay(Duration::from_millis(1_300));
    let slow = slow.handler_timeout(Duration::from_millis(1_400));
    let [mut holder, taker] = start(&[slow.lease(LEASE), taker.clone()]).await?;
    let _leftovers = [&holder, &taker].map(Leftovers::of);
    let difference = clock(&taker).await? - clock(&holder).await?;
    ensure!(
        (difference - seconds).abs() < 60,
        "the clocks are {difference} s apart, not {seconds} s"
    );
    let (oid, claimed) = claimed_at_once(site, &holder).await?;
    holder.kill();
    let held = taker.notify(&site.market.paid(&oid)).await?;
    ensure!(
        held.is_in_progress() || claimed.elapsed() > LEASE,
        "a live lease was taken: {held:?}"
    );
    if held.is_in_progress() {
        let left: i64 = held.header("retry-after").context("retry-after")?.parse()?;
        ensure!((1..=2).contains(&left), "the lease at most, not {left} s");
    }
    let healed = site.heal(&taker, &oid, b"").await?;
    ensure!(
        claimed.elapsed() >= LEASE,
        "taken over after {:?}, before the lease had run out",
        claimed.elapsed()
    );
    assert_eq!(healed.attempt, 2);
    Ok(())
}

/// An order whose delivery is in the handler, and a moment before its claim.
async fn claimed_at_once(site: &Site, holder: &Shop) -> Result<(String, Instant)> {
    let before = Instant::now();
    let (oid, _unanswered) = site.market.delivery_in_handler(holder).await?;
    Ok((oid, before))
}

/// What time it is at a node, in seconds since 1970, as its answers say.
async fn clock(shop: &Shop) -> Result<i64> {
    let request = crate::harness::request("GET /products", "", b"");
    let answer = shop.exchange(&request).await?;
    let date = answer.header("date").context("a date")?;
    let date = jiff::fmt::rfc2822::parse(date);
    let date = date.with_context(|| format!("{:?}", answer.head))?;
    Ok(date.timestamp().as_second())
}

/// The same program with another clock. Only what time it is changes, not how long anything takes.
fn with_clock_off_by(program: Program, seconds: i64) -> Result<Program> {
    // It knows where its library is, and how the loader is told.
    let environment = Command::new("faketime")
        .args(["-m", "-f", "+0", "printenv", "LD_PRELOAD"])
        .output()
        .context("faketime is missing: run the tests with `cargo xtask test`")?;
    ensure!(
        environment.status.success(),
        "faketime failed: {environment:?}"
    );
    let library = String::from_utf8(environment.stdout)?;
    Ok(program
        .set("LD_PRELOAD", library.trim())
        .set("FAKETIME", format!("{seconds:+}"))
        .set("FAKETIME_DONT_FAKE_MONOTONIC", 1))
}

/// Shared memory that the library of a killed process could not give back.
struct Leftovers(u32);

impl Leftovers {
    fn of(shop: &Shop) -> Self {
        Self(shop.process_id())
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        for name in ["faketime_shm", "sem.faketime_sem"] {
            // A node with the right time has none.
            let _ = fs::remove_file(format!("/dev/shm/{name}_{}", self.0));
        }
    }
}
