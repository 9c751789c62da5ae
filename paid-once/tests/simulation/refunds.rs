//! Refunds: reserved in the ledger, sent to the provider, and decided by asking where the outcome is unknown.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger as _, RefundState, Reservation};
use paid_once::*;
use tokio::time::{Instant, timeout};

use crate::line::Line;
use crate::node::STORE_TIMEOUT;
use crate::story::{PRICE, Person, Script};
use crate::world::World;

/// After this no refund is still on its way to the provider.
const FLIGHT: Duration = Duration::from_secs(1);
/// Nobody waits longer for a refund to be sent.
const PATIENCE: Duration = Duration::from_millis(600);

/// What the provider gave back, under which reference.
#[derive(Debug, Default)]
pub(crate) struct GivenBack(HashMap<OrderKey, Vec<(String, Money)>>);

impl GivenBack {
    /// The provider executes whatever it is sent. Says which rule that breaks.
    pub(crate) fn execute(
        &mut self,
        refund: &NewRefund,
        paid: Option<Money>,
    ) -> Result<(), String> {
        let before = self.0.entry(refund.order.clone()).or_default();
        let sum: u64 = before.iter().map(|(_, amount)| amount.minor_units()).sum();
        let is_new = before.iter().all(|(known, _)| *known != refund.reference);
        before.push((refund.reference.clone(), refund.amount));
        let fits = |paid: Money| {
            paid.currency() == refund.amount.currency()
                && sum + refund.amount.minor_units() <= paid.minor_units()
        };
        if is_new && paid.is_some_and(fits) {
            return Ok(());
        }
        Err(format!(
            "given back too much or twice: {refund:?} of {paid:?} after {before:?}"
        ))
    }

    fn has(&self, order: &OrderKey, reference: &str) -> bool {
        let of_order = self.0.get(order).into_iter().flatten();
        of_order.into_iter().any(|(known, _)| known == reference)
    }

    pub(crate) fn sum(&self, order: &OrderKey) -> u64 {
        let of_order = self.0.get(order).into_iter().flatten();
        of_order.map(|(_, amount)| amount.minor_units()).sum()
    }
}

/// How a try to send a refund ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// The ledger did not let it be sent.
    No(Reservation),
    Executed,
    /// The provider refused it.
    Refused,
    Unknown,
}

/// What people give back of an order, at any time and more than there is.
pub(crate) async fn some_of(world: Arc<World>, script: Script, name: &'static str) {
    if script.person == Person::TakesOut {
        // They do it there.
        return;
    }
    for number in 0..world.below(3) {
        world.wait_up_to(3_000).await;
        let units = [PRICE / 3, PRICE / 2, PRICE][world.any(3)];
        let currency = [Currency::TRY, Currency::TRY, Currency::TRY, Currency::EUR][world.any(4)];
        // Sometimes two people click on the same button.
        let by = if world.below(3) == 0 { "BOTH" } else { name };
        let reference = format!("{by}{number}");
        let refund = NewRefund::new(script.order.clone(), reference, Money::new(units, currency));
        give_back(&world, refund).await;
    }
}

/// Sends a refund until the ledger refuses it or the provider has it.
pub(crate) async fn give_back(world: &Arc<World>, refund: NewRefund) {
    for _ in 0..20 {
        let line = world.any_node().line();
        let sent = timeout(PATIENCE, send(&line, &refund)).await;
        match sent.ok().and_then(Result::ok) {
            // Not yet, perhaps.
            Some(Sent::No(Reservation::NotPaid | Reservation::UnknownOrder)) | None => {}
            Some(_) => return,
        }
        world.wait_up_to(400).await;
    }
}

/// A process that dies in between, or whose answer is lost, leaves the reservation.
async fn send(line: &Arc<Line>, refund: &NewRefund) -> Result<Sent, StoreError> {
    let world = &line.world;
    let answer = within(line.reserve(refund)).await?;
    if answer != Reservation::Granted {
        return Ok(Sent::No(answer));
    }
    line.way().await;
    if world.fails(15) {
        within(line.cancel(&refund.order, &refund.reference)).await?;
        return Ok(Sent::Refused);
    }
    world.execute(refund);
    world.count(|count| count.refunds += 1);
    line.way().await;
    if world.fails(15) {
        return Ok(Sent::Unknown);
    }
    within(line.confirm(&refund.order, &refund.reference)).await?;
    if world.below(4) == 0 {
        // Somebody asked before it was executed, and says so late. What is confirmed stays.
        within(line.cancel(&refund.order, &refund.reference)).await?;
    }
    Ok(Sent::Executed)
}

/// Asks the provider about refunds whose outcome is unknown, now and then.
pub(crate) async fn decide(world: Arc<World>) {
    loop {
        world.wait_up_to(800).await;
        let line = world.any_node().line();
        // Where it fails, the next time.
        let _ = timeout(PATIENCE * 4, decide_once(&line)).await;
    }
}

async fn decide_once(line: &Arc<Line>) -> Result<(), StoreError> {
    for refund in within(line.undecided_refunds("100001", FLIGHT, 20)).await? {
        line.way().await;
        let (order, reference) = (&refund.order, &*refund.reference);
        let is_executed = line.world.given_back().has(order, reference);
        if is_executed {
            within(line.confirm(order, reference)).await?;
        } else {
            within(line.cancel(order, reference)).await?;
        }
        line.world.count(|count| count.decided += 1);
    }
    Ok(())
}

async fn within<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let answer = timeout(STORE_TIMEOUT, call).await;
    answer.unwrap_or_else(|elapsed| Err(StoreError::new(elapsed)))
}

/// In the end the ledger and the provider tell the same.
pub(crate) async fn check(script: &Script, world: &World) {
    let begun = Instant::now();
    let order = &script.order;
    let mut records = world.ledger.refunds(order).await.unwrap();
    while records.iter().any(|one| one.state == RefundState::Reserved) {
        let age = begun.elapsed();
        assert!(
            age < Duration::from_secs(120),
            "a refund is never decided: {records:?}"
        );
        world.wait_up_to(500).await;
        records = world.ledger.refunds(order).await.unwrap();
    }
    for record in &records {
        let is_executed = world.given_back().has(order, &record.reference);
        let is_written = record.state == RefundState::Executed;
        assert_eq!(
            is_executed, is_written,
            "a refund is not as the provider did it: {record:?}"
        );
    }
    let refunded = world.state(order).await.refunded();
    let refunded = refunded.map_or(0, |sum| sum.minor_units());
    let sum = world.given_back().sum(order);
    assert_eq!(
        refunded, sum,
        "an order shows another sum of refunds: {records:?}"
    );
}
