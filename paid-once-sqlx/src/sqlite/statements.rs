use std::sync::Arc;

use crate::TablePrefix;

/// Milliseconds since 1970, by SQLite's own clock. Stands still within one statement.
const NOW: &str = "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)";

/// The columns of an order record. An order that was never opened, and is due because a success of it is
/// owed, was opened then as far as anybody can say.
const RECORD: &str = "o.merchant, o.order_id,
    coalesce(o.opened_at, o.undelivered_since, o.lease_until, {now}) AS opened_at,
    coalesce(o.mode, 'live') AS mode, o.session,
    coalesce(o.expected_kind, 'unknown') AS expected_kind, o.expected_total, o.expected_currency,
    o.paid_total, o.paid_currency, o.failed_at IS NOT NULL AS failed,
    o.closed_at IS NOT NULL AS closed,
    o.lease_total AS owed_total, o.lease_currency AS owed_currency,
    o.unsettled_claims, o.last_failure, {undelivered_since} AS undelivered_since,
    EXISTS (
        SELECT 1 FROM {reviews} AS r WHERE r.merchant = o.merchant AND r.order_id = o.order_id
    ) AS in_review";

/// Since when a success of the order `o` is claimed and not delivered; NULL while its first lease is live.
const UNDELIVERED_SINCE: &str = "iif(o.lease_total IS NULL, NULL,
        coalesce(o.undelivered_since, iif(o.lease_until <= {now}, o.lease_until, NULL)))";

/// What a due order has beside its record.
const DUE: &str =
    "max(0, {now} - coalesce(o.opened_at, o.undelivered_since, o.lease_until, {now})) AS age,
    o.taken";

// In order: merchant, order id, claimant, lease in ms, total and currency of a success, and in how many ms a
// success is due that is not due already (NULL for a failure). Without numbers, so that the statement can be repeated in one text.
// The claimant's own lease is granted again as it is; any other claim counts up. What is owed stays owed:
// a success with another total is not granted, and no failure is.
const CLAIM: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
         unsettled_claims, fence, due_at)
    VALUES (?, ?, ?, {now} + ?, ?, ?, 1, 1, {now} + ?)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        unsettled_claims =
            o.unsettled_claims + (o.lease_claimant IS NOT excluded.lease_claimant),
        fence = o.fence + (o.lease_claimant IS NOT excluded.lease_claimant),
        undelivered_since = {undelivered_since},
        last_failure = NULL,
        due_at = coalesce(o.due_at, excluded.due_at),
        lease_claimant = excluded.lease_claimant,
        lease_until = excluded.lease_until,
        lease_total = excluded.lease_total,
        lease_currency = excluded.lease_currency
    WHERE o.paid_at IS NULL
        AND (excluded.lease_total IS NOT NULL OR (o.failed_at IS NULL AND o.closed_at IS NULL))
        AND (o.lease_total IS NULL
            OR (o.lease_total IS excluded.lease_total
                AND o.lease_currency IS excluded.lease_currency))
        AND (o.lease_claimant IS NULL
            OR o.lease_claimant = excluded.lease_claimant
            OR o.lease_until <= {now})
    RETURNING unsettled_claims, fence";

// ?1 merchant, ?2 order id.
const STANDING: &str = "
    SELECT paid_total, paid_currency, lease_total AS owed_total, lease_currency AS owed_currency,
        failed_at IS NOT NULL OR closed_at IS NOT NULL AS failed_or_closed,
        lease_until - {now} AS lease_left
    FROM {orders} WHERE merchant = ?1 AND order_id = ?2";

// In order: merchant, order id, claimant. Without numbers too. The right-hand sides see the row as it was.
const SETTLE: &str = "
    UPDATE {orders} SET
        paid_by = iif(lease_total IS NULL, paid_by, lease_claimant),
        paid_at = iif(lease_total IS NULL, paid_at, {now}),
        paid_total = coalesce(lease_total, paid_total),
        paid_currency = coalesce(lease_currency, paid_currency),
        failed_by = iif(lease_total IS NULL, lease_claimant, failed_by),
        failed_at = iif(lease_total IS NULL, {now}, failed_at),
        due_at = iif(lease_total IS NULL, due_at, NULL),
        undelivered_since = NULL, last_failure = NULL,
        unsettled_claims = unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = ? AND order_id = ? AND lease_claimant = ?
    RETURNING 1";

