use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, Recorded};

const TRANSACTIONS: &str = "/rapor/islem-dokumu";
const STATEMENT: &str = "/rapor/odeme-dokumu";
const DETAIL: &str = "/rapor/odeme-detayi";

/// What accounting reads.
pub(super) const ROWS: &[Behaviour] = &[
    row(
        TRANSACTIONS,
        "fields and token; failed when there are no rows",
        Documented,
    ),
    row(
        TRANSACTIONS,
        "rows under list; the net of a refund is below zero, its amounts are not",
        Recorded,
    ),
    row(
        TRANSACTIONS,
        "code 204 for more than three days; its text is assumed",
        Recorded,
    ),
    row(
        TRANSACTIONS,
        "code 001 and 003 as in the status inquiry, 002 for a bad date",
        Assumed,
    ),
    row(
        TRANSACTIONS,
        "`dummy=1` answers one invented row",
        Documented,
    ),
    row(
        STATEMENT,
        "fields and token; failed when there are no rows",
        Documented,
    ),
    row(
        STATEMENT,
        "rows under list; sales and return before commission, net after it",
        Assumed,
    ),
    row(
        STATEMENT,
        "the field TL is absent: what it holds is not clear",
        Assumed,
    ),
    row(
        STATEMENT,
        "`future_payments` is an array of coming payouts, for an ordinary store alone",
        Assumed,
    ),
    row(STATEMENT, "code 204 for more than 31 days", Assumed),
    row(
        STATEMENT,
        "a path with a slash at its end is taken, too",
        Documented,
    ),
    row(
        DETAIL,
        "fields and token; failed when there are no rows",
        Documented,
    ),
    row(
        DETAIL,
        "the fields of a row for an ordinary store and for a marketplace",
        Documented,
    ),
    row(
        DETAIL,
        "rows under list; one for each sale and refund, or for each part of a transfer",
        Assumed,
    ),
];
