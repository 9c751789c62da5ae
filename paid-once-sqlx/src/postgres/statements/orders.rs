//! What the ledger asks: orders, their carts, and which of them are due, undelivered or past retention.

// $1 merchant, $2 idempotency key, $3 order id, $4 fingerprint.
pub(super) const TAKE_CART: &str = "
    INSERT INTO {carts} (merchant, cart_key, order_id, fingerprint)
    VALUES ($1, sha256($2::bytea), $3, $4)
    ON CONFLICT (merchant, cart_key) DO NOTHING
    RETURNING 1";

// $1 merchant, $2 idempotency key. Locked: who comes next for the same cart waits for the decision.
pub(super) const CART_HOLDER: &str = "
    SELECT {record}, o.opened_at IS NOT NULL AS known, o.lease_total IS NOT NULL AS owed,
        c.fingerprint,
        (extract(epoch FROM statement_timestamp() - o.opened_at) * 1000)::bigint AS age
    FROM {carts} AS c
        LEFT JOIN {orders} AS o ON o.merchant = c.merchant AND o.order_id = c.order_id
    WHERE c.merchant = $1 AND c.cart_key = sha256($2::bytea)
    FOR UPDATE OF c";

// $1 merchant, $2 idempotency key, $3 order id, $4 fingerprint.
pub(super) const PASS_CART_ON: &str = "
    UPDATE {carts} SET order_id = $3, fingerprint = $4
    WHERE merchant = $1 AND cart_key = sha256($2::bytea)";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency, $6 mode, $7 age in ms at which it is due. What
// was claimed before is due by then too.
pub(super) const OPEN: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, due_at)
    VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6,
        clock_timestamp() + $7 * interval '1 millisecond')
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = excluded.opened_at,
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        mode = excluded.mode,
        due_at = CASE WHEN o.paid_at IS NULL THEN coalesce(o.due_at, excluded.due_at) END
    WHERE o.opened_at IS NULL
    RETURNING 1";

// $1 merchant, $2 order id, $3 session.
pub(super) const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = $3
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
pub(super) const ABANDON: &str = "
    DELETE FROM {carts} WHERE merchant = $1 AND order_id = $2";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency, $6 age in ms at which it is due if it is new.
pub(super) const SET_EXPECTED: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, due_at)
    VALUES ($1, $2, clock_timestamp(), $3, $4, $5, 'live',
        clock_timestamp() + $6 * interval '1 millisecond')
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = coalesce(o.opened_at, excluded.opened_at),
        mode = coalesce(o.mode, excluded.mode),
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        due_at = CASE WHEN o.opened_at IS NULL AND o.paid_at IS NULL
            THEN coalesce(o.due_at, excluded.due_at) ELSE o.due_at END";

// $1 merchant, $2 order id.
pub(super) const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
pub(super) const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = $1 AND o.order_id = $2 AND o.opened_at IS NOT NULL";

// $1 merchant, $2 limit, $3 for how many ms they are nobody else's. A row that somebody works on is passed
// over: it is still due afterwards. A paid order is due if a node of an older version settled it: once, and
// then no more. The place of a row that is locked is found without the primary key, which is scattered over all
// orders; the key says in which part.
pub(super) const TAKE_DUE: &str = "
    WITH due AS (
        SELECT o.merchant, o.order_id, o.ctid AS place FROM {orders} AS o
        WHERE o.merchant = $1 AND o.due_at <= statement_timestamp()
        ORDER BY o.due_at LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
    UPDATE {orders} AS o SET
        due_at = CASE WHEN o.paid_at IS NULL
            THEN clock_timestamp() + $3 * interval '1 millisecond' END,
        taken = o.taken + 1,
        undelivered_since = {undelivered_since}
    FROM due
    WHERE o.ctid = due.place AND o.merchant = due.merchant AND o.order_id = due.order_id
    RETURNING {record}, {due}";

// $1 merchant, $2 limit.
pub(super) const DUE_ORDERS: &str = "
    SELECT {record}, {due} FROM {orders} AS o
    WHERE o.merchant = $1 AND o.due_at <= statement_timestamp()
    ORDER BY o.due_at LIMIT $2";

// $1 merchant, $2 order id, $3 pause in ms.
pub(super) const POSTPONE: &str = "
    UPDATE {orders} SET due_at = clock_timestamp() + $3 * interval '1 millisecond'
    WHERE merchant = $1 AND order_id = $2 AND due_at IS NOT NULL";

// $1 merchant, $2 order id, $3 how often it may have been taken.
pub(super) const HURRY: &str = "
    UPDATE {orders} SET due_at = least(due_at, clock_timestamp())
    WHERE merchant = $1 AND order_id = $2 AND due_at IS NOT NULL AND taken < $3";

// $1 merchant, $2 order id.
pub(super) const CLOSE: &str = "
    UPDATE {orders} SET closed_at = coalesce(closed_at, clock_timestamp()), due_at = NULL
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL
        AND paid_at IS NULL AND lease_total IS NULL
    RETURNING 1";

// $1 limit.
pub(super) const UNDELIVERED: &str = "
    SELECT {record}
    FROM (
        SELECT * FROM {orders} AS o
        WHERE o.undelivered_since IS NOT NULL AND o.paid_at IS NULL
        ORDER BY o.undelivered_since LIMIT $1
    ) AS o
    ORDER BY o.undelivered_since";

// $1 age in ms of paid orders, $2 of unpaid ones, $3 batch. A row that somebody works on is left for the
// next batch. The rows are found by their places, as above. Of the unpaid orders no more are read than are missing to a batch: who asks for the rows of `past`
// stops there. A limit that says so itself would be an expression, for which the server plans to read a tenth of all.
pub(super) const PURGE: &str = "
    WITH paid AS (
        SELECT o.merchant, o.order_id, o.ctid AS place FROM {orders} AS o
        WHERE o.undelivered_since IS NULL
            AND o.paid_at <= statement_timestamp() - $1 * interval '1 millisecond'
        ORDER BY o.undelivered_since, o.paid_at LIMIT $3
        FOR UPDATE SKIP LOCKED
    ),
    unpaid AS (
        SELECT o.merchant, o.order_id, o.ctid AS place FROM {orders} AS o
        WHERE o.undelivered_since IS NULL AND o.paid_at IS NULL
            AND (o.failed_at IS NOT NULL OR o.closed_at IS NOT NULL)
            AND {unpaid_since} <= statement_timestamp() - $2 * interval '1 millisecond'
            AND o.lease_total IS NULL
            AND (o.lease_until IS NULL OR o.lease_until <= statement_timestamp())
        ORDER BY o.undelivered_since, o.paid_at, {unpaid_since}
        LIMIT $3
        FOR UPDATE SKIP LOCKED
    ),
    past AS (
        SELECT * FROM paid UNION ALL SELECT * FROM unpaid LIMIT $3
    ),
    purged AS (
        DELETE FROM {orders} AS o USING past
        WHERE o.ctid = past.place AND o.merchant = past.merchant AND o.order_id = past.order_id
        RETURNING o.merchant, o.order_id
    ),
    freed AS (
        DELETE FROM {carts} AS c USING past
        WHERE c.merchant = past.merchant AND c.order_id = past.order_id
    )
    SELECT count(*) AS purged FROM purged";