// ?1 merchant, ?2 order id, ?3 claimant.
const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND (paid_by = ?3 OR failed_by = ?3)";

// ?1 merchant, ?2 order id, ?3 claimant, ?4 why. What is owed stays.
const RELEASE: &str = "
    UPDATE {orders} AS o SET
        undelivered_since = iif(o.lease_total IS NULL, NULL,
            coalesce({undelivered_since}, {now})),
        last_failure = iif(o.lease_total IS NULL, NULL, ?4),
        lease_claimant = NULL, lease_until = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND lease_claimant = ?3";

// ?1 merchant, ?2 order id, ?3 reason, ?4 total, ?5 currency.
const REVIEW: &str = "
    INSERT INTO {reviews} (merchant, order_id, reason, total, currency, first_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, {now})
    ON CONFLICT DO NOTHING";

// ?1 merchant, ?2 idempotency key.
const CART_HOLDER: &str = "
    SELECT {record}, o.cart_fingerprint, o.lease_total IS NOT NULL AS owed,
        {now} - o.opened_at AS age
    FROM {orders} AS o WHERE o.merchant = ?1 AND o.cart_key = ?2";

// ?1 merchant, ?2 idempotency key.
const FREE_CART: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND cart_key = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency, ?6 mode, ?7 key, ?8 fingerprint, ?9 age in ms
// at which it is due. What was claimed before is due by then too.
const OPEN: &str = "
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
    WHERE o.opened_at IS NULL
    RETURNING 1";

// ?1 merchant, ?2 order id, ?3 session.
const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = ?3
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
const ABANDON: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND order_id = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency, ?6 age in ms at which it is due if it is new.
const SET_EXPECTED: &str = "
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
const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = ?1 AND o.order_id = ?2 AND o.opened_at IS NOT NULL";

// ?1 merchant, ?2 limit, ?3 for how many ms they are nobody else's. What is returned cannot use an alias.
const TAKE_DUE: &str = "
    UPDATE {orders} SET
        due_at = {now} + ?3,
        taken = taken + 1,
        undelivered_since = {undelivered_since of orders}
    WHERE (merchant, order_id) IN (
        SELECT merchant, order_id FROM {orders}
        WHERE merchant = ?1 AND due_at <= {now}
        ORDER BY due_at LIMIT ?2
    )
    RETURNING {record of orders}, {due of orders}";

// ?1 merchant, ?2 limit.
const DUE_ORDERS: &str = "
    SELECT {record}, {due} FROM {orders} AS o
    WHERE o.merchant = ?1 AND o.due_at <= {now}
    ORDER BY o.due_at LIMIT ?2";

// ?1 merchant, ?2 order id, ?3 pause in ms.
const POSTPONE: &str = "
    UPDATE {orders} SET due_at = {now} + ?3
    WHERE merchant = ?1 AND order_id = ?2 AND due_at IS NOT NULL";

// ?1 merchant, ?2 order id, ?3 how often it may have been taken.
const HURRY: &str = "
    UPDATE {orders} SET due_at = min(due_at, {now})
    WHERE merchant = ?1 AND order_id = ?2 AND due_at IS NOT NULL AND taken < ?3";

// ?1 merchant, ?2 order id.
const CLOSE: &str = "
    UPDATE {orders} SET closed_at = coalesce(closed_at, {now}), due_at = NULL, cart_key = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL
        AND paid_at IS NULL AND lease_total IS NULL
    RETURNING 1";

// ?1 limit.
const UNDELIVERED: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.undelivered_since IS NOT NULL
    ORDER BY o.undelivered_since LIMIT ?1";

// ?1 limit.
const REVIEWS: &str = "
    SELECT merchant, order_id, reason, total, currency, first_seen FROM {reviews}
    ORDER BY id DESC LIMIT ?1";

// ?1 age in ms, ?2 batch.
const PURGE_PAID: &str = "
    DELETE FROM {orders} WHERE (merchant, order_id) IN (
        SELECT merchant, order_id FROM {orders}
        WHERE paid_at <= {now} - ?1
        ORDER BY paid_at LIMIT ?2
    )";

