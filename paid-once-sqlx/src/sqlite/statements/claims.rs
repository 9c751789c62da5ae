//! What the store asks: claims and what becomes of them.

// In order: merchant, order id, claimant, lease in ms, total and currency of a success, and in how many ms a
// success is due that is not due already (NULL for a failure). Without numbers, so that the statement can be
// repeated in one text.
// The claimant's own lease is granted again as it is; any other claim counts up. What is owed stays owed:
// a success with another total is not granted, and no failure is.
// A success of an order that is there and is not due, because it was closed or never opened, takes
// CLAIM_AND_MAKE_DUE: to name `due_at` is to write its index anew, also where its value stays.
pub(super) const CLAIM: Claim = Claim {
    due: "",
    unless: "AND (excluded.lease_total IS NULL OR o.due_at IS NOT NULL)",
};
pub(super) const CLAIM_AND_MAKE_DUE: Claim = Claim {
    due: "due_at = coalesce(o.due_at, excluded.due_at),",
    unless: "",
};

/// The two forms of a claim.
pub(super) struct Claim {
    due: &'static str,
    unless: &'static str,
}

impl Claim {
    pub(super) fn sql(&self) -> String {
        let claim = CLAIM_OF_EITHER_FORM.replace("{due}", self.due);
        claim.replace("{unless}", self.unless)
    }
}

const CLAIM_OF_EITHER_FORM: &str = "
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
        {due}
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
        {unless}
    RETURNING unsettled_claims, fence";

// ?1 merchant, ?2 order id.
pub(super) const STANDING: &str = "
    SELECT paid_total, paid_currency, lease_total AS owed_total, lease_currency AS owed_currency,
        failed_at IS NOT NULL OR closed_at IS NOT NULL AS failed_or_closed,
        lease_until - {now} AS lease_left
    FROM {orders} WHERE merchant = ?1 AND order_id = ?2";

// In order: merchant, order id, claimant. Without numbers too. The right-hand sides see the row as it was.
pub(super) const SETTLE: &str = "
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
    WHERE merchant = ? AND order_id = ? AND lease_claimant = ?";

// ?1 merchant, ?2 order id, ?3 claimant.
pub(super) const SETTLED_BY: &str = "
    SELECT 1 FROM {orders}
    WHERE merchant = ?1 AND order_id = ?2 AND (paid_by = ?3 OR failed_by = ?3)";

// ?1 merchant, ?2 order id, ?3 claimant, ?4 why. What is owed stays.
pub(super) const RELEASE: &str = "
    UPDATE {orders} AS o SET
        undelivered_since = iif(o.lease_total IS NULL, NULL,
            coalesce({undelivered_since}, {now})),
        last_failure = iif(o.lease_total IS NULL, NULL, ?4),
        due_at = iif(o.lease_total IS NOT NULL AND o.undelivered_since IS NULL,
            min(coalesce(o.due_at, {due_after_a_claim}), {due_after_a_claim}), o.due_at),
        lease_claimant = NULL, lease_until = NULL
    WHERE merchant = ?1 AND order_id = ?2 AND lease_claimant = ?3";
