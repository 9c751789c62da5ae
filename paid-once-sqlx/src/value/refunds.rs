//! Refunds, and whether one more may be reserved.

use paid_once::refund::{NewRefund, RefundRecord, RefundState, Reservation};
use paid_once::{Money, StoreError};

use super::{Columns, corrupt, money, number, optional_time, order_key, text, time};

pub(crate) fn refund(row: &impl Columns) -> Result<RefundRecord, StoreError> {
    let amount = money(row, "amount", "currency")?.ok_or_else(|| corrupt("amount"))?;
    let refund = NewRefund::new(order_key(row)?, text(row, "reference")?, amount);
    let state = row.text("state")?.and_then(RefundState::from_name);
    Ok(RefundRecord::new(
        refund.by(text(row, "asked_by")?),
        state.ok_or_else(|| corrupt("state"))?,
        time(row, "reserved_at")?,
        optional_time(row, "decided_at")?,
    ))
}

/// Whether a refund may be reserved, from the columns `is_known`, `paid_total` and `paid_currency` of its order,
/// `taken`, which is what counts of the order's refunds, and `is_duplicate`. It holds as long as nobody else can
/// reserve one of the same order.
pub(crate) fn reservation(
    row: &impl Columns,
    refund: &NewRefund,
) -> Result<Reservation, StoreError> {
    let is_known = row.flag("is_known")?;
    let paid = money(row, "paid_total", "paid_currency")?;
    let paid = match paid.or(refund.paid.filter(|_| !is_known)) {
        Some(paid) => paid,
        None if is_known => return Ok(Reservation::NotPaid),
        None => return Ok(Reservation::UnknownOrder),
    };
    if row.flag("is_duplicate")? {
        return Ok(Reservation::Duplicate);
    }
    let left = paid.minor_units().saturating_sub(number(row, "taken")?);
    let left = Money::new(left, paid.currency());
    let (amount, other_currency) = (refund.amount, refund.amount.currency() != paid.currency());
    Ok(
        if other_currency || amount.minor_units() > left.minor_units() {
            Reservation::Exceeds { left }
        } else {
            Reservation::Granted
        },
    )
}
