use std::sync::Arc;

use super::Tables;
use crate::claim::DUE_AFTER_A_CLAIM;

// Which clock. `now()` is when the transaction began, and `settle_in` runs in one that may be as old
// as its handler: not used. `clock_timestamp()` is read when a row is changed, after any wait for its
// lock: a lease is never shortened by that wait. An index cannot be asked for rows before a clock
// that goes on while it is read, so ranges are asked by `statement_timestamp()`, which is never later.

/// A time as milliseconds since 1970.
const MILLIS: &str = "(extract(epoch FROM {time}) * 1000)::bigint";

/// When an unpaid order failed or was closed, whichever came last. The expression of an index.
const UNPAID_SINCE: &str = "greatest(o.failed_at, o.closed_at)";

/// Since when a success of the order `o` is claimed and not delivered; NULL while its first lease is live.
const UNDELIVERED_SINCE: &str = "CASE WHEN o.lease_total IS NOT NULL THEN
            coalesce(o.undelivered_since,
                CASE WHEN o.lease_until <= clock_timestamp() THEN o.lease_until END)
        END";

/// When the order `o` was opened. One that was never opened, and is due because a success of it is owed,
/// was opened then as far as anybody can say.
const OPENED_AT: &str =
    "coalesce(o.opened_at, o.undelivered_since, o.lease_until, statement_timestamp())";

/// The columns of an order record.
const RECORD: &str = "o.merchant, o.order_id, {opened_at} AS opened_at,
    coalesce(o.mode, 'live') AS mode, o.session,
    coalesce(o.expected_kind, 'unknown') AS expected_kind, o.expected_total, o.expected_currency,
    o.paid_total, o.paid_currency, o.failed_at IS NOT NULL AS failed,
    o.closed_at IS NOT NULL AS closed,
    o.lease_total AS owed_total, o.lease_currency AS owed_currency,
    o.unsettled_claims, o.last_failure, {undelivered_millis} AS undelivered_since,
    EXISTS (
        SELECT FROM {reviews} AS r WHERE r.merchant = o.merchant AND r.order_id = o.order_id
    ) AS in_review";

/// What a due order has beside its record.
const DUE: &str = "greatest(0, {age}) AS age, o.taken";

/// Whether the order `o` may be given to a claimant, for a success with a total or for a failure. What is
/// owed stays owed: a success with another total is not granted, and no failure is. Never NULL.
const IS_FREE: &str = "o.paid_at IS NULL
            AND ({total} IS NOT NULL OR (o.failed_at IS NULL AND o.closed_at IS NULL))
            AND (o.lease_total IS NULL
                OR (o.lease_total IS NOT DISTINCT FROM {total}
                    AND o.lease_currency IS NOT DISTINCT FROM {currency}))
            AND (o.lease_claimant IS NULL
                OR o.lease_claimant = {claimant}
                OR o.lease_until <= clock_timestamp())";

/// Why an order is not free, for the one that asks.
const STANDS: &str = "paid_total, paid_currency,
        lease_total AS owed_total, lease_currency AS owed_currency,
        failed_at IS NOT NULL OR closed_at IS NOT NULL AS failed_or_closed,
        ceil(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::bigint AS lease_left";

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
             unsettled_claims, fence, due_at)
        SELECT merchant, order_id, claimant, clock_timestamp() + $4 * interval '1 millisecond',
            total, currency, 1, 1,
            CASE WHEN total IS NOT NULL THEN {due_after_a_claim} END
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
            undelivered_since = {undelivered_since},
            last_failure = NULL,
            due_at = coalesce(o.due_at, excluded.due_at),
            lease_claimant = excluded.lease_claimant,
            lease_until = clock_timestamp() + $4 * interval '1 millisecond',
            lease_total = excluded.lease_total,
            lease_currency = excluded.lease_currency
        WHERE {is_free_to_excluded}
        RETURNING o.unsettled_claims, o.fence
    )
    SELECT true AS granted, unsettled_claims, fence,
        NULL::bigint AS paid_total, NULL::text AS paid_currency,
        NULL::bigint AS owed_total, NULL::text AS owed_currency,
        false AS failed_or_closed, NULL::bigint AS lease_left
    FROM granted
    UNION ALL
    SELECT false, NULL, NULL, {stands}
    FROM standing";

// $1 merchant, $2 order id.
const STANDING: &str = "
    SELECT {stands} FROM {orders} WHERE merchant = $1 AND order_id = $2";

