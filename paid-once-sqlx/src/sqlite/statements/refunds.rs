//! What refunds and the price list ask.

// ?1 merchant, ?2 order id, ?3 reference.
pub(super) const BEFORE_RESERVING: &str = "
    SELECT o.merchant IS NOT NULL AS is_known, o.paid_total, o.paid_currency,
        coalesce((
            SELECT sum(f.amount) FROM {refunds} AS f
            WHERE f.merchant = ?1 AND f.order_id = ?2 AND f.state <> 'cancelled'
        ), 0) AS taken,
        EXISTS (
            SELECT 1 FROM {refunds} AS f
            WHERE f.merchant = ?1 AND f.order_id = ?2 AND f.reference = ?3
                AND f.state <> 'cancelled'
        ) AS is_duplicate
    FROM (SELECT 1) LEFT JOIN {orders} AS o ON o.merchant = ?1 AND o.order_id = ?2";

// ?1 merchant, ?2 order id, ?3 reference, ?4 amount, ?5 currency, ?6 asked by. One that was cancelled gives way,
// so that this one is the newest.
pub(super) const RESERVE: &str = "
    INSERT OR REPLACE INTO {refunds}
        (merchant, order_id, reference, amount, currency, asked_by, state, reserved_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'reserved', {now})";

// ?1 merchant, ?2 order id, ?3 reference.
pub(super) const CONFIRM: &str = "
    UPDATE {refunds} SET state = 'executed', decided_at = {now}
    WHERE merchant = ?1 AND order_id = ?2 AND reference = ?3 AND state <> 'executed'";

// ?1 merchant, ?2 order id, ?3 reference.
pub(super) const CANCEL: &str = "
    UPDATE {refunds} SET state = 'cancelled', decided_at = {now}
    WHERE merchant = ?1 AND order_id = ?2 AND reference = ?3 AND state = 'reserved'";

// ?1 merchant, ?2 order id. A few rows: sorted, so that no index is needed for their order.
pub(super) const REFUNDS: &str = "
    SELECT {refund} FROM {refunds} WHERE merchant = ?1 AND order_id = ?2
    ORDER BY +id";

// ?1 merchant, ?2 age in ms, ?3 limit.
pub(super) const UNDECIDED_REFUNDS: &str = "
    SELECT {refund} FROM {refunds}
    WHERE merchant = ?1 AND state = 'reserved' AND reserved_at <= {now} - ?2
    ORDER BY reserved_at, id LIMIT ?3";

// ?1 merchant, ?2 name, ?3 kind, ?4 total, ?5 currency.
pub(super) const SET_PRICE: &str = "
    INSERT INTO {prices} (merchant, name, expected_kind, total, currency)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (merchant, name) DO UPDATE SET
        expected_kind = excluded.expected_kind,
        total = excluded.total,
        currency = excluded.currency";

// ?1 merchant, ?2 name.
pub(super) const REMOVE_PRICE: &str = "
    DELETE FROM {prices} WHERE merchant = ?1 AND name = ?2";

// ?1 merchant, ?2 name.
pub(super) const PRICE: &str = "
    SELECT expected_kind, total AS expected_total, currency AS expected_currency FROM {prices}
    WHERE merchant = ?1 AND name = ?2";
