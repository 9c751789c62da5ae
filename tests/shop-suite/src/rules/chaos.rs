//! Plans of faults between PayTR and the shop, each drawn from a seed.

use std::collections::{HashMap, HashSet};
use std::env;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use paytr_sandbox::{
    FaultKind, FaultPlan, NotificationState, OrderSnapshot, OrderState, Sandbox, TestCard,
};
use tokio::time::sleep;

use crate::Program;
use crate::harness::{CALLBACK, Market, Purchase, Receipt, Shop, eventually};

const SEEDS: std::ops::Range<u64> = 0..200;

/// A seed that is tried alone.
const ONE_SEED: &str = "SUITE_CHAOS_SEED";

/// The sandbox's time goes a hundred times as fast as the machine's.
const STEP: Duration = Duration::from_millis(500);
const STEP_TAKES: Duration = Duration::from_millis(5);

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    DeclinedThenPaid,
    Declined,
    Left,
    Expired,
    Untouched,
}

const FATES: [Fate; 6] = [
    Fate::Paid,
    Fate::DeclinedThenPaid,
    Fate::Declined,
    Fate::Left,
    Fate::Expired,
    Fate::Untouched,
];

/// Whatever goes wrong on the way, each paid order has one receipt with what was paid, and no other
/// order has any.
pub async fn two_hundred_plans_of_faults_leave_one_receipt_per_paid_order(
    program: Program,
) -> Result<()> {
    let name = program.name();
    // As often as it takes: giving up is not what is looked at here.
    let sandbox = Sandbox::builder()
        .resend_every(Duration::from_secs(1))
        .max_attempts(1_000_000);
    let market = Market::open_with(program, sandbox).await?;
    let shop = market.shop().start().await?;
    market.sandbox().set_notify_url(&shop.url(CALLBACK))?;
    let seeds = match env::var(ONE_SEED) {
        Ok(seed) => {
            let seed = seed
                .parse()
                .with_context(|| format!("{ONE_SEED} is no seed"))?;
            vec![seed]
        }
        Err(_) => SEEDS.collect(),
    };
    let are_all = seeds.len() > 1;
    let mut happened = HashSet::new();
    for seed in seeds {
        let outcome = tokio::select! {
            outcome = under_chaos(market.sandbox(), &shop, seed) => outcome,
            () = hurry(market.sandbox()) => Ok(()),
        };
        outcome.with_context(|| {
            format!(
                "seed {seed} fails; the same again: \
                 {ONE_SEED}={seed} cargo nextest run -p {name} -E 'test(chaos)'"
            )
        })?;
        let orders = market.sandbox().orders();
        let attempts = orders.iter().flat_map(|order| &order.attempts);
        happened.extend(attempts.filter_map(|attempt| attempt.fault));
    }
    // The others leave no attempt of their own.
    let seen = [
        FaultKind::Duplicate,
        FaultKind::Drop,
        FaultKind::LoseReply,
        FaultKind::WrongTotal,
        FaultKind::OtherCurrency,
        FaultKind::Forged,
        FaultKind::LateAfterCancel,
    ];
    let missing = seen.iter().find(|kind| !happened.contains(*kind));
    ensure!(!are_all || missing.is_none(), "never happened: {missing:?}");
    Ok(())
}

/// Moves the clock on for ever.
async fn hurry(sandbox: &Sandbox) {
    loop {
        sleep(STEP_TAKES).await;
        sandbox.advance_clock(STEP);
    }
}

async fn under_chaos(sandbox: &Sandbox, shop: &Shop, seed: u64) -> Result<()> {
    sandbox.reset();
    sandbox.set_faults(FaultPlan::chaos(seed));
    let mut fates = HashMap::new();
    // Another order comes first with another seed, so that each fate meets each fault.
    let first = usize::try_from(seed)? % FATES.len();
    for fate in FATES.into_iter().cycle().skip(first).take(FATES.len()) {
        let oid = shop.buy(&Purchase::pen()).await?.merchant_oid;
        meet(sandbox, &oid, fate)?;
        fates.insert(oid, fate);
    }
    eventually("every notification is acknowledged", async || {
        let orders = sandbox.orders();
        let settled = |order: &OrderSnapshot| {
            let untouched = fates.get(&order.merchant_oid) == Some(&Fate::Untouched);
            untouched || order.notification == Some(NotificationState::Done)
        };
        Ok(orders.iter().all(settled).then_some(()))
    })
    .await
    .with_context(|| format!("{:#?}", sandbox.orders()))?;

    let receipts = shop.receipts().await?;
    for order in sandbox.orders() {
        let fate = fates.get(&order.merchant_oid).context("an unknown order")?;
        let of_order = receipts
            .iter()
            .filter(|one| one.merchant_oid == order.merchant_oid);
        let paid: Vec<_> = of_order.filter(|one| one.outcome == "paid").collect();
        check(&order, *fate, &paid).with_context(|| format!("{fate:?}: {paid:?}\n{order:#?}"))?;
        let state = shop.state(&order.merchant_oid).await?;
        let is_paid = matches!(order.state, OrderState::Paid { .. });
        ensure!(
            (state == "paid") == is_paid,
            "{fate:?}: the shop says {state}\n{order:#?}"
        );
    }
    Ok(())
}

fn meet(sandbox: &Sandbox, oid: &str, fate: Fate) -> Result<()> {
    match fate {
        Fate::Paid => sandbox.pay(oid, TestCard::Visa)?,
        Fate::DeclinedThenPaid => {
            sandbox.pay(oid, TestCard::LimitExceeded)?;
            sandbox.pay(oid, TestCard::Troy)?;
        }
        Fate::Declined => sandbox.pay(oid, TestCard::FraudAlert)?,
        Fate::Left => sandbox.leave(oid)?,
        Fate::Expired => sandbox.expire(oid)?,
        Fate::Untouched => {}
    }
    Ok(())
}

fn check(order: &OrderSnapshot, fate: Fate, paid: &[&Receipt]) -> Result<()> {
    let is_to_be_paid = matches!(fate, Fate::Paid | Fate::DeclinedThenPaid);
    if let OrderState::Paid { total, .. } = order.state {
        ensure!(is_to_be_paid, "it is paid");
        ensure!(paid.len() == 1, "{} receipts", paid.len());
        ensure!(paid.iter().all(|one| one.total == total), "not {total}");
    } else {
        ensure!(!is_to_be_paid, "it is not paid");
        ensure!(paid.is_empty(), "{} receipts", paid.len());
    }
    let forged = order.attempts.iter();
    let mut forged = forged.filter(|attempt| attempt.fault == Some(FaultKind::Forged));
    ensure!(
        !forged.any(|attempt| attempt.acknowledged),
        "a forged one is OK"
    );
    Ok(())
}
