//! A primary with a standby, on one URL: the primary is gone, the standby is promoted.

use std::time::Duration;

use anyhow::{Result, ensure};
use database_servers::{PgBouncer, Postgres};
use paytr_sandbox::TestCard;

use super::Nodes;
use super::nodes::{Site, agree, patiently, start};
use crate::harness::{Answer, Shop};
use crate::rules::flood::deliver_copies;
use crate::rules::kill::with_short_lease;

/// Deliveries are under way when the primary dies and its synchronous standby is promoted: what was answered `OK`
/// has its receipt, and every payment has one.
pub async fn a_promoted_synchronous_standby_has_every_receipt_once(nodes: Nodes) -> Result<()> {
    let mut primary = Postgres::start()?;
    let standby = primary.standby(true)?;
    let site = nodes.open_at(both(&primary, &standby)).await?;
    // A claim that the standby has, of a handler that was cut off, runs out soon.
    let shops = start(&site.programs().map(with_short_lease)).await?;
    let mut orders = Vec::new();
    for shop in shops.iter().cycle().take(24) {
        orders.push(shop.open_order().await?);
    }
    let mut streams = Vec::new();
    for (oid, shop) in orders.iter().zip(shops.iter().cycle()) {
        streams.push((oid, shop.send(&site.market.paid(oid)).await?));
    }
    // Some of them are through.
    let mut acknowledged = Vec::new();
    for (oid, mut stream) in streams.drain(..6) {
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok(), "{answer:?}");
        acknowledged.push(oid.clone());
    }
    primary.crash()?;
    standby.promote()?;
    for (oid, mut stream) in streams {
        let answer = Answer::read(&mut stream).await?;
        ensure!(answer.is_ok() || answer.asks_again(), "{answer:?}");
        if answer.is_ok() {
            acknowledged.push(oid.clone());
        }
    }
    // Before anything is delivered again: what was acknowledged is there.
    let there = patiently("the receipts of a node", async || shops[1].receipts().await).await?;
    for oid in &acknowledged {
        let mut receipts = there.iter().filter(|receipt| receipt.merchant_oid == *oid);
        ensure!(receipts.next().is_some(), "OK was said, and {oid} is lost");
    }
    for (oid, shop) in orders.iter().zip(shops.iter().rev().cycle()) {
        shop.notify_until_ok(&site.market.paid(oid)).await?;
    }
    agree(&shops, &orders).await?;
    // New orders too.
    let oid = shops[0].open_order().await?;
    ensure!(shops[1].notify(&site.market.paid(&oid)).await?.is_ok());
    agree(&shops, &[oid]).await
}

/// An asynchronous standby lacks what the primary said `OK` to last. That is lost with the primary, PayTR does not come
/// again, and asking PayTR books all of it.
pub async fn what_an_asynchronous_standby_lacks_is_booked_by_asking(nodes: Nodes) -> Result<()> {
    let mut primary = Postgres::start()?;
    let standby = primary.standby(false)?;
    let site = nodes.open_at(both(&primary, &standby)).await?;
    let every = Duration::from_millis(300);
    let programs = site.programs().map(|program| {
        let program = program.set("SHOP_RECONCILE_EVERY_MS", every.as_millis());
        program.set(
            "SHOP_RECONCILE_AFTER_MS",
            Duration::from_secs(3).as_millis(),
        )
    });
    let shops = start(&programs).await?;
    let (kept, lacked) = (paid(&site, &shops, 4).await?, paid(&site, &shops, 8).await?);
    for oid in &kept {
        ensure!(shops[0].notify(&site.market.paid(oid)).await?.is_ok());
    }
    primary.sql("SELECT pg_switch_wal()")?;
    until_it_has(&primary, &standby)?;
    standby.sql("ALTER SYSTEM SET primary_conninfo = ''")?;
    standby.sql("SELECT pg_reload_conf()")?;
    patiently("nothing more reaches the standby", async || {
        let connected = primary.sql("SELECT count(*) FROM pg_stat_replication")?;
        ensure!(connected == "0", "{connected}");
        Ok(())
    })
    .await?;
    for (oid, shop) in lacked.iter().zip(shops.iter().cycle()) {
        ensure!(shop.notify(&site.market.paid(oid)).await?.is_ok());
    }
    primary.crash()?;
    standby.promote()?;
    let there = patiently("the receipts of a node", async || shops[0].receipts().await).await?;
    eprintln!(
        "of {} payments that were acknowledged the standby lacked {}",
        kept.len() + lacked.len(),
        kept.len() + lacked.len() - there.len()
    );
    let all = [kept, lacked].concat();
    for oid in &all {
        shops[1].until_state(oid, "paid").await?;
    }
    agree(&shops, &all).await
}

/// Two nodes behind `PgBouncer` in transaction mode, with fewer server connections than one of them opens.
pub async fn behind_a_transaction_pooler_copies_leave_one_receipt_each(nodes: Nodes) -> Result<()> {
    let server = Postgres::start()?;
    let bouncer = PgBouncer::before(server.port(), 4, &[])?;
    let url = format!("{}?pgbouncer=true", bouncer.url());
    let site = nodes.open_at(url).await?;
    let shops = site.start().await?;
    let [one, other] = &shops;
    for pair in [[one, other], [other, one]] {
        deliver_copies(&site.market, &pair).await?;
    }
    let orders: Vec<_> = one
        .receipts()
        .await?
        .into_iter()
        .map(|receipt| receipt.merchant_oid)
        .collect();
    ensure!(!orders.is_empty(), "nothing was booked");
    agree(&shops, &orders).await
}

fn both(primary: &Postgres, standby: &Postgres) -> String {
    let other = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port());
    primary
        .url()
        .replace(&format!("127.0.0.1:{}", primary.port()), &other)
}

/// Orders that PayTR took the money for, whose notifications it leaves to the test.
async fn paid(site: &Site, shops: &[Shop; 2], count: usize) -> Result<Vec<String>> {
    let mut orders = Vec::new();
    for shop in shops.iter().cycle().take(count) {
        let oid = shop.open_order().await?;
        site.market.sandbox().pay(&oid, TestCard::Visa)?;
        orders.push(oid);
    }
    Ok(orders)
}

/// Waits until the standby has all that the primary wrote.
fn until_it_has(primary: &Postgres, standby: &Postgres) -> Result<()> {
    let written = primary.sql("SELECT pg_current_wal_flush_lsn()")?;
    let has = format!("SELECT pg_last_wal_receive_lsn() >= '{written}'::pg_lsn");
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while standby.sql(&has)? != "t" {
        ensure!(
            std::time::Instant::now() < until,
            "the standby stays behind"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
