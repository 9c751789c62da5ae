//! One database engine: its floor, its ledger, and what the ledger should reach.

use anyhow::Result;

use crate::contender::{Contender, Round};

/// Rounds that count, for each number of writers.
const ROUNDS: usize = 5;

/// An engine with everything that is measured on it.
pub(crate) struct Engine {
    /// Its name, and the settings that decide how durable it is.
    pub(crate) title: String,
    /// The bare engine first, then what is compared with it.
    pub(crate) contenders: Vec<Compared>,
}

/// A contender and its place.
pub(crate) struct Compared {
    pub(crate) contender: Box<dyn Contender>,
    /// The ratio to the floor that it should reach. The floor itself, and what only informs, has none.
    pub(crate) aim: Option<Aim>,
    /// The only number of writers it is measured with, if it does not take any.
    pub(crate) only_with: Option<usize>,
}

/// A ratio to reach, and with how many writers.
#[derive(Clone, Copy)]
pub(crate) struct Aim {
    pub(crate) ratio: f64,
    pub(crate) with_writers: &'static [usize],
}

impl Compared {
    pub(crate) fn floor(contender: impl Contender + 'static) -> Self {
        Self {
            contender: Box::new(contender),
            aim: None,
            only_with: None,
        }
    }

    pub(crate) fn aiming(contender: impl Contender + 'static, aim: Aim) -> Self {
        Self {
            aim: Some(aim),
            ..Self::floor(contender)
        }
    }
}

impl Engine {
    /// The rounds of each contender that takes so many writers, in their order. They alternate, so that
    /// a machine whose speed drifts drifts for all.
    pub(crate) async fn measure(&mut self, writers: usize) -> Result<Vec<(&Compared, Vec<Round>)>> {
        let takes = |compared: &Compared| compared.only_with.is_none_or(|only| only == writers);
        let mut rounds: Vec<Vec<Round>> = Vec::new();
        rounds.resize_with(self.contenders.len(), Vec::new);
        // The first round of each warms up and does not count.
        for round in 0..=ROUNDS {
            for (compared, rounds) in self.contenders.iter_mut().zip(&mut rounds) {
                if takes(compared) {
                    let measured = compared.contender.round(writers).await?;
                    if round > 0 {
                        rounds.push(measured);
                    }
                }
            }
        }
        let measured = self.contenders.iter().zip(rounds);
        Ok(measured.filter(|(compared, _)| takes(compared)).collect())
    }
}
