//! What a back office asks.

// ?1 merchant or NULL, ?2 the first id and ?3 the first one after the range of ids, ?4 merchant and ?5 id of the
// order that all come after, or NULL, ?6 state or NULL, ?7 limit. The index is gone through from where the page
// before ended; only an order whose key passes is looked up.
pub(super) const ORDERS: &str = "
    SELECT {record}
    FROM {orders} AS k CROSS JOIN {orders} AS o ON o.rowid = k.rowid
    WHERE k.opened_at <= CASE WHEN ?4 IS NULL THEN 9223372036854775807 ELSE (
            SELECT a.opened_at FROM {orders} AS a WHERE a.merchant = ?4 AND a.order_id = ?5
        ) END
        AND (?4 IS NULL OR (k.opened_at, k.order_id) < (
            SELECT a.opened_at, a.order_id FROM {orders} AS a
            WHERE a.merchant = ?4 AND a.order_id = ?5
        ))
        AND +k.order_id >= ?2 AND +k.order_id < ?3
        AND (?1 IS NULL OR k.merchant = ?1)
        AND (?6 IS NULL OR {state} = ?6)
    ORDER BY k.opened_at DESC, k.order_id DESC LIMIT ?7";

// ?1 merchant, ?2 order id.
pub(super) const LIFE: &str = "
    SELECT {record}, o.opened_at IS NOT NULL AS was_opened, o.fence AS attempts,
        o.lease_until AS handler_until, o.failed_at, o.paid_at, o.closed_at,
        o.taken AS inquiries, o.due_at AS next_inquiry
    FROM {orders} AS o WHERE o.merchant = ?1 AND o.order_id = ?2";

// ?1 hours. There is a row of this hour in any case.
pub(super) const HOURS: &str = "
    SELECT {now} / {hour} AS this_hour, hour, sum(paid) AS paid, sum(refused) AS refused
    FROM (
        SELECT paid_at / {hour} AS hour, 1 AS paid, 0 AS refused FROM {orders}
        WHERE paid_at >= ({now} / {hour} - ?1 + 1) * {hour}
        UNION ALL
        SELECT first_seen / {hour}, 0, 1 FROM {reviews}
        WHERE first_seen >= ({now} / {hour} - ?1 + 1) * {hour}
        UNION ALL
        SELECT {now} / {hour}, 0, 0
    )
    GROUP BY hour";

// An order whose success is owed is always due some time, and so is nearly every other one that is claimed:
// among the orders that are due, few as they are, all that are undelivered and all handlers that died are found.
// But for those at work on a failure of an order that was never opened, or was closed meanwhile.
pub(super) const GAUGES: &str = "
    SELECT
        (SELECT count(*) FROM {reviews} WHERE resolved_at IS NULL) AS reviews_open,
        (SELECT count(*) FROM {refunds} WHERE state = 'reserved') AS refunds_undecided,
        count(*) FILTER (WHERE {undelivered_since} IS NOT NULL) AS undelivered,
        count(*) FILTER (WHERE o.lease_until <= {now}) AS claims_over_lease,
        {now} - min(o.due_at) FILTER (WHERE o.due_at <= {now}) AS oldest_due
    FROM {orders} AS o WHERE o.due_at IS NOT NULL";