// $1 merchant, $2 order id, $3 claimant. The right-hand sides see the row as it was.
const SETTLE: &str = "
    UPDATE {orders} SET
        paid_by = CASE WHEN lease_total IS NULL THEN paid_by ELSE lease_claimant END,
        paid_at = CASE WHEN lease_total IS NULL THEN paid_at ELSE clock_timestamp() END,
        paid_total = coalesce(lease_total, paid_total),
        paid_currency = coalesce(lease_currency, paid_currency),
        failed_by = CASE WHEN lease_total IS NULL THEN lease_claimant ELSE failed_by END,
        failed_at = CASE WHEN lease_total IS NULL THEN clock_timestamp() ELSE failed_at END,
        due_at = CASE WHEN lease_total IS NULL THEN due_at END,
        undelivered_since = NULL, last_failure = NULL,
        unsettled_claims = unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL
    WHERE merchant = $1 AND order_id = $2 AND lease_claimant = $3
    RETURNING 1";

// $1 merchant, $2 order id, $3 claimant.
const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND (paid_by = $3 OR failed_by = $3)";

// $1 merchant, $2 order id, $3 claimant, $4 why. What is owed stays.
const RELEASE: &str = "
    UPDATE {orders} AS o SET
        undelivered_since = CASE WHEN o.lease_total IS NOT NULL THEN
            coalesce({undelivered_since}, clock_timestamp()) END,
        last_failure = CASE WHEN o.lease_total IS NOT NULL THEN $4 END,
        lease_claimant = NULL, lease_until = NULL
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
    SELECT {record}, o.opened_at IS NOT NULL AS known, o.lease_total IS NOT NULL AS owed,
        c.fingerprint,
        (extract(epoch FROM statement_timestamp() - o.opened_at) * 1000)::bigint AS age
    FROM {carts} AS c
        LEFT JOIN {orders} AS o ON o.merchant = c.merchant AND o.order_id = c.order_id
    WHERE c.merchant = $1 AND c.cart_key = sha256($2::bytea)
    FOR UPDATE OF c";

// $1 merchant, $2 idempotency key, $3 order id, $4 fingerprint.
const PASS_CART_ON: &str = "
    UPDATE {carts} SET order_id = $3, fingerprint = $4
    WHERE merchant = $1 AND cart_key = sha256($2::bytea)";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency, $6 mode, $7 age in ms at which it is due. What
// was claimed before is due by then too.
const OPEN: &str = "
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
const ATTACH_SESSION: &str = "
    UPDATE {orders} SET session = $3
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
const ABANDON: &str = "
    DELETE FROM {carts} WHERE merchant = $1 AND order_id = $2";

// $1 merchant, $2 order id, $3 kind, $4 total, $5 currency, $6 age in ms at which it is due if it is new.
const SET_EXPECTED: &str = "
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
const EXPECTED: &str = "
    SELECT expected_kind, expected_total, expected_currency FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL";

// $1 merchant, $2 order id.
const GET: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.merchant = $1 AND o.order_id = $2 AND o.opened_at IS NOT NULL";

