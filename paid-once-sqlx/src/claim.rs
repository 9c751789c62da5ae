//! What a row says in answer to a claim.

use std::time::Duration;

use paid_once::{Claim, Claimant, Lease, OrderKey, Payment, StoreError};

use crate::value::{Columns, corrupt, money};

/// When to ask again after the order changed while it was asked about.
pub(crate) const AFTER_A_RACE: Duration = Duration::from_millis(100);

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

/// Why a claim was not granted, from the columns `paid_total`, `paid_currency`, `failed` and
/// `lease_left`. Where they give no reason the order has changed since; then the caller asks again.
pub(crate) fn standing(row: &impl Columns, payment: &Payment) -> Result<Claim, StoreError> {
    let paid = money(row, "paid_total", "paid_currency")?;
    match (paid, payment.total()) {
        (Some(paid), Some(total)) if paid == total => return Ok(Claim::Duplicate),
        (Some(_), Some(_)) => return Ok(Claim::Conflict),
        (Some(_), None) => return Ok(Claim::Superseded),
        (None, _) => {}
    }
    let lease_left = row.integer("lease_left")?;
    if let Some(millis @ 1..) = lease_left.and_then(|millis| u64::try_from(millis).ok()) {
        return Ok(Claim::InProgress {
            retry_after: Duration::from_millis(millis),
        });
    }
    if payment.total().is_none() && row.flag("failed")? {
        return Ok(Claim::Duplicate);
    }
    Ok(Claim::InProgress {
        retry_after: AFTER_A_RACE,
    })
}