// ?1 age in ms, ?2 batch.
const PURGE_UNPAID: &str = "
    DELETE FROM {orders} WHERE (merchant, order_id) IN (
        SELECT merchant, order_id FROM {orders}
        WHERE paid_at IS NULL AND (failed_at IS NOT NULL OR closed_at IS NOT NULL)
            AND {unpaid_since} <= {now} - ?1
            AND lease_total IS NULL AND coalesce(lease_until <= {now}, true)
        ORDER BY {unpaid_since} LIMIT ?2
    )";

/// When an unpaid order failed or was closed, whichever came last. The expression of an index.
const UNPAID_SINCE: &str = "max(coalesce(failed_at, closed_at), coalesce(closed_at, failed_at))";

/// The SQL of one ledger. Made once; a statement keeps its text, so that its plan is kept too.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) claim: Arc<str>,
    pub(super) standing: Arc<str>,
    pub(super) settle: Arc<str>,
    pub(super) settled_by: Arc<str>,
    pub(super) release: Arc<str>,
    pub(super) review: Arc<str>,
    pub(super) cart_holder: Arc<str>,
    pub(super) free_cart: Arc<str>,
    pub(super) open: Arc<str>,
    pub(super) attach_session: Arc<str>,
    pub(super) abandon: Arc<str>,
    pub(super) set_expected: Arc<str>,
    pub(super) expected: Arc<str>,
    pub(super) get: Arc<str>,
    pub(super) take_due: Arc<str>,
    pub(super) due_orders: Arc<str>,
    pub(super) postpone: Arc<str>,
    pub(super) hurry: Arc<str>,
    pub(super) close: Arc<str>,
    pub(super) undelivered: Arc<str>,
    pub(super) reviews: Arc<str>,
    pub(super) purge_paid: Arc<str>,
    pub(super) purge_unpaid: Arc<str>,
}

impl Statements {
    pub(super) fn new(prefix: &TablePrefix) -> Self {
        // Where there is no alias, the table's own name stands for it.
        let of_orders = |columns: &str| {
            columns
                .replace("{undelivered_since}", UNDELIVERED_SINCE)
                .replace("o.", "{orders}.")
        };
        let with_prefix = |template: &str| -> Arc<str> {
            template
                .replace("{record of orders}", &of_orders(RECORD))
                .replace("{due of orders}", &of_orders(DUE))
                .replace(
                    "{undelivered_since of orders}",
                    &of_orders(UNDELIVERED_SINCE),
                )
                .replace("{record}", RECORD)
                .replace("{due}", DUE)
                .replace("{undelivered_since}", UNDELIVERED_SINCE)
                .replace("{unpaid_since}", UNPAID_SINCE)
                .replace("{orders}", &format!("{prefix}orders"))
                .replace("{reviews}", &format!("{prefix}reviews"))
                .replace("{now}", NOW)
                .into()
        };
        Self {
            claim: with_prefix(CLAIM),
            standing: with_prefix(STANDING),
            settle: with_prefix(SETTLE),
            settled_by: with_prefix(SETTLED_BY),
            release: with_prefix(RELEASE),
            review: with_prefix(REVIEW),
            cart_holder: with_prefix(CART_HOLDER),
            free_cart: with_prefix(FREE_CART),
            open: with_prefix(OPEN),
            attach_session: with_prefix(ATTACH_SESSION),
            abandon: with_prefix(ABANDON),
            set_expected: with_prefix(SET_EXPECTED),
            expected: with_prefix(EXPECTED),
            get: with_prefix(GET),
            take_due: with_prefix(TAKE_DUE),
            due_orders: with_prefix(DUE_ORDERS),
            postpone: with_prefix(POSTPONE),
            hurry: with_prefix(HURRY),
            close: with_prefix(CLOSE),
            undelivered: with_prefix(UNDELIVERED),
            reviews: with_prefix(REVIEWS),
            purge_paid: with_prefix(PURGE_PAID),
            purge_unpaid: with_prefix(PURGE_UNPAID),
        }
    }
}
