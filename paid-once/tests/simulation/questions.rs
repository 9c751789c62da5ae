//! When the provider is asked about which order, and what the reconcilers make of its answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use paid_once::*;
use tokio::time::Instant;

use crate::node::{HORIZON, INQUIRE_AFTER, PAGE_LIFE, RESTS, UNDELIVERED_RESTS};

/// How long it may take from taking an order to asking about it: the ledger's answer is on its way.
const GRACE: Duration = Duration::from_millis(100);

/// What the provider said about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    Paid,
    Failed,
    /// Not paid so far.
    Unpaid,
    /// Money is held for it.
    StaysOpen,
    /// Money is there, but not as it should be.
    Review,
    Nothing,
}

impl Told {
    pub(crate) fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Paid(_) => Self::Paid,
            Answer::Failed(_) => Self::Failed,
            Answer::NotYet => Self::Unpaid,
            Answer::StaysOpen => Self::StaysOpen,
            Answer::Review(..) => Self::Review,
            _ => Self::Nothing,
        }
    }
}

/// The questions about an order.
#[derive(Debug)]
struct Asked {
    times: u32,
    last: Instant,
    /// The node that asked last.
    by: Arc<AtomicBool>,
    told: Told,
    /// What the ledger knows of how long the order rests after the last question.
    rests_until: Option<Instant>,
}

/// The questions about all orders.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// Those about orders that are not given up.
    open: HashMap<OrderKey, Asked>,
    /// When each order was given up last.
    closed: HashMap<OrderKey, Instant>,
    /// How often each order was ever asked about.
    ever: HashMap<OrderKey, u32>,
}

impl Questions {
    /// The provider is asked about an order. It must have rested for as long as it should, or at least for as long
    /// as whoever took it may be busy.
    pub(crate) fn ask(
        &mut self,
        order: &OrderKey,
        node: &Arc<AtomicBool>,
        opened: Instant,
        busy_for: Duration,
    ) -> Result<(), String> {
        let now = Instant::now();
        *self.ever.entry(order.clone()).or_default() += 1;
        let closed = self.closed.get(order);
        if closed.is_some_and(|closed| now < *closed + busy_for) {
            // It was taken before another node gave it up, and is none of the questions that begin anew.
            return Ok(());
        }
        let asked = self.open.get(order);
        let not_before = match asked {
            None => opened + INQUIRE_AFTER,
            // Whoever took it may have died, or could not write down how long it should rest.
            Some(asked) => asked
                .rests_until
                .unwrap_or(asked.last + busy_for.saturating_sub(GRACE)),
        };
        let times = asked.map_or(0, |asked| asked.times);
        let asked = Asked {
            times: times + 1,
            last: now,
            by: node.clone(),
            told: Told::Nothing,
            rests_until: None,
        };
        self.open.insert(order.clone(), asked);
        if now < not_before {
            let early = not_before - now;
            return Err(format!("asked about too early: {order}, by {early:?}"));
        }
        Ok(())
    }

    /// The provider answers a node's question.
    pub(crate) fn told(&mut self, order: &OrderKey, node: &Arc<AtomicBool>, told: Told) {
        if let Some(asked) = self.open.get_mut(order)
            && Arc::ptr_eq(&asked.by, node)
        {
            asked.told = told;
        }
    }

    /// The ledger knows how long an order rests. Says how often it was asked about if that pause is one of those
    /// that double.
    pub(crate) fn rests(
        &mut self,
        order: &OrderKey,
        node: &Arc<AtomicBool>,
        opened: Instant,
        (pause, busy_for): (Duration, Duration),
        is_owed: bool,
    ) -> Result<Option<u32>, String> {
        let now = Instant::now();
        let Some(asked) = self.open.get_mut(order) else {
            return Ok(None);
        };
        if !Arc::ptr_eq(&asked.by, node) {
            return Err(format!("two nodes have taken one order: {order}"));
        }
        asked.rests_until = Some(now + pause);
        let longest = RESTS[1];
        let open = at_least(RESTS, asked.times);
        let undelivered = at_least(UNDELIVERED_RESTS, asked.times);
        let at_least = match asked.told {
            Told::Paid => undelivered,
            Told::Review => longest,
            _ if is_owed => undelivered.min(open),
            _ => open,
        };
        // The question at the end of an order's time is not put off.
        let is_last = [PAGE_LIFE, HORIZON].iter().any(|end| {
            let next = now + pause;
            next >= opened + *end && next <= opened + *end + busy_for
        });
        if is_last {
            return Ok(None);
        }
        if pause < at_least || pause > longest.mul_f64(1.2) {
            return Err(format!("a wrong pause: {order} rests {pause:?}, {asked:?}"));
        }
        let doubles = !is_owed && matches!(asked.told, Told::Failed | Told::Unpaid | Told::Nothing);
        Ok(doubles.then_some(asked.times))
    }

    /// What a node was told last, if it was the one that asked last.
    pub(crate) fn last_told(&self, order: &OrderKey, node: &Arc<AtomicBool>) -> Option<Told> {
        let asked = self.open.get(order)?;
        Arc::ptr_eq(&asked.by, node).then_some(asked.told)
    }

    pub(crate) fn forget(&mut self, order: &OrderKey) {
        self.open.remove(order);
        self.closed.insert(order.clone(), Instant::now());
    }

    /// Whether a node may give an order up, which has to be so old.
    pub(crate) fn may_be_closed(
        &self,
        order: &OrderKey,
        node: &Arc<AtomicBool>,
        may_be_at: Instant,
    ) -> Result<(), String> {
        let asked = self.open.get(order);
        let told = self.last_told(order, node);
        let is_unpaid = matches!(told, Some(Told::Failed | Told::Unpaid));
        let is_told = asked.is_none() || is_unpaid;
        if is_told && Instant::now() >= may_be_at {
            return Ok(());
        }
        Err(format!(
            "given up too early, or not because nobody paid: {order}, {asked:?}"
        ))
    }

    /// How often an order was asked about.
    pub(crate) fn times(&self, order: &OrderKey) -> u32 {
        self.ever.get(order).copied().unwrap_or_default()
    }
}

/// The shortest rest after so many questions: they double, up to the longest, and a fifth less is drawn.
fn at_least([first, longest]: [Duration; 2], times: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(times.saturating_sub(1));
    first.saturating_mul(doubled).min(longest).mul_f64(0.8)
}
