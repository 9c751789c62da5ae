//! Draws a plan of faults from a seed.

use std::num::NonZeroU32;
use std::time::Duration;

use super::fault::{Fault, FaultKind};
use super::plan::FaultPlan;
use super::planned::{OrderChoice, PlannedFault};

/// The plan speaks of so many orders, and of the next so many in the same way.
const ROUND: NonZeroU32 = NonZeroU32::new(16).unwrap();

/// No order has more faults.
const MOST_PER_ORDER: u64 = 3;

/// No attempt after this one has a fault: what is sent often enough arrives.
const LAST_ATTEMPT: u64 = 2;

/// Draws a plan from a seed.
pub(super) fn plan(seed: u64) -> FaultPlan {
    let mut seeded = Seeded::new(seed);
    let mut faults = Vec::new();
    for number in 1..=ROUND.get() {
        let Some(number) = NonZeroU32::new(number) else {
            continue;
        };
        for _ in 0..seeded.below(MOST_PER_ORDER + 1) {
            faults.push(draw(&mut seeded, number));
        }
    }
    FaultPlan {
        seed: Some(seed),
        round: Some(ROUND),
        faults,
    }
}

fn draw(seeded: &mut Seeded, number: NonZeroU32) -> PlannedFault {
    let [first, others @ ..] = FaultKind::ALL;
    let fault = match seeded.pick(first, &others) {
        FaultKind::Duplicate => Fault::Duplicate {
            copies: seeded.pick(1, &[2, 3, 4, 5]),
        },
        FaultKind::Delay => Fault::Delay { by: pause(seeded) },
        FaultKind::Reorder => Fault::Reorder {
            at_most: pause(seeded),
        },
        FaultKind::Drop => Fault::Drop,
        FaultKind::LoseReply => Fault::LoseReply,
        FaultKind::WrongTotal => Fault::WrongTotal {
            // Less. More is what an instalment surcharge looks like, and may be accepted.
            by: seeded.pick(-1, &[-2, -100, -1_000, -3_000]),
        },
        FaultKind::OtherCurrency => Fault::OtherCurrency {
            currency: seeded.pick("EUR", &["USD", "GBP", "RUB"]),
        },
        FaultKind::Forged => Fault::Forged,
        FaultKind::LateAfterCancel => Fault::LateAfterCancel { by: pause(seeded) },
        FaultKind::SlowAnswer => Fault::SlowAnswer { by: pause(seeded) },
    };
    let planned = PlannedFault::new(fault);
    if matches!(fault, Fault::SlowAnswer { .. }) {
        return planned.request(number);
    }
    let attempt = u32::try_from(seeded.below(LAST_ATTEMPT)).unwrap_or_default();
    PlannedFault {
        order: Some(OrderChoice::Number(number)),
        attempt: NonZeroU32::MIN.saturating_add(attempt),
        ..planned
    }
}

/// From 0.1 to 3 seconds.
fn pause(seeded: &mut Seeded) -> Duration {
    Duration::from_millis(100 * (1 + seeded.below(30)))
}

/// Numbers from a seed: `SplitMix64` (Steele, Lea and Flood, 2014).
///
/// Written out, because a seed must mean the same faults with every version of every library.
struct Seeded(u64);

impl Seeded {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 and below this limit; 0 for limit 0. Its bias is far below what a plan shows.
    fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let index = self.below(others.len() as u64 + 1);
        let other = usize::try_from(index)
            .ok()
            .and_then(|index| index.checked_sub(1));
        other
            .and_then(|index| others.get(index))
            .copied()
            .unwrap_or(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of the published implementation for seed 1234567.
    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut numbers = Seeded::new(1_234_567);
        let first: Vec<_> = std::iter::repeat_with(|| numbers.next()).take(3).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }
}
