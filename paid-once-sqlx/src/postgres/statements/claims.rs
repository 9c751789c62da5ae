//! What the store asks: claims and what becomes of them.

// $1 merchant, $2 order id, $3 claimant, $4 lease in ms, $5 total and $6 currency of a success.
//
// `standing` reads, without a lock, what already decides: a duplicate writes nothing and waits for
// nobody, not even for an open transaction that settles the order. Only where nothing stands in the
// way the order is claimed, and `DO UPDATE` looks again at the row that it has locked by then. The
// claimant's own lease is granted again as it is; any other claim counts up. No row at all means that
// the order was changed after it was read; the statement is then sent again.
pub(super) const CLAIM: &str = "
    WITH standing AS (
        SELECT {stands} FROM {orders} AS o
        WHERE o.merchant = $1 AND o.order_id = $2 AND NOT (
            {is_free_to_asked}
        )
    ),
    granted AS (
        INSERT INTO {orders} AS o
            (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
             unsettled_claims, fence, due_at)
        SELECT $1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond', $5, $6, 1, 1,
            CASE WHEN $5 IS NOT NULL THEN {due_after_a_claim} END
        WHERE NOT EXISTS (SELECT FROM standing)
        {claimed_anew}
        RETURNING o.unsettled_claims, o.fence
    )
    SELECT true AS granted, unsettled_claims, fence,
        NULL::bigint AS paid_total, NULL::text AS paid_currency,
        NULL::bigint AS owed_total, NULL::text AS owed_currency,
        false AS failed_or_closed, NULL::bigint AS lease_left
    FROM granted
    UNION ALL
    SELECT false, NULL, NULL, * FROM standing";

/// What a claim does to an order that is there and free. $4 lease in ms.
pub(super) const CLAIMED_ANEW: &str = "ON CONFLICT (merchant, order_id) DO UPDATE SET
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
        WHERE {is_free_to_excluded}";

// $1 merchant, $2 order id.
pub(super) const STANDING: &str = "
    SELECT {stands} FROM {orders} WHERE merchant = $1 AND order_id = $2";

// $1 merchant, $2 order id, $3 claimant.
pub(super) const SETTLE: &str = "
    UPDATE {orders} AS o SET
        {settled}
    WHERE merchant = $1 AND order_id = $2 AND lease_claimant = $3";

/// What a settlement does to its order. The right-hand sides see the row as it was.
pub(super) const SETTLED: &str =
    "paid_by = CASE WHEN o.lease_total IS NULL THEN o.paid_by ELSE o.lease_claimant END,
        paid_at = CASE WHEN o.lease_total IS NULL THEN o.paid_at ELSE clock_timestamp() END,
        paid_total = coalesce(o.lease_total, o.paid_total),
        paid_currency = coalesce(o.lease_currency, o.paid_currency),
        failed_by = CASE WHEN o.lease_total IS NULL THEN o.lease_claimant ELSE o.failed_by END,
        failed_at = CASE WHEN o.lease_total IS NULL THEN clock_timestamp() ELSE o.failed_at END,
        due_at = CASE WHEN o.lease_total IS NULL THEN o.due_at END,
        undelivered_since = NULL, last_failure = NULL,
        unsettled_claims = o.unsettled_claims - 1,
        lease_claimant = NULL, lease_until = NULL, lease_total = NULL, lease_currency = NULL";

// $1 merchant, $2 order id, $3 claimant.
pub(super) const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = $1 AND order_id = $2 AND (paid_by = $3 OR failed_by = $3)";

// $1 merchant, $2 order id, $3 claimant, $4 why. What is owed stays.
pub(super) const RELEASE: &str = "
    UPDATE {orders} AS o SET
        undelivered_since = CASE WHEN o.lease_total IS NOT NULL THEN
            coalesce({undelivered_since}, clock_timestamp()) END,
        last_failure = CASE WHEN o.lease_total IS NOT NULL THEN $4 END,
        due_at = CASE WHEN o.lease_total IS NOT NULL AND o.undelivered_since IS NULL
            THEN least(o.due_at, {due_after_a_claim}) ELSE o.due_at END,
        lease_claimant = NULL, lease_until = NULL
    WHERE merchant = $1 AND order_id = $2 AND lease_claimant = $3";
