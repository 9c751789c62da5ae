use std::sync::Arc;

use super::Tables;

// Which clock. `now()` is when the transaction began, and `settle_in` runs in one that may be as old
// as its handler: not used. `clock_timestamp()` is read when a row is changed, after any wait for its
// lock: a lease is never shortened by that wait. An index cannot be asked for rows before a clock
// that goes on while it is read, so ranges are asked by `statement_timestamp()`, which is never later.

/// A time as milliseconds since 1970.
const MILLIS: &str = "(extract(epoch FROM {time}) * 1000)::bigint";

/// The last thing that happened to an order, claims aside. The expression of an index.
const LAST_EVENT: &str = "coalesce(greatest(o.paid_at, o.failed_at), o.opened_at)";

/// The columns of an order record.
const RECORD: &str = "o.merchant, o.order_id, {opened_at} AS opened_at, o.mode, o.session,
    o.expected_kind, o.expected_total, o.expected_currency,
    o.paid_total, o.paid_currency, o.failed_at IS NOT NULL AS failed,
    EXISTS (
        SELECT FROM {reviews} AS r WHERE r.merchant = o.merchant AND r.order_id = o.order_id
    ) AS in_review";

/// Whether the order `o` may be given to a claimant, for a success with a total or for a failure.
const IS_FREE: &str = "o.paid_at IS NULL
            AND (o.failed_at IS NULL OR {total} IS NOT NULL)
            AND (o.lease_claimant IS NULL
                OR o.lease_claimant = {claimant}
                OR o.lease_until <= clock_timestamp())";

// $1 merchant, $2 order id, $3 claimant, $4 lease in ms, $5 total and $6 currency of a success.
//
// `standing` reads, without a lock, what already decides: a duplicate writes nothing and waits for
// nobody, not even for an open transaction that settles the order. Only where nothing stands in the
// way the order is claimed, and `DO UPDATE` looks again at the row that it has locked by then. The
// claimant's own lease is granted again as it is; any other claim counts up. No row at all means that
// the order was changed after it was read; the statement is then sent again.
const CLAIM: &str = "
    WITH asked (merchant, order_id, claimant, total, currency) AS (
        VALUES ($1::text, $2::text, $3::bytea, $5::bigint, $6::text)
    ),
    standing AS (
        SELECT o.*
        FROM asked JOIN {orders} AS o USING (merchant, order_id)
        WHERE NOT (
            {is_free_to_asked}
        )
    ),
    granted AS (
        INSERT INTO {orders} AS o
            (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
             unsettled_claims, fence)
        SELECT merchant, order_id, claimant, clock_timestamp() + $4 * interval '1 millisecond',
            total, currency, 1, 1
        FROM asked
        WHERE NOT EXISTS (
            SELECT FROM standing AS s
            WHERE s.merchant = asked.merchant AND s.order_id = asked.order_id
        )
        ON CONFLICT (merchant, order_id) DO UPDATE SET
            unsettled_claims = o.unsettled_claims
                + (o.lease_claimant IS DISTINCT FROM excluded.lease_claimant)::int,
            fence = o.fence
                + (o.lease_claimant IS DISTINCT FROM excluded.lease_claimant)::int,
            lease_claimant = excluded.lease_claimant,
            lease_until = clock_timestamp() + $4 * interval '1 millisecond',
            lease_total = excluded.lease_total,
            lease_currency = excluded.lease_currency
        WHERE {is_free_to_excluded}
        RETURNING o.unsettled_claims, o.fence
    )
    SELECT true AS granted, unsettled_claims, fence,
        NULL::bigint AS paid_total, NULL::text AS paid_currency, false AS failed,
        NULL::bigint AS lease_left
    FROM granted
    UNION ALL
    SELECT false, NULL, NULL, paid_total, paid_currency, failed_at IS NOT NULL,
        ceil(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::bigint
    FROM standing";

// $1 merchant, $2 order id, $3 claimant. The right-hand sides see the row as it was.
const SETTLE: &str = "
    UPDATE {orders} SET
        paid_by = CASE WHEN lease_total IS NULL THEN paid_by ELSE lease_claimant END,
        paid_at = CASE WHEN lease_total IS NULL THEN paid_at ELSE clock_timestamp() END,
        paid_total = coalesce(lease_total, paid_total),
        paid_currency = coalesce(lease_currency, paid_currency),
        failed_by = CASE WHEN lease_total IS NULL THEN lease_claimant ELSE failed_by END,
        failed_at = CASE WHEN lease_total IS NULL THEN clock_timestamp() ELSE failed_at END,
        unsettled_claims = unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = $1 AND order_id = $2 AND lease_claimant = $3
    RETURNING 1";

// $1 merchant, $2 order id, $3 claimant.
const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND (paid_by = $3 OR failed_by = $3)";

// $1 merchant, $2 order id, $3 claimant.
const RELEASE: &str = "
    UPDATE {orders} SET
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = $1 AND order_id = $2 AND lease_claimant = $3";

// $1 merchant, $2 order id, $3 reason, $4 total, $5 currency.
const REVIEW: &str = "
    INSERT INTO {reviews} (merchant, order_id, reason, total, currency, first_seen)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp())
    ON CONFLICT DO NOTHING";

// $1 merchant, $2 idempotency key, $3 order id, $4 fingerprint.
const TAKE_CART: &str = "
    INSERT INTO {carts} (merchant, cart_key, order_id, fingerprint)
    VALUES ($1, sha256($2::bytea), $3, $4)
    ON CONFLICT (merchant, cart_key) DO NOTHING
    RETURNING 1";

