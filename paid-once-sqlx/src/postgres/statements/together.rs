//! What the store asks for several orders at once: claims and settlements that queued while another statement
//! was under way.
//!
//! A statement of several orders waits for nobody's transaction, because all of them would: an order whose row
//! somebody else holds is passed over, comes back without an answer, and is asked for alone. Rows that are new
//! are written in the order of their keys, so that two nodes cannot wait for each other.
//!
//! `LIMIT` names the number of orders once more. Where the planner does not know it, it expects one row, and finds
//! each order by the primary key; by the length of an array it would read a table whole that was small when the
//! plan was made, and go on with that when it has grown.

// In order of their keys, none twice: $1 merchants, $2 order ids, $3 claimants, $5 totals and $6 currencies of
// successes. For all of them: $4 lease in ms. $7 how many.
pub(super) const CLAIM_TOGETHER: &str = "
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $5::bigint[], $6::text[])
            AS asked (merchant, order_id, claimant, total, currency)
        LIMIT $7
    ),
    known AS MATERIALIZED (
        SELECT asked.*, o.merchant IS NOT NULL AS is_known, {is_free_to_asked_of_several} AS is_free, {stands}
        FROM asked
            LEFT JOIN {orders} AS o ON o.merchant = asked.merchant AND o.order_id = asked.order_id
    ),
    granted AS (
        INSERT INTO {orders} AS o
            (merchant, order_id, lease_claimant, lease_until, lease_total, lease_currency,
             unsettled_claims, fence, due_at)
        SELECT merchant, order_id, claimant, clock_timestamp() + $4 * interval '1 millisecond',
            total, currency, 1, 1, CASE WHEN total IS NOT NULL THEN {due_after_a_claim} END
        FROM known
        WHERE CASE WHEN is_known THEN is_free AND (
            SELECT true FROM {orders} AS o
            WHERE o.merchant = known.merchant AND o.order_id = known.order_id
            FOR UPDATE SKIP LOCKED
        ) ELSE true END
        {claimed_anew}
        RETURNING o.merchant, o.order_id, o.unsettled_claims, o.fence
    )
    SELECT merchant, order_id, true AS granted, unsettled_claims, fence,
        NULL::bigint AS paid_total, NULL::text AS paid_currency,
        NULL::bigint AS owed_total, NULL::text AS owed_currency,
        false AS failed_or_closed, NULL::bigint AS lease_left
    FROM granted
    UNION ALL
    SELECT merchant, order_id, false, NULL, NULL,
        paid_total, paid_currency, owed_total, owed_currency, failed_or_closed, lease_left
    FROM known WHERE is_known AND NOT is_free";

// In order of their keys, none twice: $1 merchants, $2 order ids, $3 claimants. $4 how many.
pub(super) const SETTLE_TOGETHER: &str = "
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
            AS asked (merchant, order_id, claimant)
        LIMIT $4
    ),
    held AS MATERIALIZED (
        SELECT asked.* FROM asked, {orders} AS o
        WHERE o.merchant = asked.merchant AND o.order_id = asked.order_id
            AND o.lease_claimant = asked.claimant
        FOR UPDATE OF o SKIP LOCKED
    )
    UPDATE {orders} AS o SET
        {settled}
    FROM held
    WHERE o.merchant = held.merchant AND o.order_id = held.order_id
        AND o.lease_claimant = held.claimant
    RETURNING o.merchant, o.order_id";