// $1 merchant, $2 limit, $3 for how many ms they are nobody else's. A row that somebody works on is passed
// over: it is still due afterwards.
const TAKE_DUE: &str = "
    WITH due AS (
        SELECT o.merchant, o.order_id FROM {orders} AS o
        WHERE o.merchant = $1 AND o.due_at <= statement_timestamp()
        ORDER BY o.due_at LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
    UPDATE {orders} AS o SET
        due_at = clock_timestamp() + $3 * interval '1 millisecond',
        taken = o.taken + 1,
        undelivered_since = {undelivered_since}
    FROM due WHERE o.merchant = due.merchant AND o.order_id = due.order_id
    RETURNING {record}, {due}";

// $1 merchant, $2 limit.
const DUE_ORDERS: &str = "
    SELECT {record}, {due} FROM {orders} AS o
    WHERE o.merchant = $1 AND o.due_at <= statement_timestamp()
    ORDER BY o.due_at LIMIT $2";

// $1 merchant, $2 order id, $3 pause in ms.
const POSTPONE: &str = "
    UPDATE {orders} SET due_at = clock_timestamp() + $3 * interval '1 millisecond'
    WHERE merchant = $1 AND order_id = $2 AND due_at IS NOT NULL";

// $1 merchant, $2 order id, $3 how often it may have been taken.
const HURRY: &str = "
    UPDATE {orders} SET due_at = least(due_at, clock_timestamp())
    WHERE merchant = $1 AND order_id = $2 AND due_at IS NOT NULL AND taken < $3";

// $1 merchant, $2 order id.
const CLOSE: &str = "
    WITH closed AS (
        UPDATE {orders} SET closed_at = coalesce(closed_at, clock_timestamp()), due_at = NULL
        WHERE merchant = $1 AND order_id = $2 AND opened_at IS NOT NULL
            AND paid_at IS NULL AND lease_total IS NULL
        RETURNING merchant, order_id
    ),
    freed AS (
        DELETE FROM {carts} AS c USING closed
        WHERE c.merchant = closed.merchant AND c.order_id = closed.order_id
    )
    SELECT FROM closed";

// $1 limit.
const UNDELIVERED: &str = "
    SELECT {record} FROM {orders} AS o
    WHERE o.undelivered_since IS NOT NULL
    ORDER BY o.undelivered_since LIMIT $1";

// $1 limit.
const REVIEWS: &str = "
    SELECT merchant, order_id, reason, total, currency, {first_seen} AS first_seen FROM {reviews}
    ORDER BY id DESC LIMIT $1";

// $1 age in ms of paid orders, $2 of unpaid ones, $3 batch. A row that somebody works on is left for the
// next batch.
const PURGE: &str = "
    WITH paid AS (
        SELECT o.merchant, o.order_id FROM {orders} AS o
        WHERE o.paid_at <= statement_timestamp() - $1 * interval '1 millisecond'
        ORDER BY o.paid_at LIMIT $3
        FOR UPDATE SKIP LOCKED
    ),
    unpaid AS (
        SELECT o.merchant, o.order_id FROM {orders} AS o
        WHERE o.paid_at IS NULL AND (o.failed_at IS NOT NULL OR o.closed_at IS NOT NULL)
            AND {unpaid_since} <= statement_timestamp() - $2 * interval '1 millisecond'
            AND o.lease_total IS NULL
            AND (o.lease_until IS NULL OR o.lease_until <= statement_timestamp())
        ORDER BY {unpaid_since} LIMIT $3 - (SELECT count(*) FROM paid)
        FOR UPDATE SKIP LOCKED
    ),
    past AS (
        SELECT * FROM paid UNION ALL SELECT * FROM unpaid
    ),
    purged AS (
        DELETE FROM {orders} AS o USING past
        WHERE o.merchant = past.merchant AND o.order_id = past.order_id
        RETURNING o.merchant, o.order_id
    ),
    freed AS (
        DELETE FROM {carts} AS c USING past
        WHERE c.merchant = past.merchant AND c.order_id = past.order_id
    )
    SELECT count(*) AS purged FROM purged";

/// The SQL of one ledger. Made once; a statement keeps its text, so that the server keeps its plan.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) claim: Arc<str>,
    pub(super) standing: Arc<str>,
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
    pub(super) take_due: Arc<str>,
    pub(super) due_orders: Arc<str>,
    pub(super) postpone: Arc<str>,
    pub(super) hurry: Arc<str>,
    pub(super) close: Arc<str>,
    pub(super) undelivered: Arc<str>,
    pub(super) reviews: Arc<str>,
    pub(super) purge: Arc<str>,
}

impl Statements {
    pub(super) fn new(tables: &Tables) -> Self {
        let millis = |time| MILLIS.replace("{time}", time);
        let age = format!("statement_timestamp() - {OPENED_AT}");
        let is_free = |total, currency, claimant| {
            IS_FREE
                .replace("{total}", total)
                .replace("{currency}", currency)
                .replace("{claimant}", claimant)
        };
        let due_after_a_claim =
            format!("clock_timestamp() + {DUE_AFTER_A_CLAIM} * interval '1 millisecond'");
        let on_tables = |template: &str| -> Arc<str> {
            let sql = template
                .replace("{record}", RECORD)
                .replace("{due}", DUE)
                .replace("{stands}", STANDS)
                .replace("{age}", &millis(&age))
                .replace("{opened_at}", &millis(OPENED_AT))
                .replace("{undelivered_millis}", &millis(UNDELIVERED_SINCE))
                .replace("{undelivered_since}", UNDELIVERED_SINCE)
                .replace("{unpaid_since}", UNPAID_SINCE)
                .replace("{due_after_a_claim}", &due_after_a_claim)
                .replace("{first_seen}", &millis("first_seen"))
                .replace(
                    "{is_free_to_asked}",
                    &is_free("total", "currency", "claimant"),
                )
                .replace(
                    "{is_free_to_excluded}",
                    &is_free(
                        "excluded.lease_total",
                        "excluded.lease_currency",
                        "excluded.lease_claimant",
                    ),
                )
                .replace("{orders}", &tables.name("orders"))
                .replace("{carts}", &tables.name("carts"))
                .replace("{reviews}", &tables.name("reviews"));
            sql.into()
        };
        Self {
            claim: on_tables(CLAIM),
            standing: on_tables(STANDING),
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
            take_due: on_tables(TAKE_DUE),
            due_orders: on_tables(DUE_ORDERS),
            postpone: on_tables(POSTPONE),
            hurry: on_tables(HURRY),
            close: on_tables(CLOSE),
            undelivered: on_tables(UNDELIVERED),
            reviews: on_tables(REVIEWS),
            purge: on_tables(PURGE),
        }
    }
}
