//! What a row says in answer to a claim.

use std::time::Duration;

use paid_once::{Claimant, Lease, OrderKey, Payment, Standing, StoreError};

use crate::value::{Columns, corrupt, money};

/// In how many milliseconds an order is due that was never opened, or not due any more, when a success of
/// it is claimed; and at the latest any order whose handler failed for the first time.
pub(crate) const DUE_AFTER_A_CLAIM: i64 = 60_000;

/// The lease of a claim that was granted, from the columns `unsettled_claims` and `fence`.
pub(crate) fn lease(
    row: &impl Columns,
    order: OrderKey,
    claimant: Claimant,
) -> Result<Lease, StoreError> {
    let number = |name| row.integer(name)?.ok_or_else(|| corrupt(name));
    let (attempt, fence) = (number("unsettled_claims")?, number("fence")?);
    Ok(Lease::new(
        order,
        claimant,
        u32::try_from(attempt).unwrap_or(u32::MAX),
        u64::try_from(fence).map_err(|_| corrupt("fence"))?,
    ))
}

/// How an order stands towards a payment, from the columns `paid_total`, `paid_currency`, `owed_total`,
/// `owed_currency`, `failed_or_closed` and `lease_left`.
pub(crate) fn standing(row: &impl Columns, payment: &Payment) -> Result<Standing, StoreError> {
    let total = payment.total();
    match (money(row, "paid_total", "paid_currency")?, total) {
        (Some(paid), Some(total)) if paid == total => return Ok(Standing::Duplicate),
        (Some(_), Some(_)) => return Ok(Standing::Conflict),
        (Some(_), None) => return Ok(Standing::Superseded),
        (None, _) => {}
    }
    let lease_left = row.integer("lease_left")?;
    if let Some(millis @ 1..) = lease_left.and_then(|millis| u64::try_from(millis).ok()) {
        return Ok(Standing::InProgress {
            retry_after: Duration::from_millis(millis),
        });
    }
    Ok(match (money(row, "owed_total", "owed_currency")?, total) {
        (Some(owed), Some(total)) if owed != total => Standing::Conflict,
        (Some(_), None) => Standing::Superseded,
        (None, None) if row.flag("failed_or_closed")? => Standing::Duplicate,
        _ => Standing::Open,
    })
}
