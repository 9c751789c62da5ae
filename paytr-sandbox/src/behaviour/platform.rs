use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, SandboxOnly};

const TRANSFER: &str = "/odeme/platform/transfer";
const RETURNED: &str = "/odeme/geri-donen-transfer";
const CASHOUT: &str = "/odeme/hesaptan-gonder";

/// The services of a marketplace.
pub(super) const ROWS: &[Behaviour] = &[
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
