mod back_office;
mod claims;
mod orders;
mod refunds;
mod reviews;
mod together;

use std::sync::Arc;

use super::Tables;
use crate::value::{DUE_AFTER_A_CLAIM, ReviewLists};

// Which clock. `now()` is when the transaction began, and `settle_in` runs in one that may be as old
// as its handler: not used. `clock_timestamp()` is read when a row is changed, after any wait for its
// lock: a lease is never shortened by that wait. An index cannot be asked for rows before a clock
// that goes on while it is read, so ranges are asked by `statement_timestamp()`, which is never later.

/// A time as milliseconds since 1970.
const MILLIS: &str = "(extract(epoch FROM {time}) * 1000)::bigint";

/// When the order `o` failed or was closed, whichever came last. The expression of an index.
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

/// How the order `o` stands, by the name of its state.
const STATE: &str = "CASE
            WHEN o.paid_at IS NOT NULL THEN 'paid'
            WHEN {undelivered_since} IS NOT NULL THEN 'undelivered'
            WHEN EXISTS (
                SELECT FROM {reviews} AS r
                WHERE r.merchant = o.merchant AND r.order_id = o.order_id
                    AND r.resolved_at IS NULL
            ) THEN 'review'
            WHEN o.failed_at IS NOT NULL THEN 'failed'
            WHEN o.closed_at IS NOT NULL THEN 'closed'
            ELSE 'pending'
        END";

/// What was given back of the order `o`; NULL where nothing is paid.
const REFUNDED: &str = "CASE WHEN o.paid_at IS NOT NULL THEN (
            SELECT coalesce(sum(f.amount), 0)::bigint FROM {refunds} AS f
            WHERE f.merchant = o.merchant AND f.order_id = o.order_id AND f.state = 'executed'
        ) END";

/// The columns of an order record. The state comes before the time that it depends on: the clock goes on.
const RECORD: &str = "o.merchant, o.order_id, {millis of {opened_at}} AS opened_at,
    coalesce(o.mode, 'live') AS mode, o.session,
    coalesce(o.expected_kind, 'unknown') AS expected_kind, o.expected_total, o.expected_currency,
    {state} AS state, o.paid_total, o.paid_currency, {refunded} AS refunded,
    o.lease_total AS owed_total, o.lease_currency AS owed_currency,
    o.unsettled_claims, o.last_failure, {millis of {undelivered_since}} AS undelivered_since";

/// The columns of an entry of the review queue.
const REVIEW: &str = "id, merchant, order_id, reason, total, currency, mode,
    requested_total, requested_currency, failure_code, failure_message, seen,
    {millis of first_seen} AS first_seen, {millis of coalesce(last_seen, first_seen)} AS last_seen,
    resolution, resolved_by, resolved_note, {millis of resolved_at} AS resolved_at";

/// The columns of a refund.
const REFUND: &str =
    "f.merchant, f.order_id, f.reference, f.amount, f.currency, f.asked_by, f.state,
    {millis of f.reserved_at} AS reserved_at, {millis of f.decided_at} AS decided_at";

/// Since 1970, in UTC.
const HOUR: &str = "floor(extract(epoch FROM {time}) / 3600)::bigint";

/// When the first of $1 hours began, of which the last one is not over.
const FIRST_HOUR: &str = "to_timestamp(({hour of statement_timestamp()} - $1 + 1) * 3600)";

/// What a due order has beside its record.
const DUE: &str = "greatest(0, {millis of statement_timestamp() - {opened_at}}) AS age, o.taken";

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

