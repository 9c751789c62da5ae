mod back_office;
mod claims;
mod orders;
mod refunds;
mod reviews;

use std::sync::Arc;

use crate::TablePrefix;
use crate::value::{DUE_AFTER_A_CLAIM, ReviewLists};

/// Milliseconds since 1970, by SQLite's own clock. Stands still within one statement.
const NOW: &str = "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)";

/// Milliseconds in an hour.
const HOUR: &str = "3600000";

/// How the order `o` stands, by the name of its state.
const STATE: &str = "CASE
        WHEN o.paid_at IS NOT NULL THEN 'paid'
        WHEN {undelivered_since} IS NOT NULL THEN 'undelivered'
        WHEN EXISTS (
            SELECT 1 FROM {reviews} AS r
            WHERE r.merchant = o.merchant AND r.order_id = o.order_id AND +r.resolved_at IS NULL
        ) THEN 'review'
        WHEN o.failed_at IS NOT NULL THEN 'failed'
        WHEN o.closed_at IS NOT NULL THEN 'closed'
        ELSE 'pending'
    END";

/// What was given back of the order `o`; NULL where nothing is paid.
const REFUNDED: &str = "iif(o.paid_at IS NULL, NULL, (
        SELECT coalesce(sum(f.amount), 0) FROM {refunds} AS f
        WHERE f.merchant = o.merchant AND f.order_id = o.order_id AND f.state = 'executed'
    ))";

/// The columns of an order record. An order that was never opened, and is due because a success of it is
/// owed, was opened then as far as anybody can say.
const RECORD: &str = "o.merchant, o.order_id,
    coalesce(o.opened_at, o.undelivered_since, o.lease_until, {now}) AS opened_at,
    coalesce(o.mode, 'live') AS mode, o.session,
    coalesce(o.expected_kind, 'unknown') AS expected_kind, o.expected_total, o.expected_currency,
    {state} AS state, o.paid_total, o.paid_currency, {refunded} AS refunded,
    o.lease_total AS owed_total, o.lease_currency AS owed_currency,
    o.unsettled_claims, o.last_failure, {undelivered_since} AS undelivered_since";

/// The columns of an entry of the review queue.
const REVIEW: &str = "id, merchant, order_id, reason, total, currency, mode,
    requested_total, requested_currency, failure_code, failure_message,
    seen, first_seen, coalesce(last_seen, first_seen) AS last_seen,
    resolution, resolved_by, resolved_note, resolved_at";

/// The columns of a refund.
const REFUND: &str = "merchant, order_id, reference, amount, currency, asked_by, state,
    reserved_at, decided_at";

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
    pub(super) purge_paid: Arc<str>,
    pub(super) purge_unpaid: Arc<str>,
    pub(super) review: Arc<str>,
    pub(super) reviews: ReviewLists,
    pub(super) reviews_of_order: ReviewLists,
    pub(super) resolve: Arc<str>,
    pub(super) resolved: Arc<str>,
    pub(super) before_reserving: Arc<str>,
    pub(super) reserve: Arc<str>,
    pub(super) confirm: Arc<str>,
    pub(super) cancel: Arc<str>,
    pub(super) refunds: Arc<str>,
    pub(super) undecided_refunds: Arc<str>,
    pub(super) set_price: Arc<str>,
    pub(super) remove_price: Arc<str>,
    pub(super) price: Arc<str>,
    pub(super) orders: Arc<str>,
    pub(super) life: Arc<str>,
    pub(super) hours: Arc<str>,
    pub(super) gauges: Arc<str>,
}

impl Statements {
    pub(super) fn new(prefix: &TablePrefix) -> Self {
        let with_prefix = |template: &str| with_prefix(template, prefix);
        let lists = |template: &str| {
            ReviewLists::new(|which| with_prefix(&template.replace("{which}", which)))
        };
        Self {
            claim: with_prefix(&claims::CLAIM.sql()),
            claim_and_make_due: with_prefix(&claims::CLAIM_AND_MAKE_DUE.sql()),
            standing: with_prefix(claims::STANDING),
            settle: with_prefix(claims::SETTLE),
            settled_by: with_prefix(claims::SETTLED_BY),
            release: with_prefix(claims::RELEASE),
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
            purge_paid: with_prefix(orders::PURGE_PAID),
            purge_unpaid: with_prefix(orders::PURGE_UNPAID),
            review: with_prefix(reviews::REVIEW),
            reviews: lists(reviews::REVIEWS),
            reviews_of_order: lists(reviews::REVIEWS_OF_ORDER),
            resolve: with_prefix(reviews::RESOLVE),
            resolved: with_prefix(reviews::RESOLVED),
            before_reserving: with_prefix(refunds::BEFORE_RESERVING),
            reserve: with_prefix(refunds::RESERVE),
            confirm: with_prefix(refunds::CONFIRM),
            cancel: with_prefix(refunds::CANCEL),
            refunds: with_prefix(refunds::REFUNDS),
            undecided_refunds: with_prefix(refunds::UNDECIDED_REFUNDS),
            set_price: with_prefix(refunds::SET_PRICE),
            remove_price: with_prefix(refunds::REMOVE_PRICE),
            price: with_prefix(refunds::PRICE),
            orders: with_prefix(back_office::ORDERS),
            life: with_prefix(back_office::LIFE),
            hours: with_prefix(back_office::HOURS),
            gauges: with_prefix(back_office::GAUGES),
        }
    }
}

fn with_prefix(template: &str, prefix: &TablePrefix) -> Arc<str> {
    // Where there is no alias, the table's own name stands for it.
    let of_orders = |columns: &str| {
        columns
            .replace("{state}", STATE)
            .replace("{refunded}", REFUNDED)
            .replace("{undelivered_since}", UNDELIVERED_SINCE)
            .replace("o.", "{orders}.")
    };
    let sql = template
        .replace("{record of orders}", &of_orders(RECORD))
        .replace("{due of orders}", &of_orders(DUE))
        .replace(
            "{undelivered_since of orders}",
            &of_orders(UNDELIVERED_SINCE),
        )
        .replace("{record}", RECORD)
        .replace("{review}", REVIEW)
        .replace("{refund}", REFUND)
        .replace("{due}", DUE)
        .replace("{state}", STATE)
        .replace("{refunded}", REFUNDED)
        .replace("{undelivered_since}", UNDELIVERED_SINCE)
        .replace("{unpaid_since}", UNPAID_SINCE)
        .replace(
            "{due_after_a_claim}",
            &format!("{{now}} + {DUE_AFTER_A_CLAIM}"),
        )
        .replace("{now}", NOW)
        .replace("{hour}", HOUR);
    ["orders", "reviews", "refunds", "prices"]
        .iter()
        .fold(sql, |sql, table| {
            sql.replace(&format!("{{{table}}}"), &format!("{prefix}{table}"))
        })
        .into()
}
