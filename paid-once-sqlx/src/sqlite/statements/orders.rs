//! What the ledger asks: orders, their carts, and which of them are due, undelivered or past retention.

// ?1 merchant, ?2 idempotency key.
pub(super) const CART_HOLDER: &str = "
    SELECT {record}, o.cart_fingerprint, o.lease_total IS NOT NULL AS owed,
        {now} - o.opened_at AS age
    FROM {orders} AS o WHERE o.merchant = ?1 AND o.cart_key = ?2";

// ?1 merchant, ?2 idempotency key.
pub(super) const FREE_CART: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND cart_key = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency, ?6 mode, ?7 key, ?8 fingerprint, ?9 age in ms
// at which it is due. What was claimed before is due by then too.
pub(super) const OPEN: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode,
         cart_key, cart_fingerprint, due_at)
    VALUES (?1, ?2, {now}, ?3, ?4, ?5, ?6, ?7, ?8, {now} + ?9)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = excluded.opened_at,
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        mode = excluded.mode,
        cart_key = excluded.cart_key,
        cart_fingerprint = excluded.cart_fingerprint,
        due_at = iif(o.paid_at IS NULL, coalesce(o.due_at, excluded.due_at), NULL)
    WHERE o.opened_at IS NULL";

// ?1 merchant, ?2 order id, ?3 session.
pub(super) const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = ?3
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
pub(super) const ABANDON: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND order_id = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency, ?6 age in ms at which it is due if it is new.
pub(super) const SET_EXPECTED: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode, due_at)
    VALUES (?1, ?2, {now}, ?3, ?4, ?5, 'live', {now} + ?6)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = coalesce(o.opened_at, excluded.opened_at),
        mode = coalesce(o.mode, excluded.mode),
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        due_at = iif(o.opened_at IS NULL AND o.paid_at IS NULL,
            coalesce(o.due_at, excluded.due_at), o.due_at)";

// ?1 merchant, ?2 order id.
pub(super) const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
pub(super) const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = ?1 AND o.order_id = ?2 AND o.opened_at IS NOT NULL";

// ?1 merchant, ?2 limit, ?3 for how many ms they are nobody else's. What is returned cannot use an alias. A paid
// order is due if a process of an older version settled it: once, and then no more.
pub(super) const TAKE_DUE: &str = "
    UPDATE {orders} SET
        due_at = iif(paid_at IS NULL, {now} + ?3, NULL),
        taken = taken + 1,
        undelivered_since = {undelivered_since of orders}
    WHERE rowid IN (
        SELECT rowid FROM {orders}
        WHERE merchant = ?1 AND due_at <= {now}
        ORDER BY due_at LIMIT ?2
    )
    RETURNING {record of orders}, {due of orders}";

// ?1 merchant, ?2 limit.
pub(super) const DUE_ORDERS: &str = "
    SELECT {record}, {due} FROM {orders} AS o
    WHERE o.merchant = ?1 AND o.due_at <= {now}
    ORDER BY o.due_at LIMIT ?2";

// ?1 merchant, ?2 order id, ?3 pause in ms.
pub(super) const POSTPONE: &str = "
    UPDATE {orders} SET due_at = {now} + ?3
    WHERE merchant = ?1 AND order_id = ?2 AND due_at IS NOT NULL";

// ?1 merchant, ?2 order id, ?3 how often it may have been taken.
pub(super) const HURRY: &str = "
    UPDATE {orders} SET due_at = min(due_at, {now})
    WHERE merchant = ?1 AND order_id = ?2 AND due_at IS NOT NULL AND taken < ?3";

// ?1 merchant, ?2 order id.
pub(super) const CLOSE: &str = "
    UPDATE {orders} SET closed_at = coalesce(closed_at, {now}), due_at = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL
        AND paid_at IS NULL AND lease_total IS NULL";

// ?1 limit.
pub(super) const UNDELIVERED: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.undelivered_since IS NOT NULL
    ORDER BY o.undelivered_since LIMIT ?1";

// ?1 age in ms, ?2 batch.
pub(super) const PURGE_PAID: &str = "
    DELETE FROM {orders} WHERE rowid IN (
        SELECT rowid FROM {orders}
        WHERE paid_at <= {now} - ?1
        ORDER BY paid_at LIMIT ?2
    )";

// ?1 age in ms, ?2 batch.
pub(super) const PURGE_UNPAID: &str = "
    DELETE FROM {orders} WHERE rowid IN (
        SELECT rowid FROM {orders}
        WHERE paid_at IS NULL AND (failed_at IS NOT NULL OR closed_at IS NOT NULL)
            AND {unpaid_since} <= {now} - ?1
            AND lease_total IS NULL AND coalesce(lease_until <= {now}, true)
        ORDER BY {unpaid_since} LIMIT ?2
    )";
