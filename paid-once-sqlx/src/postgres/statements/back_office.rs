//! What a back office asks.

// $1 merchant or NULL, $2 the first id and $3 the first one after the range of ids, $4 merchant and $5 id of the
// order that all come after, or NULL, $6 state or NULL, $7 limit. The index is gone through from where the page
// before ended.
pub(super) const ORDERS: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.opened_at <= CASE WHEN $4::text IS NULL THEN 'infinity' ELSE (
            SELECT a.opened_at FROM {orders} AS a WHERE a.merchant = $4 AND a.order_id = $5
        ) END
        AND ($4::text IS NULL OR (o.opened_at, o.order_id) < (
            SELECT a.opened_at, a.order_id FROM {orders} AS a
            WHERE a.merchant = $4 AND a.order_id = $5
        ))
        AND o.order_id >= $2 AND o.order_id < $3
        AND ($1::text IS NULL OR o.merchant = $1)
        AND ($6::text IS NULL OR {state} = $6)
    ORDER BY o.opened_at DESC, o.order_id DESC LIMIT $7";

// $1 merchant, $2 order id.
pub(super) const LIFE: &str = "
    SELECT {record}, o.opened_at IS NOT NULL AS was_opened, o.fence AS attempts,
        {millis of o.lease_until} AS handler_until, {millis of o.failed_at} AS failed_at,
        {millis of o.paid_at} AS paid_at, {millis of o.closed_at} AS closed_at,
        o.taken AS inquiries, {millis of o.due_at} AS next_inquiry
    FROM {orders} AS o WHERE o.merchant = $1 AND o.order_id = $2";

// $1 hours. There is a row of this hour in any case.
pub(super) const HOURS: &str = "
    SELECT {hour of statement_timestamp()} AS this_hour, hour,
        sum(paid)::bigint AS paid, sum(refused)::bigint AS refused
    FROM (
        SELECT {hour of paid_at} AS hour, 1 AS paid, 0 AS refused FROM {orders}
        WHERE undelivered_since IS NULL AND paid_at >= {first_hour}
        UNION ALL
        SELECT {hour of first_seen}, 0, 1 FROM {reviews} WHERE first_seen >= {first_hour}
        UNION ALL
        SELECT {hour of statement_timestamp()}, 0, 0
    ) AS events
    GROUP BY hour";

// An order whose success is owed is always due some time, and so is nearly every other one that is claimed:
// among the orders that are due, few as they are, all that are undelivered and all handlers that died are found.
// But for those at work on a failure of an order that was never opened, or was closed meanwhile.
pub(super) const GAUGES: &str = "
    SELECT
        (SELECT count(*) FROM {reviews} WHERE resolved_at IS NULL) AS reviews_open,
        (SELECT count(*) FROM {refunds} WHERE state = 'reserved') AS refunds_undecided,
        count(*) FILTER (WHERE {undelivered_since} IS NOT NULL) AS undelivered,
        count(*) FILTER (WHERE o.lease_until <= clock_timestamp()) AS claims_over_lease,
        (extract(epoch FROM statement_timestamp()
            - min(o.due_at) FILTER (WHERE o.due_at <= statement_timestamp())
        ) * 1000)::bigint AS oldest_due
    FROM {orders} AS o WHERE o.due_at IS NOT NULL";
