//! Between the types of `paid-once` and the columns of any database, and what a row says in answer to a claim.
//! What a back office writes and reads (reviews, refunds, lists) is in files of its own.

mod back_office;
mod refunds;
mod reviews;

use std::time::{Duration, SystemTime};

use paid_once::{
    Claimant, DueOrder, Expected, HandlerFailure, Lease, Mode, Money, OrderKey, OrderRecord,
    OrderState, Payment, Standing, StoreError, Undelivered,
};

pub(crate) use back_office::{OrderColumns, gauges, hour_counts, life};
pub(crate) use refunds::{refund, reservation};
pub(crate) use reviews::{ReviewColumns, ReviewLists, resolved, review};

/// A row of one database, read by the names of its columns. `None` is NULL.
pub(crate) trait Columns {
    fn integer(&self, name: &'static str) -> Result<Option<i64>, StoreError>;
    fn text(&self, name: &'static str) -> Result<Option<&str>, StoreError>;
    fn flag(&self, name: &'static str) -> Result<bool, StoreError>;
}

/// A row or a value that the ledger cannot work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ValueError {
    #[error("the amount {0} is larger than the database can hold")]
    AmountTooLarge(u64),
    #[error("the column {0} holds something that this version never writes")]
    Corrupt(&'static str),
}

/// Minor units and currency code; both `None` where there is no amount.
pub(crate) type MoneyColumns = (Option<i64>, Option<String>);

pub(crate) fn money_columns(money: Option<Money>) -> Result<MoneyColumns, StoreError> {
    let Some(money) = money else {
        return Ok((None, None));
    };
    let units = money.minor_units();
    let units =
        i64::try_from(units).map_err(|_| StoreError::new(ValueError::AmountTooLarge(units)))?;
    Ok((Some(units), Some(money.currency().code().to_owned())))
}

pub(crate) fn expected_kind(expected: Expected) -> &'static str {
    match expected {
        Expected::Exactly(_) => "exactly",
        Expected::AtLeast(_) => "at_least",
        Expected::Unknown => "unknown",
    }
}

pub(crate) fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

pub(crate) fn claimant_bytes(claimant: Claimant) -> Vec<u8> {
    claimant.to_bits().to_be_bytes().to_vec()
}

/// Whole milliseconds, rounded up, so that no time comes out shorter than asked. At most a thousand
/// years: sums with the clock cannot overflow.
pub(crate) fn millis(duration: Duration) -> i64 {
    const MOST: i64 = 1_000 * 366 * 86_400 * 1_000;
    let millis = duration.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(MOST).min(MOST)
}

pub(crate) fn money(
    row: &impl Columns,
    units: &'static str,
    currency: &'static str,
) -> Result<Option<Money>, StoreError> {
    let (Some(minor_units), Some(code)) = (row.integer(units)?, row.text(currency)?) else {
        return Ok(None);
    };
    let minor_units = u64::try_from(minor_units).map_err(|_| corrupt(units))?;
    let currency = code.parse().map_err(|_| corrupt(currency))?;
    Ok(Some(Money::new(minor_units, currency)))
}

pub(crate) fn expected(row: &impl Columns) -> Result<Expected, StoreError> {
    let amount = money(row, "expected_total", "expected_currency")?;
    match (row.text("expected_kind")?, amount) {
        (Some("exactly"), Some(amount)) => Ok(Expected::Exactly(amount)),
        (Some("at_least"), Some(amount)) => Ok(Expected::AtLeast(amount)),
        (Some("unknown"), None) => Ok(Expected::Unknown),
        _ => Err(corrupt("expected_kind")),
    }
}

pub(crate) fn record(row: &impl Columns) -> Result<OrderRecord, StoreError> {
    Ok(OrderRecord::new(
        order_key(row)?,
        expected(row)?,
        mode(row)?,
        row.text("session")?.map(str::to_owned),
        state(row)?,
        time(row, "opened_at")?,
    ))
}

fn mode(row: &impl Columns) -> Result<Mode, StoreError> {
    match row.text("mode")? {
        Some("live") => Ok(Mode::Live),
        Some("test") => Ok(Mode::Test),
        _ => Err(corrupt("mode")),
    }
}

/// An order that is due: its record, and the columns `age` in milliseconds and `taken`.
pub(crate) fn due_order(row: &impl Columns) -> Result<DueOrder, StoreError> {
    let (age, taken) = (number(row, "age")?, count(row, "taken")?);
    let age = Duration::from_millis(age);
    Ok(DueOrder::new(record(row)?, age, taken))
}

fn state(row: &impl Columns) -> Result<OrderState, StoreError> {
    match row.text("state")? {
        Some("pending") => Ok(OrderState::Pending),
        Some("paid") => paid(row),
        Some("undelivered") => undelivered(row),
        Some("review") => Ok(OrderState::Review),
        Some("failed") => Ok(OrderState::Failed),
        Some("closed") => Ok(OrderState::Closed),
        _ => Err(corrupt("state")),
    }
}

fn paid(row: &impl Columns) -> Result<OrderState, StoreError> {
    let total = money(row, "paid_total", "paid_currency")?;
    let total = total.ok_or_else(|| corrupt("paid_total"))?;
    let refunded = Money::new(number(row, "refunded")?, total.currency());
    Ok(OrderState::Paid { total, refunded })
}

fn undelivered(row: &impl Columns) -> Result<OrderState, StoreError> {
    let total = money(row, "owed_total", "owed_currency")?;
    let last_failure = match row.text("last_failure")? {
        Some(name) => Some(HandlerFailure::from_name(name).ok_or_else(|| corrupt("last_failure"))?),
        None => None,
    };
    Ok(OrderState::Undelivered(Undelivered::new(
        total.ok_or_else(|| corrupt("owed_total"))?,
        count(row, "unsettled_claims")?,
        time(row, "undelivered_since")?,
        last_failure,
    )))
}

fn order_key(row: &impl Columns) -> Result<OrderKey, StoreError> {
    OrderKey::new(text(row, "merchant")?, text(row, "order_id")?).map_err(StoreError::new)
}

fn text<'r>(row: &'r impl Columns, name: &'static str) -> Result<&'r str, StoreError> {
    row.text(name)?.ok_or_else(|| corrupt(name))
}

fn number(row: &impl Columns, name: &'static str) -> Result<u64, StoreError> {
    let number = row.integer(name)?.and_then(|number| number.try_into().ok());
    number.ok_or_else(|| corrupt(name))
}

/// A number that is not expected to grow large. One that did is cut.
fn count(row: &impl Columns, name: &'static str) -> Result<u32, StoreError> {
    let count = number(row, name)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Milliseconds since 1970.
fn time(row: &impl Columns, name: &'static str) -> Result<SystemTime, StoreError> {
    optional_time(row, name)?.ok_or_else(|| corrupt(name))
}

fn optional_time(row: &impl Columns, name: &'static str) -> Result<Option<SystemTime>, StoreError> {
    if row.integer(name)?.is_none() {
        return Ok(None);
    }
    let since_1970 = Duration::from_millis(number(row, name)?);
    let time = SystemTime::UNIX_EPOCH.checked_add(since_1970);
    time.map(Some).ok_or_else(|| corrupt(name))
}

pub(crate) fn corrupt(column: &'static str) -> StoreError {
    StoreError::new(ValueError::Corrupt(column))
}

/// In how many milliseconds an order is due that was never opened, or not due any more, when a success of
/// it is claimed; and at the latest any order whose handler failed for the first time.
pub(crate) const DUE_AFTER_A_CLAIM: i64 = 60_000;

/// The lease of a claim that was granted, from the columns `unsettled_claims` and `fence`.
pub(crate) fn lease(
    row: &impl Columns,
    order: OrderKey,
    claimant: Claimant,
) -> Result<Lease, StoreError> {
    let (attempt, fence) = (count(row, "unsettled_claims")?, number(row, "fence")?);
    Ok(Lease::new(order, claimant, attempt, fence))
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

#[cfg(test)]
mod tests {
    use super::*;
    use paid_once::Currency;

    #[test]
    fn durations_are_rounded_up_and_bounded() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_millis(60)), 60);
        assert!(millis(Duration::MAX) < i64::MAX / 2);
    }

    #[test]
    fn an_amount_that_does_not_fit_is_refused() {
        let largest = i64::MAX.unsigned_abs();
        assert!(money_columns(Some(Money::new(largest, Currency::TRY))).is_ok());
        assert!(money_columns(Some(Money::new(largest + 1, Currency::TRY))).is_err());
    }
}
