//! The shop's process is killed (SIGKILL) at every moment of a delivery, and starts again on its
//! database.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::Program;
use crate::harness::{Market, PATIENCE, Receipt, Shop, eventually, notification};

const DELAY: Duration = Duration::from_millis(60);
const TIMEOUT: Duration = Duration::from_millis(300);
/// Short, so that a claim of a dead process does not hold the next delivery off for long, and with some time
/// for the database beside the handler's.
const LEASE: Duration = Duration::from_secs(1);

/// Where a kill found the delivery, as far as one can see from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    BeforeTheClaim,
    AfterTheClaim,
    AfterTheReceipt,
}

impl Found {
    /// Where a fault found the delivery: from the receipts before the next one, and from the attempt of
    /// the receipt after it.
    pub(crate) fn from(before: &[Receipt], after: &[Receipt]) -> Self {
        match (before.len(), after.first().map(|receipt| receipt.attempt)) {
            (1, _) => Self::AfterTheReceipt,
            (_, Some(1)) => Self::BeforeTheClaim,
            _ => Self::AfterTheClaim,
        }
    }

    /// Faults that all came at the same place show nothing about the others.
    pub(crate) fn everywhere(found: &[Self]) {
        for place in [
            Self::BeforeTheClaim,
            Self::AfterTheClaim,
            Self::AfterTheReceipt,
        ] {
            assert!(found.contains(&place), "no fault was {place:?}: {found:?}");
        }
    }
}

/// Killed at moments spread over a whole delivery: always one receipt in the end.
pub async fn a_kill_at_any_moment_of_a_delivery_leaves_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let program = shop_with_short_lease(&market);
    let mut shop = program.start().await?;
    let whole = time_of_a_delivery(&market, &shop).await?;
    let rounds = 16_u32;
    let mut found = Vec::new();
    for round in 0..=rounds {
        let moment = whole.mul_f64(1.1) * round / rounds;
        found.push(kill_round(&market, &program, &mut shop, moment).await?);
    }
    Found::everywhere(&found);
    one_receipt_each(&shop, 1 + usize::try_from(rounds)? + 1).await
}

/// Killed half a millisecond apart around the transaction that writes receipt and settlement.
pub async fn a_kill_around_the_transaction_leaves_one_receipt(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let program = shop_with_short_lease(&market);
    let mut shop = program.start().await?;
    let whole = time_of_a_delivery(&market, &shop).await?;
    let rounds = 30_u32;
    let from = whole.saturating_sub(Duration::from_millis(12));
    for round in 0..rounds {
        let moment = from + Duration::from_micros(500) * round;
        kill_round(&market, &program, &mut shop, moment).await?;
    }
    one_receipt_each(&shop, 1 + usize::try_from(rounds)?).await
}

/// Killed in the handler again and again, the payment is still handled in the end, and the handler is
/// told which attempt it is.
pub async fn a_shop_killed_in_every_attempt_still_books_once(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let program = shop_with_short_lease(&market);
    let slow = program.clone().handler_delay(Duration::from_secs(20));
    let mut shop = slow.start().await?;
    let oid = shop.open_order().await?;
    for _ in 0..4 {
        // The claim of the process killed before must run out first. A delivery that is not answered at
        // once holds the new one.
        let _held = eventually("a delivery holds the claim", async || {
            let stream = shop.send(&market.paid(&oid)).await?;
            let mut first = [0];
            let answered = timeout(Duration::from_millis(200), stream.peek(&mut first)).await;
            Ok(answered.is_err().then_some(stream))
        })
        .await?;
        shop.kill();
        shop = slow.start().await?;
        assert_eq!(shop.receipts().await?, []);
        // Nobody knows whether its process is dead before its lease is over; then the payment is owed.
        let state = shop.state(&oid).await?;
        ensure!(state == "pending" || state == "undelivered", "{state}");
    }
    drop(shop);
    let shop = program.start().await?;
    shop.notify_until_ok(&market.paid(&oid)).await?;
    let receipts = shop.receipts().await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    // Exactly the fifth, unless the machine was too busy for one of them to begin or to end in time.
    assert!(
        receipts.iter().all(|receipt| receipt.attempt >= 3),
        "{receipts:?}"
    );
    Ok(())
}

