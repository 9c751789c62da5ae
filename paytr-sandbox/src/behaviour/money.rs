use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, Recorded, SandboxOnly};

const REFUND: &str = "/odeme/iade";
const STATUS: &str = "/odeme/durum-sorgu";
const LEDGER: &str = "money";

/// What a payment comes to, and how it is given back.
pub(super) const ROWS: &[Behaviour] = &[
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
