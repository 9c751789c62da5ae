use super::row;
use crate::behaviour::Behaviour;
use crate::behaviour::Evidence::{Assumed, Documented, SandboxOnly};

const CREATE: &str = "/odeme/api/link/create";
const DELETE: &str = "/odeme/api/link/delete";
const SMS: &str = "/odeme/api/link/send-sms";
const EMAIL: &str = "/odeme/api/link/send-email";

/// Payment links.
pub(super) const ROWS: &[Behaviour] = &[
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