/// A second process takes over when the lease of a killed one has run out, and not before.
pub async fn a_second_process_takes_over_from_a_killed_one(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let lease = Duration::from_secs(2);
    let slow = market
        .shop()
        .handler_timeout(Duration::from_millis(1_400))
        .lease(lease)
        .handler_delay(Duration::from_millis(1_300));
    let (mut first, second) = (slow.start().await?, market.shop().start().await?);
    let (oid, _unanswered) = market.delivery_in_handler(&first).await?;
    let held = second.notify(&market.paid(&oid)).await?;
    assert!(held.is_in_progress(), "{held:?}");
    let left: u64 = held.header("retry-after").context("retry-after")?.parse()?;
    assert!((1..=2).contains(&left), "the whole lease at most: {left} s");
    first.kill();
    let answers = second.notify_until_ok(&market.paid(&oid)).await?;
    assert!(
        answers.len() > 1,
        "the lease still held when its process died"
    );
    let receipts = second.receipts_of(&oid).await?;
    let attempts: Vec<_> = receipts.iter().map(|receipt| receipt.attempt).collect();
    assert_eq!(attempts, [2]);
    Ok(())
}

/// Killed in the middle of many deliveries of different orders: each order has one receipt in the end.
pub async fn a_kill_among_many_deliveries_leaves_one_receipt_each(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let program = shop_with_short_lease(&market);
    let mut shop = program.start().await?;
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(shop.open_order().await?);
    }
    for moment in [5, 62, 66, 70] {
        let mut streams = Vec::new();
        for oid in &orders {
            streams.push(shop.send(&market.paid(oid)).await?);
        }
        std::thread::sleep(Duration::from_millis(moment));
        shop.kill();
        shop = program.start().await?;
        for oid in &orders {
            consistent(&shop, oid).await?;
        }
    }
    for oid in &orders {
        shop.notify_until_ok(&market.paid(oid)).await?;
    }
    one_receipt_each(&shop, orders.len()).await
}

fn shop_with_short_lease(market: &Market) -> Program {
    with_short_lease(market.shop())
}

pub(crate) fn with_short_lease(program: Program) -> Program {
    let program = program.handler_delay(DELAY);
    program.handler_timeout(TIMEOUT).lease(LEASE)
}

/// How long a delivery takes that nobody disturbs.
pub(crate) async fn time_of_a_delivery(market: &Market, shop: &Shop) -> Result<Duration> {
    let oid = shop.open_order().await?;
    let started = Instant::now();
    let answer = shop.notify(&market.paid(&oid)).await?;
    ensure!(answer.is_ok(), "{answer:?}");
    Ok(started.elapsed())
}

/// Delivers the notification of a new order, kills the shop after `moment`, starts it again on the same
/// database and delivers until `OK`.
async fn kill_round(
    market: &Market,
    program: &Program,
    shop: &mut Shop,
    moment: Duration,
) -> Result<Found> {
    let oid = shop.open_order().await?;
    let answer = kill_in_a_delivery(shop, &market.paid(&oid), moment).await?;
    *shop = program.start().await?;
    let receipts = consistent(shop, &oid).await?;
    if answer.ends_with(b"\r\n\r\nOK") {
        assert_eq!(
            receipts.len(),
            1,
            "OK was said before the payment was durable"
        );
    }
    shop.notify_until_ok(&market.paid(&oid)).await?;
    let after = consistent(shop, &oid).await?;
    assert_eq!(after.len(), 1, "killed after {moment:?}: {after:?}");
    Ok(Found::from(&receipts, &after))
}

/// Delivers a notification and kills the shop after `moment`. The answer may be cut off.
pub(crate) async fn kill_in_a_delivery(
    shop: &mut Shop,
    body: &str,
    moment: Duration,
) -> Result<Vec<u8>> {
    let mut stream = shop.connect().await?;
    let request = notification(body);
    if moment.is_zero() {
        // Before the claim for sure: the end of the request is missing.
        stream
            .write_all(request.get(..request.len() - 1).context("a request")?)
            .await?;
    } else {
        stream.write_all(&request).await?;
        // Finer than tokio's timer, and nothing else has to run meanwhile.
        std::thread::sleep(moment);
    }
    shop.kill();
    let mut answer = Vec::new();
    // The kill may reset the connection.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await?;
    Ok(answer)
}

/// Never two receipts, never a paid order without one, never a receipt of an order that is not paid.
async fn consistent(shop: &Shop, oid: &str) -> Result<Vec<Receipt>> {
    let (state, receipts) = (shop.state(oid).await?, shop.receipts_of(oid).await?);
    assert!(receipts.len() <= 1, "{receipts:?}");
    assert_eq!(
        state == "paid",
        receipts.len() == 1,
        "{state}: {receipts:?}"
    );
    Ok(receipts)
}

pub(crate) async fn one_receipt_each(shop: &Shop, orders: usize) -> Result<()> {
    let receipts = shop.receipts().await?;
    let mut oids: Vec<_> = receipts
        .iter()
        .map(|receipt| &receipt.merchant_oid)
        .collect();
    oids.sort_unstable();
    oids.dedup();
    assert_eq!(
        (receipts.len(), oids.len()),
        (orders, orders),
        "{receipts:?}"
    );
    Ok(())
}
