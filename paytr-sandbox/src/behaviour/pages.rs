use super::evidence::Evidence::{Assumed, Documented, SandboxOnly};
use super::evidence::{Behaviour, row};

const PAGE: &str = "payment pages";

/// What a buyer meets.
pub(super) const PAGES: &[Behaviour] = &[
    row(PAGE, "three test cards that pay, with CVV 000", Documented),
    row(
        PAGE,
        "a test card whose expiry date has passed is taken, with a warning",
        Assumed,
    ),
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

const CREATE: &str = "/odeme/api/link/create";
const DELETE: &str = "/odeme/api/link/delete";
const SMS: &str = "/odeme/api/link/send-sms";
const EMAIL: &str = "/odeme/api/link/send-email";

/// Payment links.
pub(super) const LINKS: &[Behaviour] = &[
    row(
        CREATE,
        "fields and tokens of a product and a collection",
        Documented,
    ),
    row(CREATE, "the token of a flexible link", Documented),
    row(
        CREATE,
        "the text for a missing field; that for a wrong token is assumed",
        Documented,
    ),
    row(
        CREATE,
        "a `callback_link` on this machine or with a port is taken; PayTR refuses it",
        SandboxOnly,
    ),
    row(CREATE, "`max_installment=0` is taken as 12", Assumed),
    row(
        CREATE,
        "pft: up to so many instalments cost the buyer nothing extra",
        Documented,
    ),
    row(CREATE, "`get_qr=1` answers a PNG in base64 as qr", Assumed),
    row(
        CREATE,
        "a product can be paid until `max_count` pieces are sold; a collection once; a flexible link without limit",
        Assumed,
    ),
    row(
        DELETE,
        "fields and token; up to ten ids with commas",
        Documented,
    ),
    row(
        DELETE,
        "`success_deletes` and `failed_deletes` for more than one",
        Documented,
    ),
    row(DELETE, "the text for a link that is not there", Assumed),
    row(SMS, "fields and token", Documented),
    row(SMS, "11 digits that start with 05", Documented),
    row(
        SMS,
        "nothing is sent; that it was asked for is kept",
        SandboxOnly,
    ),
    row(SMS, "the text for a link that is closed", Assumed),
    row(EMAIL, "fields and token", Documented),
    row(
        EMAIL,
        "nothing is sent; that it was asked for is kept",
        SandboxOnly,
    ),
    row(EMAIL, "the text for a link that is closed", Assumed),
];
