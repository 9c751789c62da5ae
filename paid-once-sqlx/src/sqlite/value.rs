//! Between the types of `paid-once` and the columns of SQLite.

use std::time::{Duration, SystemTime};

use paid_once::{
    Claimant, Expected, Mode, Money, OrderKey, OrderRecord, OrderState, Review, ReviewReason,
    StoreError,
};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::error::{ValueError, store_error};

/// Minor units and currency code; both `None` where there is no amount.
pub(super) type MoneyColumns = (Option<i64>, Option<String>);

pub(super) fn money_columns(money: Option<Money>) -> Result<MoneyColumns, StoreError> {
    let Some(money) = money else {
        return Ok((None, None));
    };
    let units = money.minor_units();
    let units = i64::try_from(units).map_err(|_| store_error(ValueError::AmountTooLarge(units)))?;
    Ok((Some(units), Some(money.currency().code().to_owned())))
}

pub(super) fn expected_kind(expected: Expected) -> &'static str {
    match expected {
        Expected::Exactly(_) => "exactly",
        Expected::AtLeast(_) => "at_least",
        Expected::Unknown => "unknown",
    }
}

pub(super) fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

pub(super) fn claimant_bytes(claimant: Claimant) -> Vec<u8> {
    claimant.to_bits().to_be_bytes().to_vec()
}

/// Whole milliseconds, rounded up, so that no time comes out shorter than asked. At most a thousand
/// years: sums with the clock cannot overflow.
pub(super) fn millis(duration: Duration) -> i64 {
    const MOST: i64 = 1_000 * 366 * 86_400 * 1_000;
    let millis = duration.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).unwrap_or(MOST).min(MOST)
}

/// A column that this version wrote.
pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &'static str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(name).map_err(store_error)
}

pub(super) fn money(
    row: &SqliteRow,
    units: &'static str,
    currency: &'static str,
) -> Result<Option<Money>, StoreError> {
    let (found_units, found_currency): (Option<i64>, Option<&str>) =
        (column(row, units)?, column(row, currency)?);
    let (Some(minor_units), Some(code)) = (found_units, found_currency) else {
        return Ok(None);
    };
    let minor_units = u64::try_from(minor_units).map_err(|_| corrupt(units))?;
    let currency = code.parse().map_err(|_| corrupt(currency))?;
    Ok(Some(Money::new(minor_units, currency)))
}

pub(super) fn expected(row: &SqliteRow) -> Result<Expected, StoreError> {
    let amount = money(row, "expected_total", "expected_currency")?;
    match (column::<&str>(row, "expected_kind")?, amount) {
        ("exactly", Some(amount)) => Ok(Expected::Exactly(amount)),
        ("at_least", Some(amount)) => Ok(Expected::AtLeast(amount)),
        ("unknown", None) => Ok(Expected::Unknown),
        _ => Err(corrupt("expected_kind")),
    }
}

pub(super) fn record(row: &SqliteRow) -> Result<OrderRecord, StoreError> {
    let mode = match column(row, "mode")? {
        "live" => Mode::Live,
        "test" => Mode::Test,
        _ => return Err(corrupt("mode")),
    };
    Ok(OrderRecord::new(
        order_key(row)?,
        expected(row)?,
        mode,
        column(row, "session")?,
        state(row)?,
        time(row, "opened_at")?,
    ))
}

fn state(row: &SqliteRow) -> Result<OrderState, StoreError> {
    Ok(match money(row, "paid_total", "paid_currency")? {
        Some(total) => OrderState::Paid { total },
        None if column(row, "in_review")? => OrderState::Review,
        None if column(row, "failed")? => OrderState::Failed,
        None => OrderState::Pending,
    })
}

pub(super) fn review(row: &SqliteRow) -> Result<Review, StoreError> {
    let reason =
        ReviewReason::from_name(column(row, "reason")?).ok_or_else(|| corrupt("reason"))?;
    Ok(Review::new(
        order_key(row)?,
        reason,
        money(row, "total", "currency")?,
        time(row, "first_seen")?,
    ))
}

fn order_key(row: &SqliteRow) -> Result<OrderKey, StoreError> {
    let (merchant, order_id): (String, String) =
        (column(row, "merchant")?, column(row, "order_id")?);
    OrderKey::new(merchant, order_id).map_err(store_error)
}

fn time(row: &SqliteRow, name: &'static str) -> Result<SystemTime, StoreError> {
    let millis = u64::try_from(column::<i64>(row, name)?).map_err(|_| corrupt(name))?;
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_millis(millis))
        .ok_or_else(|| corrupt(name))
}

pub(super) fn corrupt(column: &'static str) -> StoreError {
    store_error(ValueError::Corrupt(column))
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
