use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, SandboxOnly};

const PAGE: &str = "payment pages";

/// What a buyer meets.
pub(super) const ROWS: &[Behaviour] = &[
    row(PAGE, "three test cards that pay, with CVV 000", Documented),
    row(
        PAGE,
        "cards that decline, one for each code; any other number is refused without a notification",
        SandboxOnly,
    ),
    row(PAGE, "the code and the text of a decline", Documented),
    row(PAGE, "which try ends in which code", Assumed),
    row(
        PAGE,
        "a 3-D Secure step with every paying card, code 123456",
        SandboxOnly,
    ),
    row(
        PAGE,
        "a failed for each declined try, then a success for the same id; PayTR's plugins expect it",
        Assumed,
    ),
    row(
        PAGE,
        "instalments from 2 to 12 cost more, so `total_amount` is above `payment_amount`",
        Documented,
    ),
    row(
        PAGE,
        "code 99, or with `debug_on=1` a detailed text; its code 0 is assumed",
        Documented,
    ),
    row(
        PAGE,
        "leaving, and the end of `timeout_limit`, send failed with code 6",
        Documented,
    ),
    row(
        PAGE,
        "the buyer is sent to `merchant_ok_url` without data, perhaps before the notification arrives",
        Documented,
    ),
    row(
        PAGE,
        "a bank transfer is decided with a button",
        SandboxOnly,
    ),
    row(PAGE, "the mark of the sandbox on every page", SandboxOnly),
    row(
        "merchant",
        "an id that starts with 0, which PayTR could not issue; others are refused",
        SandboxOnly,
    ),
    row(
        "merchant",
        "every permission is given: Direct API, payment without 3-D Secure, `sync_mode`, bank transfer",
        SandboxOnly,
    ),
];
