//! What refunds and the price list ask.

// $1 merchant, $2 order id. Until the transaction ends nobody else reserves a refund of the same order, also
// where the ledger has no row of it. Nothing else waits for this lock: neither a claim nor a settlement.
pub(super) const LOCK_REFUNDS: &str = "
    SELECT pg_advisory_xact_lock(hashtextextended($1::text || '/' || $2::text, 0))";

// $1 merchant, $2 order id, $3 reference.
pub(super) const BEFORE_RESERVING: &str = "
    SELECT o.merchant IS NOT NULL AS is_known, o.paid_total, o.paid_currency,
        coalesce(sum(f.amount), 0)::bigint AS taken,
        coalesce(bool_or(f.reference = $3), false) AS is_duplicate
    FROM (VALUES (1)) AS one
        LEFT JOIN {orders} AS o ON o.merchant = $1 AND o.order_id = $2
        LEFT JOIN {refunds} AS f
            ON f.merchant = $1 AND f.order_id = $2 AND f.state <> 'cancelled'
    GROUP BY o.merchant, o.paid_total, o.paid_currency";

// $1 merchant, $2 order id, $3 reference, $4 amount, $5 currency, $6 asked by. No row is changed if the
// reference's own refund was cancelled and is confirmed at this moment.
pub(super) const RESERVE: &str = "
    INSERT INTO {refunds} AS f
        (merchant, order_id, reference, amount, currency, asked_by, state, reserved_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'reserved', clock_timestamp())
    ON CONFLICT (merchant, order_id, reference) DO UPDATE SET
        amount = excluded.amount,
        currency = excluded.currency,
        asked_by = excluded.asked_by,
        state = excluded.state,
        reserved_at = excluded.reserved_at,
        decided_at = NULL
    WHERE f.state = 'cancelled'";

// $1 merchant, $2 order id, $3 reference.
pub(super) const CONFIRM: &str = "
    UPDATE {refunds} SET state = 'executed', decided_at = clock_timestamp()
    WHERE merchant = $1 AND order_id = $2 AND reference = $3 AND state <> 'executed'";

// $1 merchant, $2 order id, $3 reference.
pub(super) const CANCEL: &str = "
    UPDATE {refunds} SET state = 'cancelled', decided_at = clock_timestamp()
    WHERE merchant = $1 AND order_id = $2 AND reference = $3 AND state = 'reserved'";

// $1 merchant, $2 order id.
pub(super) const REFUNDS: &str = "
    SELECT {refund} FROM {refunds} AS f
    WHERE f.merchant = $1 AND f.order_id = $2
    ORDER BY f.reserved_at, f.reference";

// $1 merchant, $2 age in ms, $3 limit.
pub(super) const UNDECIDED_REFUNDS: &str = "
    SELECT {refund} FROM {refunds} AS f
    WHERE f.merchant = $1 AND f.state = 'reserved'
        AND f.reserved_at <= statement_timestamp() - $2 * interval '1 millisecond'
    ORDER BY f.reserved_at LIMIT $3";

// $1 merchant, $2 name, $3 kind, $4 total, $5 currency.
pub(super) const SET_PRICE: &str = "
    INSERT INTO {prices} (merchant, name, expected_kind, total, currency)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (merchant, name) DO UPDATE SET
        expected_kind = excluded.expected_kind,
        total = excluded.total,
        currency = excluded.currency";

// $1 merchant, $2 name.
pub(super) const REMOVE_PRICE: &str = "
    DELETE FROM {prices} WHERE merchant = $1 AND name = $2";

// $1 merchant, $2 name.
pub(super) const PRICE: &str = "
    SELECT expected_kind, total AS expected_total, currency AS expected_currency FROM {prices}
    WHERE merchant = $1 AND name = $2";