// $1 merchant, $2 idempotency key. Locked: who comes next for the same cart waits for the decision.
const CART_HOLDER: &str = "
    SELECT {record}, o.opened_at IS NOT NULL AS known, c.fingerprint,
        (extract(epoch FROM statement_timestamp() - o.opened_at) * 1000)::bigint AS age
    FROM {carts} AS c
        LEFT JOIN {orders} AS o ON o.merchant = c.merchant AND o.order_id = c.order_id
    WHERE c.merchant = $1 AND c.cart_key = sha256($2::bytea)
    FOR UPDATE OF c";

// $1 merchant, $2 idempotency key, $3 order id, $4 fingerprint.
const PASS_CART_ON: &str = "
    UPDATE {carts} SET order_id = $3, fingerprint = $4
    WHERE merchant = $1 AND cart_key = sha256($2::bytea)";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency, $6 mode.
const OPEN: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode)
    VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6)
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = excluded.opened_at,
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency,
        mode = excluded.mode
    WHERE o.opened_at IS NULL
    RETURNING 1";

// $1 merchant, $2 order id, $3 session.
const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = $3
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
const ABANDON: &str = "
    DELETE FROM {carts} WHERE merchant = $1 AND order_id = $2";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency.
const SET_EXPECTED: &str = "
    INSERT INTO {orders} AS o
        (merchant, order_id, opened_at, expected_kind, expected_total, expected_currency, mode)
    VALUES ($1, $2, clock_timestamp(), $3, $4, $5, 'live')
    ON CONFLICT (merchant, order_id) DO UPDATE SET
        opened_at = coalesce(o.opened_at, excluded.opened_at),
        mode = coalesce(o.mode, excluded.mode),
        expected_kind = excluded.expected_kind,
        expected_total = excluded.expected_total,
        expected_currency = excluded.expected_currency";

// $1 merchant, $2 order id.
const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = $1 AND o.order_id = $2 AND o.opened_at IS NOT NULL";

// $1 age in ms, $2 limit.
const UNSETTLED_SINCE: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.paid_at IS NULL AND o.failed_at IS NULL
        AND o.opened_at <= statement_timestamp() - $1 * interval '1 millisecond'
    ORDER BY o.opened_at, o.merchant, o.order_id LIMIT $2";

// $1 limit.
const REVIEWS: &str = "
    SELECT merchant, order_id, reason, total, currency, {first_seen} AS first_seen FROM {reviews}
    ORDER BY id DESC LIMIT $1";

// $1 age in ms, $2 batch. A row that somebody works on is left for the next batch.
const PURGE: &str = "
    WITH due AS (
        SELECT o.merchant, o.order_id FROM {orders} AS o
        WHERE {last_event} <= statement_timestamp() - $1 * interval '1 millisecond'
            AND (o.paid_at IS NOT NULL OR o.unsettled_claims = 0)
        ORDER BY {last_event} LIMIT $2
        FOR UPDATE SKIP LOCKED
    ),
    purged AS (
        DELETE FROM {orders} AS o USING due
        WHERE o.merchant = due.merchant AND o.order_id = due.order_id
        RETURNING o.merchant, o.order_id
    ),
    freed AS (
        DELETE FROM {carts} AS c USING due
        WHERE c.merchant = due.merchant AND c.order_id = due.order_id
    )
    SELECT count(*) AS purged FROM purged";

/// The SQL of one ledger. Made once; a statement keeps its text, so that the server keeps its plan.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) claim: Arc<str>,
    pub(super) settle: Arc<str>,
    pub(super) settled_by: Arc<str>,
    pub(super) release: Arc<str>,
    pub(super) review: Arc<str>,
    pub(super) take_cart: Arc<str>,
    pub(super) cart_holder: Arc<str>,
    pub(super) pass_cart_on: Arc<str>,
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
    pub(super) fn new(tables: &Tables) -> Self {
        let millis = |time| MILLIS.replace("{time}", time);
        let is_free = |total, claimant| {
            let is_free = IS_FREE.replace("{total}", total);
            is_free.replace("{claimant}", claimant)
        };
        let on_tables = |template: &str| -> Arc<str> {
            let sql = template
                .replace("{record}", RECORD)
                .replace("{opened_at}", &millis("o.opened_at"))
                .replace("{first_seen}", &millis("first_seen"))
                .replace("{last_event}", LAST_EVENT)
                .replace("{is_free_to_asked}", &is_free("total", "claimant"))
                .replace(
                    "{is_free_to_excluded}",
                    &is_free("excluded.lease_total", "excluded.lease_claimant"),
                )
                .replace("{orders}", &tables.name("orders"))
                .replace("{carts}", &tables.name("carts"))
                .replace("{reviews}", &tables.name("reviews"));
            sql.into()
        };
        Self {
            claim: on_tables(CLAIM),
            settle: on_tables(SETTLE),
            settled_by: on_tables(SETTLED_BY),
            release: on_tables(RELEASE),
            review: on_tables(REVIEW),
            take_cart: on_tables(TAKE_CART),
            cart_holder: on_tables(CART_HOLDER),
            pass_cart_on: on_tables(PASS_CART_ON),
            open: on_tables(OPEN),
            attach_session: on_tables(ATTACH_SESSION),
            abandon: on_tables(ABANDON),
            set_expected: on_tables(SET_EXPECTED),
            expected: on_tables(EXPECTED),
            get: on_tables(GET),
            unsettled_since: on_tables(UNSETTLED_SINCE),
            reviews: on_tables(REVIEWS),
            purge: on_tables(PURGE),
        }
    }
}
