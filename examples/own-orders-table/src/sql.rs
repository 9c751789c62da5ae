//! The statements. The claim is one of them: two deliveries of one payment meet at the row's lock, and the second
//! looks at the row again when the first has committed.
//!
//! The only clock is the database's. `clock_timestamp()` moves on while a statement waits for a lock; `now()` would
//! still show the time before the wait.

use std::time::Duration;

use paid_once::{BoxError, Claimant, Money, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

// $1 merchant, $2 number, $3 claimant, $4 lease in ms, $5 total and $6 currency of a success.
// A claimant that asks again gets its own claim again as it is; any other claim counts up. What is owed stays owed: a
// success with another total is not granted, and no failure is.
pub(crate) const CLAIM: &str = "
    UPDATE orders SET
        unsettled_claims = unsettled_claims + (claimed_by IS DISTINCT FROM $3)::int,
        fence = fence + (claimed_by IS DISTINCT FROM $3)::int,
        undelivered_since = CASE
            WHEN owed_total IS NOT NULL AND claimed_until <= clock_timestamp()
            THEN coalesce(undelivered_since, claimed_until)
            ELSE undelivered_since
        END,
        last_failure = NULL,
        claimed_by = $3,
        claimed_until = clock_timestamp() + $4 * interval '1 millisecond',
        owed_total = $5,
        owed_currency = $6
    WHERE merchant_id = $1 AND number = $2
        AND paid_by IS NULL
        AND (failed_by IS NULL OR $5::bigint IS NOT NULL)
        AND (owed_total IS NULL OR (owed_total = $5 AND owed_currency = $6))
        AND (claimed_by IS NULL OR claimed_by = $3 OR claimed_until <= clock_timestamp())
    RETURNING unsettled_claims, fence";

// $1 merchant, $2 number. How the order stands, for a claim that was not granted too.
pub(crate) const STANDING: &str = "
    SELECT paid_total, paid_currency, owed_total, owed_currency, failed_by IS NOT NULL AS failed,
        ceil(extract(epoch FROM claimed_until - clock_timestamp()) * 1000)::bigint AS claim_left
    FROM orders WHERE merchant_id = $1 AND number = $2";

// $1 merchant, $2 number, $3 claimant. The order's own status is part of the settlement: whoever reads 'paid' may ship.
pub(crate) const SETTLE: &str = "
    UPDATE orders SET
        status = CASE
            WHEN owed_total IS NOT NULL THEN 'paid'
            WHEN status = 'open' THEN 'payment_failed'
            ELSE status
        END,
        paid_by = CASE WHEN owed_total IS NOT NULL THEN claimed_by ELSE paid_by END,
        paid_at = CASE WHEN owed_total IS NOT NULL THEN clock_timestamp() ELSE paid_at END,
        paid_total = coalesce(owed_total, paid_total),
        paid_currency = coalesce(owed_currency, paid_currency),
        failed_by = CASE WHEN owed_total IS NULL THEN claimed_by ELSE failed_by END,
        unsettled_claims = unsettled_claims - 1,
        claimed_by = NULL, claimed_until = NULL,
        owed_total = NULL, owed_currency = NULL, undelivered_since = NULL, last_failure = NULL
    WHERE merchant_id = $1 AND number = $2 AND claimed_by = $3";

// $1 merchant, $2 number, $3 claimant.
pub(crate) const SETTLED_BY: &str = "
    SELECT EXISTS (
        SELECT 1 FROM orders
        WHERE merchant_id = $1 AND number = $2 AND (paid_by = $3 OR failed_by = $3)
    )";

// $1 merchant, $2 number, $3 claimant, $4 why. What is owed stays.
pub(crate) const RELEASE: &str = "
    UPDATE orders SET
        undelivered_since = CASE
            WHEN owed_total IS NOT NULL
            THEN coalesce(undelivered_since, least(claimed_until, clock_timestamp()))
        END,
        last_failure = CASE WHEN owed_total IS NOT NULL THEN $4 END,
        claimed_by = NULL, claimed_until = NULL
    WHERE merchant_id = $1 AND number = $2 AND claimed_by = $3";

// $1 limit. A claim that ran out is undelivered by itself: its process may have died.
pub(crate) const UNDELIVERED: &str = "
    SELECT merchant_id, number, owed_total, owed_currency, unsettled_claims, last_failure,
        coalesce(undelivered_since, claimed_until) AS since,
        (extract(epoch FROM coalesce(undelivered_since, claimed_until)) * 1000)::bigint AS since_millis
    FROM orders
    WHERE owed_total IS NOT NULL
        AND (undelivered_since IS NOT NULL OR claimed_until <= clock_timestamp())
    ORDER BY since LIMIT $1";

// $1 merchant, $2 number, $3 reason, $4 total, $5 currency. The same again is counted.
pub(crate) const REVIEW: &str = "
    INSERT INTO payment_reviews AS r (merchant_id, number, reason, total, currency)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (merchant_id, number, reason, total, currency) DO UPDATE SET seen = r.seen + 1";

// $1 merchant, $2 number.
pub(crate) const EXPECTED: &str = "
    SELECT total, currency FROM orders
    WHERE merchant_id = $1 AND number = $2 AND status <> 'cancelled'";

// Between the types of `paid-once` and the columns of the table.

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