/// The SQL of one ledger. Made once; a statement keeps its text, so that the server keeps its plan.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) claim: Arc<str>,
    pub(super) claim_together: Arc<str>,
    pub(super) standing: Arc<str>,
    pub(super) settle: Arc<str>,
    pub(super) settle_together: Arc<str>,
    pub(super) settled_by: Arc<str>,
    pub(super) release: Arc<str>,
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
    pub(super) purge: Arc<str>,
    pub(super) review: Arc<str>,
    pub(super) reviews: ReviewLists,
    pub(super) reviews_of_order: ReviewLists,
    pub(super) resolve: Arc<str>,
    pub(super) resolved: Arc<str>,
    pub(super) lock_refunds: Arc<str>,
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
    pub(super) fn new(tables: &Tables) -> Self {
        let on_tables = |template: &str| on_tables(template, tables);
        let lists = |template: &str| {
            ReviewLists::new(|which| on_tables(&template.replace("{which}", which)))
        };
        Self {
            claim: on_tables(claims::CLAIM),
            claim_together: on_tables(together::CLAIM_TOGETHER),
            standing: on_tables(claims::STANDING),
            settle: on_tables(claims::SETTLE),
            settle_together: on_tables(together::SETTLE_TOGETHER),
            settled_by: on_tables(claims::SETTLED_BY),
            release: on_tables(claims::RELEASE),
            take_cart: on_tables(orders::TAKE_CART),
            cart_holder: on_tables(orders::CART_HOLDER),
            pass_cart_on: on_tables(orders::PASS_CART_ON),
            open: on_tables(orders::OPEN),
            attach_session: on_tables(orders::ATTACH_SESSION),
            abandon: on_tables(orders::ABANDON),
            set_expected: on_tables(orders::SET_EXPECTED),
            expected: on_tables(orders::EXPECTED),
            get: on_tables(orders::GET),
            take_due: on_tables(orders::TAKE_DUE),
            due_orders: on_tables(orders::DUE_ORDERS),
            postpone: on_tables(orders::POSTPONE),
            hurry: on_tables(orders::HURRY),
            close: on_tables(orders::CLOSE),
            undelivered: on_tables(orders::UNDELIVERED),
            purge: on_tables(orders::PURGE),
            review: on_tables(reviews::REVIEW),
            reviews: lists(reviews::REVIEWS),
            reviews_of_order: lists(reviews::REVIEWS_OF_ORDER),
            resolve: on_tables(reviews::RESOLVE),
            resolved: on_tables(reviews::RESOLVED),
            lock_refunds: on_tables(refunds::LOCK_REFUNDS),
            before_reserving: on_tables(refunds::BEFORE_RESERVING),
            reserve: on_tables(refunds::RESERVE),
            confirm: on_tables(refunds::CONFIRM),
            cancel: on_tables(refunds::CANCEL),
            refunds: on_tables(refunds::REFUNDS),
            undecided_refunds: on_tables(refunds::UNDECIDED_REFUNDS),
            set_price: on_tables(refunds::SET_PRICE),
            remove_price: on_tables(refunds::REMOVE_PRICE),
            price: on_tables(refunds::PRICE),
            orders: on_tables(back_office::ORDERS),
            life: on_tables(back_office::LIFE),
            hours: on_tables(back_office::HOURS),
            gauges: on_tables(back_office::GAUGES),
        }
    }
}

fn on_tables(template: &str, tables: &Tables) -> Arc<str> {
    let due_after_a_claim =
        format!("clock_timestamp() + {DUE_AFTER_A_CLAIM} * interval '1 millisecond'");
    let is_free = |total, currency, claimant| {
        IS_FREE
            .replace("{total}", total)
            .replace("{currency}", currency)
            .replace("{claimant}", claimant)
    };
    let sql = template
        .replace("{claimed_anew}", claims::CLAIMED_ANEW)
        .replace("{settled}", claims::SETTLED)
        .replace("{record}", RECORD)
        .replace("{review}", REVIEW)
        .replace("{refund}", REFUND)
        .replace("{due}", DUE)
        .replace("{stands}", STANDS)
        .replace("{state}", STATE)
        .replace("{refunded}", REFUNDED)
        .replace("{opened_at}", OPENED_AT)
        .replace("{undelivered_since}", UNDELIVERED_SINCE)
        .replace("{unpaid_since}", UNPAID_SINCE)
        .replace("{first_hour}", FIRST_HOUR)
        .replace("{due_after_a_claim}", &due_after_a_claim)
        .replace("{is_free_to_asked}", &is_free("$5", "$6", "$3"))
        .replace(
            "{is_free_to_asked_of_several}",
            &is_free("asked.total", "asked.currency", "asked.claimant"),
        )
        .replace(
            "{is_free_to_excluded}",
            &is_free(
                "excluded.lease_total",
                "excluded.lease_currency",
                "excluded.lease_claimant",
            ),
        );
    // Only now, because what is between the braces may be one of the above.
    let sql = each(&sql, "{millis of ", MILLIS);
    let sql = each(&sql, "{hour of ", HOUR);
    ["orders", "carts", "reviews", "refunds", "prices"]
        .iter()
        .fold(sql, |sql, table| {
            sql.replace(&format!("{{{table}}}"), &tables.name(table))
        })
        .into()
}

/// Replaces what stands between `begin` and `}`, everywhere, by an expression of it.
fn each(sql: &str, begin: &str, expression: &str) -> String {
    let mut parts = sql.split(begin);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (time, rest) = part.split_once('}').unwrap_or((part, ""));
        replaced.push_str(&expression.replace("{time}", time));
        replaced.push_str(rest);
    }
    replaced
}
