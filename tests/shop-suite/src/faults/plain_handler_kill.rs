//! Handlers that know nothing of the settlement: what is admitted then, counted.
//!
//! Such a node leaves its effect (a line in a file, as another one would send an e-mail) and answers; the
//! gate settles after that. A process that dies in between has its effect done and the payment not settled, so
//! that the next delivery runs the handler once more, and tells it the attempt.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::try_join_all;

use super::Nodes;
use super::nodes::{Site, start};
use crate::harness::{Answer, Program, Shop};
use crate::rules::kill::kill_in_a_delivery;

const KILLS: u32 = 16;

/// Plain nodes beside a shop that opens the orders.
pub(super) struct Plain {
    pub(super) site: Site,
    pub(super) shop: Shop,
    pub(super) program: Program,
    effects: PathBuf,
}

impl Plain {
    async fn open(nodes: Nodes) -> Result<Self> {
        Self::at(nodes.open().await?).await
    }

    pub(super) async fn at(site: Site) -> Result<Self> {
        let shop = site.market.shop().start().await?;
        let effects = site.market.file("effects");
        fs::write(&effects, "")?;
        let program = site.plain().set("NODE_EFFECTS", effects.display());
        let program = program.handler_delay(Duration::from_millis(30));
        let program = program.handler_timeout(Duration::from_millis(300));
        Ok(Self {
            program: program.lease(Duration::from_secs(1)),
            site,
            shop,
            effects,
        })
    }

    /// The attempts whose effect is there, for each order.
    fn effects(&self) -> Result<BTreeMap<String, Vec<u32>>> {
        let mut effects = BTreeMap::<_, Vec<_>>::new();
        for line in fs::read_to_string(&self.effects)?.lines() {
            let (oid, attempt) = line.split_once(' ').context("an effect")?;
            effects
                .entry(oid.to_owned())
                .or_default()
                .push(attempt.parse()?);
        }
        Ok(effects)
    }

    pub(super) fn effects_of(&self, oid: &str) -> Result<Vec<u32>> {
        Ok(self.effects()?.remove(oid).unwrap_or_default())
    }
}

/// Without a death, copies and nodes do not matter: exactly one effect.
pub async fn copies_over_two_plain_nodes_have_one_effect(nodes: Nodes) -> Result<()> {
    let plain = Plain::open(nodes).await?;
    let shops = start(&[plain.program.clone(), plain.program.clone()]).await?;
    for _ in 0..3 {
        let oid = plain.shop.open_order().await?;
        let body = plain.site.market.paid(&oid);
        let copies = shops
            .iter()
            .cycle()
            .take(100)
            .map(|shop| shop.notify(&body));
        let answers = try_join_all(copies).await?;
        ensure!(answers.iter().any(Answer::is_ok));
        for answer in answers {
            ensure!(answer.is_ok() || answer.is_in_progress(), "{answer:?}");
        }
        assert_eq!(plain.effects_of(&oid)?, [1]);
    }
    Ok(())
}

/// Killed at moments spread over a delivery, each time with the next delivery at another node: one
/// effect, and one more exactly where the killed process had left its effect and not settled; that one
/// is told by its attempt.
pub async fn a_plain_handler_has_one_more_effect_per_death_before_its_settlement(
    nodes: Nodes,
) -> Result<()> {
    let plain = Plain::open(nodes).await?;
    let market = &plain.site.market;
    let mut shops = start(&[plain.program.clone(), plain.program.clone()]).await?;
    let whole = time_of_a_delivery(&plain, &shops[0]).await?;
    let mut counts = Counts::default();
    for round in 0..KILLS {
        let moment = whole.mul_f64(1.1) * round / KILLS;
        let oid = plain.shop.open_order().await?;
        let body = market.paid(&oid);
        let answer = kill_in_a_delivery(&mut shops[0], &body, moment).await?;
        let before = plain.effects_of(&oid)?;
        shops[1].notify_until_ok(&body).await?;
        let after = plain.effects_of(&oid)?;
        let counted = counts.add(&answer, &before, &after);
        counted.with_context(|| format!("killed after {moment:?}"))?;
        shops.swap(0, 1);
        shops[1] = plain.program.start().await?;
    }
    eprintln!("{counts:?}");
    ensure!(
        counts.two_effects > 0 && counts.one_effect > 0,
        "the kills all came at one place: {counts:?}"
    );
    Ok(())
}

/// What came of the kills.
#[derive(Debug, Default)]
struct Counts {
    /// Handled by one process, whichever.
    one_effect: u32,
    /// Handled by two: the killed one had left its effect and had not settled.
    two_effects: u32,
    /// Handled by the killed one, and settled before it died.
    settled_and_died: u32,
}

impl Counts {
    /// Looks at the effects of one payment `before` the second delivery and `after` it.
    fn add(&mut self, answer: &[u8], before: &[u32], after: &[u32]) -> Result<()> {
        let acknowledged = answer.ends_with(b"\r\n\r\nOK");
        match (before, after) {
            ([], [1 | 2]) if !acknowledged => self.one_effect += 1,
            ([1], [1]) => self.settled_and_died += 1,
            ([1], [1, 2]) if !acknowledged => self.two_effects += 1,
            _ => bail!("acknowledged: {acknowledged}, effects: {before:?}, then {after:?}"),
        }
        Ok(())
    }
}

/// How long a delivery takes that nobody disturbs.
async fn time_of_a_delivery(plain: &Plain, shop: &Shop) -> Result<Duration> {
    let oid = plain.shop.open_order().await?;
    let started = Instant::now();
    let answer = shop.notify(&plain.site.market.paid(&oid)).await?;
    ensure!(answer.is_ok(), "{answer:?}");
    Ok(started.elapsed())
}
