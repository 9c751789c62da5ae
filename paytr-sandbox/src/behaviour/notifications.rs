use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, Recorded, SandboxOnly};

const NOTIFICATIONS: &str = "notifications";

/// What the shop is told.
pub(super) const ROWS: &[Behaviour] = &[
    row(NOTIFICATIONS, "hash of a payment notification", Recorded),
    row(NOTIFICATIONS, "hashes of the other four kinds", Documented),
    row(NOTIFICATIONS, "fields of a success for a card", Recorded),
    row(
        NOTIFICATIONS,
        "fields of a failure; `total_amount` 0 is documented for the Direct API, assumed elsewhere",
        Documented,
    ),
    row(
        NOTIFICATIONS,
        "a bank transfer is told without currency and `payment_amount`",
        Documented,
    ),
    row(
        NOTIFICATIONS,
        "`test_mode=1` comes when the order asked for it and is absent otherwise",
        Documented,
    ),
    row(
        NOTIFICATIONS,
        "HTTP 200 with exactly OK acknowledges",
        Documented,
    ),
    row(NOTIFICATIONS, "sent again every 60 s", Documented),
    row(
        NOTIFICATIONS,
        "gives up after 60 attempts; 15 s to answer",
        Assumed,
    ),
    row(NOTIFICATIONS, "Bildirim Durdu, and its restart", Documented),
    row(NOTIFICATIONS, "redirects are not followed", Assumed),
    row(
        NOTIFICATIONS,
        "one notification of an order at a time, in order",
        Assumed,
    ),
    row(
        NOTIFICATIONS,
        "an unacknowledged failure is withdrawn once the order is paid",
        Assumed,
    ),
    row(
        NOTIFICATIONS,
        "the interim notice of a bank transfer goes to its own address, once, whatever is answered",
        Assumed,
    ),
    row(
        NOTIFICATIONS,
        "a link's payments go to its `callback_link`; successes only, each with an order id of PayTR's",
        Documented,
    ),
    row(
        NOTIFICATIONS,
        "one address may take the notifications of every link, in place of `callback_link`",
        SandboxOnly,
    ),
    row(
        NOTIFICATIONS,
        "transfers that were made at one time are told in one notification",
        Assumed,
    ),
    row(
        NOTIFICATIONS,
        "a cashout's `merchant_id` is posted: PayTR's sample reads it, its table lacks it",
        Assumed,
    ),
];
