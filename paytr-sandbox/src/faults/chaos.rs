use std::num::NonZeroU32;
use std::time::Duration;

use super::planned::OrderChoice;
use super::seeded::Seeded;
use super::{Fault, FaultKind, FaultPlan, PlannedFault};

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
