mod claims;
mod orders;

use std::sync::Arc;

use super::Tables;
use crate::value::DUE_AFTER_A_CLAIM;

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
                .replace("{is_free_to_asked}", &is_free("$5", "$6", "$3"))
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
            claim: on_tables(claims::CLAIM),
            standing: on_tables(claims::STANDING),
            settle: on_tables(claims::SETTLE),
            settled_by: on_tables(claims::SETTLED_BY),
            release: on_tables(claims::RELEASE),
            review: on_tables(claims::REVIEW),
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
            reviews: on_tables(orders::REVIEWS),
            purge: on_tables(orders::PURGE),
        }
    }
}
