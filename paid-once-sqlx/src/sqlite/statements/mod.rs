mod claims;
mod orders;

use std::sync::Arc;

use crate::TablePrefix;
use crate::value::DUE_AFTER_A_CLAIM;

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

/// When an unpaid order failed or was closed, whichever came last. The expression of an index.
const UNPAID_SINCE: &str = "max(coalesce(failed_at, closed_at), coalesce(closed_at, failed_at))";

/// The SQL of one ledger. Made once; a statement keeps its text, so that its plan is kept too.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) claim: Arc<str>,
    pub(super) claim_and_make_due: Arc<str>,
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
                .replace(
                    "{due_after_a_claim}",
                    &format!("{{now}} + {DUE_AFTER_A_CLAIM}"),
                )
                .replace("{orders}", &format!("{prefix}orders"))
                .replace("{reviews}", &format!("{prefix}reviews"))
                .replace("{now}", NOW)
                .into()
        };
        Self {
            claim: with_prefix(&claims::CLAIM.sql()),
            claim_and_make_due: with_prefix(&claims::CLAIM_AND_MAKE_DUE.sql()),
            standing: with_prefix(claims::STANDING),
            settle: with_prefix(claims::SETTLE),
            settled_by: with_prefix(claims::SETTLED_BY),
            release: with_prefix(claims::RELEASE),
            review: with_prefix(claims::REVIEW),
            cart_holder: with_prefix(orders::CART_HOLDER),
            free_cart: with_prefix(orders::FREE_CART),
            open: with_prefix(orders::OPEN),
            attach_session: with_prefix(orders::ATTACH_SESSION),
            abandon: with_prefix(orders::ABANDON),
            set_expected: with_prefix(orders::SET_EXPECTED),
            expected: with_prefix(orders::EXPECTED),
            get: with_prefix(orders::GET),
            take_due: with_prefix(orders::TAKE_DUE),
            due_orders: with_prefix(orders::DUE_ORDERS),
            postpone: with_prefix(orders::POSTPONE),
            hurry: with_prefix(orders::HURRY),
            close: with_prefix(orders::CLOSE),
            undelivered: with_prefix(orders::UNDELIVERED),
            reviews: with_prefix(orders::REVIEWS),
            purge_paid: with_prefix(orders::PURGE_PAID),
            purge_unpaid: with_prefix(orders::PURGE_UNPAID),
        }
    }
}
