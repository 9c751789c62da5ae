use std::sync::Arc;

use crate::TablePrefix;

/// Milliseconds since 1970, by SQLite's own clock. Stands still within one statement.
const NOW: &str = "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)";

/// The columns of an order record.
const RECORD: &str = "o.merchant, o.order_id, o.opened_at, o.mode, o.session,
    o.expected_kind, o.expected_total, o.expected_currency,
    o.paid_total, o.paid_currency, o.failed_at IS NOT NULL AS failed,
    EXISTS (
        SELECT 1 FROM {reviews} AS r WHERE r.merchant = o.merchant AND r.order_id = o.order_id
    ) AS in_review";

// In order: merchant, order id, claimant, lease in ms, total and currency of a success. Without
// numbers, so that the statement can be repeated in one text.
// The claimant's own lease is granted again as it is; any other claim counts up.
const CLAIM: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
         unsettled_claims, fence)
    VALUES (?, ?, ?, {now} + ?, ?, ?, 1, 1)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        unsettled_claims =
            o.unsettled_claims + (o.lease_claimant IS NOT excluded.lease_claimant),
        fence = o.fence + (o.lease_claimant IS NOT excluded.lease_claimant),
        lease_claimant = excluded.lease_claimant,
        lease_until = excluded.lease_until,
        lease_total = excluded.lease_total,
        lease_currency = excluded.lease_currency
    WHERE o.paid_at IS NULL
        AND (o.failed_at IS NULL OR excluded.lease_total IS NOT NULL)
        AND (o.lease_claimant IS NULL
            OR o.lease_claimant = excluded.lease_claimant
            OR o.lease_until <= {now})
    RETURNING unsettled_claims, fence";

// ?1 merchant, ?2 order id.
const STANDING: &str = "
    SELECT paid_total, paid_currency, failed_at IS NOT NULL AS failed,
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
        unsettled_claims = unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = ? AND order_id = ? AND lease_claimant = ?
    RETURNING 1";

// ?1 merchant, ?2 order id, ?3 claimant.
const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND (paid_by = ?3 OR failed_by = ?3)";

// ?1 merchant, ?2 order id, ?3 claimant.
const RELEASE: &str = "
    UPDATE {orders} SET
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND lease_claimant = ?3";

// ?1 merchant, ?2 order id, ?3 reason, ?4 total, ?5 currency.
const REVIEW: &str = "
    INSERT INTO {reviews} (merchant, order_id, reason, total, currency, first_seen)
    VALUES (?1, ?2, ?3, ?4, ?5, {now})
    ON CONFLICT DO NOTHING";

// ?1 merchant, ?2 idempotency key.
const CART_HOLDER: &str = "
    SELECT {record}, o.cart_fingerprint, {now} - o.opened_at AS age
    FROM {orders} AS o WHERE o.merchant = ?1 AND o.cart_key = ?2";

// ?1 merchant, ?2 idempotency key.
const FREE_CART: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND cart_key = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency, ?6 mode, ?7 key, ?8 fingerprint.
const OPEN: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode,
         cart_key, cart_fingerprint)
    VALUES (?1, ?2, {now}, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = excluded.opened_at,
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        mode = excluded.mode,
        cart_key = excluded.cart_key,
        cart_fingerprint = excluded.cart_fingerprint
    WHERE o.opened_at IS NULL
    RETURNING 1";

// ?1 merchant, ?2 order id, ?3 session.
const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = ?3
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
const ABANDON: &str = "
    UPDATE {orders} SET cart_key = NULL WHERE merchant = ?1 AND order_id = ?2";

// ?1 merchant, ?2 order id, ?3 kind, ?4 total, ?5 currency.
const SET_EXPECTED: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode)
    VALUES (?1, ?2, {now}, ?3, ?4, ?5, 'live')
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = coalesce(o.opened_at, excluded.opened_at),
        mode = coalesce(o.mode, excluded.mode),
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency";

// ?1 merchant, ?2 order id.
const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND opened_at IS NOT NULL";

// ?1 merchant, ?2 order id.
const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = ?1 AND o.order_id = ?2 AND o.opened_at IS NOT NULL";

// ?1 age in ms, ?2 limit.
const UNSETTLED_SINCE: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.paid_at IS NULL AND o.failed_at IS NULL AND o.opened_at <= {now} - ?1
    ORDER BY o.opened_at, o.merchant, o.order_id LIMIT ?2";

// ?1 limit.
const REVIEWS: &str = "
    SELECT merchant, order_id, reason, total, currency, first_seen FROM {reviews}
    ORDER BY id DESC LIMIT ?1";

// ?1 age in ms, ?2 batch.
const PURGE: &str = "
    DELETE FROM {orders} WHERE (merchant, order_id) IN (
        SELECT merchant, order_id FROM {orders}
        WHERE done_since <= {now} - ?1
        ORDER BY done_since LIMIT ?2
    )";

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
    pub(super) unsettled_since: Arc<str>,
    pub(super) reviews: Arc<str>,
    pub(super) purge: Arc<str>,
}

impl Statements {
    pub(super) fn new(prefix: &TablePrefix) -> Self {
        let with_prefix = |template: &str| -> Arc<str> {
            template
                .replace("{record}", RECORD)
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
            unsettled_since: with_prefix(UNSETTLED_SINCE),
            reviews: with_prefix(REVIEWS),
            purge: with_prefix(PURGE),
        }
    }
}
