use super::evidence::Evidence::{Assumed, Documented, Recorded, SandboxOnly};
use super::evidence::{Behaviour, row};

const REFUND: &str = "/odeme/iade";
const STATUS: &str = "/odeme/durum-sorgu";
const LEDGER: &str = "money";

/// What a payment comes to, and how it is given back.
pub(super) const MONEY: &[Behaviour] = &[
    row(
        REFUND,
        "fields, token and reply; the posted amount and `reference_no` are echoed, null without one",
        Recorded,
    ),
    row(
        REFUND,
        "codes 001 to 005, 007, 009, 010 and 011 with their texts",
        Documented,
    ),
    row(
        REFUND,
        "codes 000 and 008 are never answered: no payout locks refunds here, and every way to pay can be refunded",
        Assumed,
    ),
    row(
        REFUND,
        "asking twice refunds twice, also with the same `reference_no`",
        Recorded,
    ),
    row(
        REFUND,
        "partial refunds until `payment_amount` is used up",
        Documented,
    ),
    row(
        REFUND,
        "the refund that uses it up returns the instalment surcharge, too",
        Recorded,
    ),
    row(
        REFUND,
        "code 007 until a success was answered with OK",
        Documented,
    ),
    row(
        REFUND,
        "code 010 when the account holds less than is asked for",
        Assumed,
    ),
    row(REFUND, "`is_test` is 1 for a test payment", Recorded),
    row(
        STATUS,
        "fields and token, also before the notification was acknowledged",
        Documented,
    ),
    row(
        STATUS,
        "codes 001 to 004; 004 with one text for an unknown order and one for an unpaid order",
        Documented,
    ),
    row(
        STATUS,
        "returns: the fields of an entry, all text",
        Documented,
    ),
    row(STATUS, "`return_type` and `return_source` say API", Assumed),
    row(
        STATUS,
        "a test payment has a net of 0.00 and no deduction",
        Recorded,
    ),
    row(
        STATUS,
        "`submerchant_payments` is there for a marketplace; the fields of its entries",
        Assumed,
    ),
    row(
        STATUS,
        "`kesinti_orani` is the fee in percent of `payment_total`, rounded once",
        Assumed,
    ),
    row(STATUS, "`payment_date` with the time of day", Documented),
    row(
        LEDGER,
        "PayTR keeps 2.99 % of `payment_amount`, and the surcharge",
        Assumed,
    ),
    row(
        LEDGER,
        "the commission is not given back with a refund; the surcharge is",
        Assumed,
    ),
    row(
        LEDGER,
        "test payments move no money and are in no report",
        Assumed,
    ),
    row(
        LEDGER,
        "what happens on one day is paid out on the next, week-ends too",
        Assumed,
    ),
    row(
        LEDGER,
        "the account holds 1,000,000.00 of each currency before the first sale",
        SandboxOnly,
    ),
    row(LEDGER, "all dates in Turkish local time", Assumed),
];

const TRANSACTIONS: &str = "/rapor/islem-dokumu";
const STATEMENT: &str = "/rapor/odeme-dokumu";
const DETAIL: &str = "/rapor/odeme-detayi";

/// What accounting reads.
pub(super) const REPORTS: &[Behaviour] = &[
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

const TRANSFER: &str = "/odeme/platform/transfer";
const RETURNED: &str = "/odeme/geri-donen-transfer";
const CASHOUT: &str = "/odeme/hesaptan-gonder";

/// The services of a marketplace.
pub(super) const PLATFORM: &[Behaviour] = &[
    row(
        TRANSFER,
        "fields, token and the fields of the reply",
        Documented,
    ),
    row(
        TRANSFER,
        "codes 001 to 010, 012, 091, 092 and 095 to 101 with their texts",
        Documented,
    ),
    row(
        TRANSFER,
        "code BLK is never answered: no order is blocked here",
        Assumed,
    ),
    row(
        TRANSFER,
        "the value date is the day after the payment",
        Documented,
    ),
    row(
        TRANSFER,
        "`total_amount` is the part of the order that the instruction divides; all parts together are at most `payment_amount` less refunds",
        Assumed,
    ),
    row(
        TRANSFER,
        "the marketplace gets what is left after the seller's part and 2.99 % of commission",
        Assumed,
    ),
    row(
        TRANSFER,
        "amounts of the reply in major units; transfers of a day are made at 10:00",
        Assumed,
    ),
    row(
        TRANSFER,
        "an instruction given before 10:00 is carried out the same day, a later one on the next",
        Documented,
    ),
    row(
        RETURNED,
        "fields and token, up to 31 days, failed when there are no rows",
        Documented,
    ),
    row(
        RETURNED,
        "rows under list; `date_reimbursed` is the day of the return",
        Assumed,
    ),
    row(
        RETURNED,
        "a transfer comes back when it is told to",
        SandboxOnly,
    ),
    row(
        CASHOUT,
        "fields and token; processed after five minutes",
        Documented,
    ),
    row(
        CASHOUT,
        "codes 201 to 206; one row is taken as in PayTR's sample, though 205 says two",
        Documented,
    ),
    row(CASHOUT, "code 204 beyond 512 KiB", Assumed),
    row(
        CASHOUT,
        "a row fails for a wrong IBAN or when the account holds too little; the others are sent",
        Assumed,
    ),
];
