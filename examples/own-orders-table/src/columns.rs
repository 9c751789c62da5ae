//! Between the types of `paid-once` and the columns of the table.

use std::time::Duration;

use paid_once::{BoxError, Claimant, Money, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// Minor units and currency; both `None` for a failed payment.
pub(crate) fn money_columns(
    money: Option<Money>,
) -> Result<(Option<i64>, Option<String>), StoreError> {
    let Some(money) = money else {
        return Ok((None, None));
    };
    let units = i64::try_from(money.minor_units()).map_err(StoreError::new)?;
    Ok((Some(units), Some(money.currency().code().to_owned())))
}

pub(crate) fn money(row: &PgRow, units: &str, currency: &str) -> Result<Option<Money>, BoxError> {
    let units: Option<i64> = row.try_get(units)?;
    let code: Option<&str> = row.try_get(currency)?;
    match (units, code) {
        (Some(units), Some(code)) => Ok(Some(Money::new(u64::try_from(units)?, code.parse()?))),
        _ => Ok(None),
    }
}

pub(crate) fn claimant_bytes(claimant: Claimant) -> Vec<u8> {
    claimant.to_bits().to_be_bytes().to_vec()
}

/// Rounded up, so that no claim is shorter than asked; a year at most, so that no sum with the clock overflows.
pub(crate) fn millis(duration: Duration) -> i64 {
    const YEAR: i64 = 366 * 86_400 * 1_000;
    i64::try_from(duration.as_nanos().div_ceil(1_000_000)).map_or(YEAR, |millis| millis.min(YEAR))
}
