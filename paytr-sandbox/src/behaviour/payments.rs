use super::evidence::Evidence::{Assumed, Documented, Recorded, SandboxOnly};
use super::evidence::{Behaviour, row};

const GET_TOKEN: &str = "/odeme/api/get-token";
const DIRECT: &str = "/odeme";
const CARD_LIST: &str = "/odeme/capi/list";
const CARD_DELETE: &str = "/odeme/capi/delete";
const BIN: &str = "/odeme/api/bin-detail";
const RATES: &str = "/odeme/taksit-oranlari";

/// What starts a payment, or prepares one.
pub(super) const PAYMENTS: &[Behaviour] = &[
    row(
        "all endpoints",
        "urlencoded and multipart forms are taken; of a repeated field the last counts",
        Documented,
    ),
    row(
        "all endpoints",
        "names are read as PHP 8.2 reads them: a line feed in the name of a multipart field goes, which PayTR's Postman collection posts in a report request; a blank or a dot becomes `_`",
        Recorded,
    ),
    row(
        "all endpoints",
        "a form without a boundary, or with a broken part, is answered with JSON and a reason; PHP reads no field of it",
        SandboxOnly,
    ),
    row(
        "all endpoints",
        "a refused request is kept, with what its token has to cover and without card and secrets",
        SandboxOnly,
    ),
    row(
        "all endpoints",
        "a JSON body is answered with a reason that says so; PHP reads no field of it",
        SandboxOnly,
    ),
    row(
        "all endpoints",
        "a posted `merchant_key` or `merchant_salt`, a name in another spelling, and `undefined` or `NaN` in a signed field are warned of: on the order, or in a field `sandbox_warnings` of a refusal",
        SandboxOnly,
    ),
    row(
        "all endpoints",
        "a refusal says in `sandbox_warnings` what is wrong with the values of its fields, and what to write instead",
        SandboxOnly,
    ),
    row(
        "all endpoints",
        "an unknown path under `/odeme` or `/rapor` is answered with JSON and 404, another method with 405; both name the nearest endpoint",
        Assumed,
    ),
    row(
        "all endpoints",
        "errors come as JSON with HTTP 200",
        Assumed,
    ),
    row(
        "all endpoints",
        "which of several faults is named first",
        Assumed,
    ),
    row("all endpoints", "rate limits: none", Assumed),
    row(
        GET_TOKEN,
        "fields, limits and token of the card and the bank transfer variant",
        Documented,
    ),
    row(
        GET_TOKEN,
        "the texts for a missing field, a wrong token and an inactive merchant",
        Documented,
    ),
    row(
        GET_TOKEN,
        "the text for an order id with other characters than letters and digits",
        Recorded,
    ),
    row(GET_TOKEN, "an amount below 1.00 is refused", Recorded),
    row(GET_TOKEN, "the text for an amount below 1.00", Assumed),
    row(
        GET_TOKEN,
        "a private or IPv6 `user_ip` passes, with a warning on the dashboard; PayTR refuses it with the token text",
        SandboxOnly,
    ),
    row(
        GET_TOKEN,
        "`user_basket` has to be base64 of a JSON list of rows; a price such as `1.234.56`, as PayTR's Magento 2 module writes it, passes with a warning",
        Recorded,
    ),
    row(
        GET_TOKEN,
        "a basket row without a quantity, with `1.0` for one, or with more than two places in its price passes with a warning",
        Assumed,
    ),
    row(
        GET_TOKEN,
        "an unpaid id gets a further page; a paid id is refused",
        Assumed,
    ),
    row(
        GET_TOKEN,
        "`max_installment=1` is taken together with `no_installment=1`",
        Recorded,
    ),
    row(
        GET_TOKEN,
        "an empty `no_installment` or `max_installment` is 0, with a warning",
        Assumed,
    ),
    row(
        GET_TOKEN,
        "`timeout_limit` is 30 minutes when it is not sent",
        Documented,
    ),
    row(
        DIRECT,
        "fields, limits and token of a card, a stored card and a recurring charge",
        Documented,
    ),
    row(
        DIRECT,
        "`payment_amount` in major units with a dot; a comma is refused",
        Documented,
    ),
    row(DIRECT, "`user_basket` is asked for and not read", Recorded),
    row(
        DIRECT,
        "`request_exp_date` is not signed; it ends the payment when it passes",
        Assumed,
    ),
    row(
        DIRECT,
        "an id that was used before is refused; its text is assumed",
        Assumed,
    ),
    row(
        DIRECT,
        "a refused request shows its reason as a page in the browser, in the language of `client_lang`",
        Assumed,
    ),
    row(
        DIRECT,
        "paid: the browser goes to `merchant_ok_url` without data",
        Documented,
    ),
    row(
        DIRECT,
        "not paid: the browser posts `fail_message` to `merchant_fail_url`",
        Documented,
    ),
    row(DIRECT, "a 3-D Secure payment has one try", Assumed),
    row(
        DIRECT,
        "`sync_mode` and `recurring_payment` are answered with JSON, and a notification follows",
        Documented,
    ),
    row(
        DIRECT,
        "status `wait_callback` is never answered: every charge is decided at once",
        Assumed,
    ),
    row(
        DIRECT,
        "`try_again` is true when a payment with the same id is open, false otherwise",
        Documented,
    ),
    row(
        DIRECT,
        "`non3d_test_failed=1` fails in test mode without 3-D Secure; its code 0 is assumed",
        Documented,
    ),
    row(
        DIRECT,
        "a card is stored when its payment succeeds; utoken and ctoken come in the notification and in JSON",
        Documented,
    ),
    row(
        DIRECT,
        "a card that a user has stored is not stored again",
        Assumed,
    ),
    row(
        DIRECT,
        "the CVV of a stored card is asked for only when `require_cvv` is 1, and never without a buyer",
        Documented,
    ),
    row(
        DIRECT,
        "`payment_type=bex`: fields and token of BKM Express",
        Documented,
    ),
    row(
        DIRECT,
        "a BKM Express amount without a dot is in minor units, one with a dot in major units",
        Assumed,
    ),
    row(
        DIRECT,
        "BKM Express without `merchant_ok_url` or `merchant_fail_url` passes with a warning",
        Assumed,
    ),
    row(
        DIRECT,
        "an empty `non_3d` or `installment_count` is 0, with a warning",
        Assumed,
    ),
    row(
        DIRECT,
        "a test card whose expiry date has passed is taken, with a warning",
        Assumed,
    ),
    row(DIRECT, "`payment_type=card_points` is refused", Assumed),
    row(
        CARD_LIST,
        "fields, token and the bare array without a status",
        Documented,
    ),
    row(CARD_LIST, "an unknown user has an empty array", Documented),
    row(
        CARD_LIST,
        "`require_cvv` is 1 for Mastercard alone, so that both can be tried",
        SandboxOnly,
    ),
    row(CARD_LIST, "the texts of refusals", Assumed),
    row(CARD_DELETE, "fields, token and answers", Documented),
    row(
        CARD_DELETE,
        "the text for a card that is not there",
        Documented,
    ),
    row(CARD_DELETE, "the texts of other refusals", Assumed),
    row(
        BIN,
        "fields, token and reply; failed for digits that are not known",
        Documented,
    ),
    row(
        BIN,
        "banks and programs of the test cards; other cards are not known",
        SandboxOnly,
    ),
    row(BIN, "7 digits are taken, too", Assumed),
    row(BIN, "the texts of refusals", Assumed),
    row(
        RATES,
        "fields, token, and rates as `taksit_2` to `taksit_12` under oranlar",
        Recorded,
    ),
    row(
        RATES,
        "the rates: 1.5 % per instalment, for every program",
        Assumed,
    ),
    row(
        RATES,
        "`single_ratio` and `abroad_ratio` answer under their own names",
        Assumed,
    ),
    row(
        RATES,
        "`err_no` 006 for a bad `request_id`; the other codes are assumed",
        Recorded,
    ),
];

const NOTICES: &str = "notifications";

/// What the shop is told.
pub(super) const NOTIFICATIONS: &[Behaviour] = &[
    row(NOTICES, "hash of a payment notification", Recorded),
    row(NOTICES, "hashes of the other four kinds", Documented),
    row(NOTICES, "fields of a success for a card", Recorded),
    row(
        NOTICES,
        "fields of a failure; `total_amount` 0 is documented for the Direct API, assumed elsewhere",
        Documented,
    ),
    row(
        NOTICES,
        "a bank transfer is told without currency",
        Documented,
    ),
    row(
        NOTICES,
        "the success of a bank transfer tells `payment_amount` and `installment_count`: PayTR's documentation leaves them out, its `WooCommerce` module 3.0.3 divides by the first and its Magento bank transfer module reads both; a switch leaves them out here",
        Recorded,
    ),
    row(
        NOTICES,
        "the `installment_count` of a bank transfer is 1",
        Assumed,
    ),
    row(
        NOTICES,
        "`test_mode=1` comes when the order asked for it and is absent otherwise",
        Documented,
    ),
    row(NOTICES, "HTTP 200 with exactly OK acknowledges", Documented),
    row(NOTICES, "sent again every 60 s", Documented),
    row(
        NOTICES,
        "gives up after 60 attempts; 15 s to answer",
        Assumed,
    ),
    row(NOTICES, "Bildirim Durdu, and its restart", Documented),
    row(NOTICES, "redirects are not followed", Assumed),
    row(
        NOTICES,
        "one notification of an order at a time, in order",
        Assumed,
    ),
    row(
        NOTICES,
        "an unacknowledged failure is withdrawn once the order is paid",
        Assumed,
    ),
    row(
        NOTICES,
        "the interim notice of a bank transfer goes to its own address, once, whatever is answered",
        Assumed,
    ),
    row(
        NOTICES,
        "a link's payments go to its `callback_link`; successes only, each with an order id of PayTR's",
        Documented,
    ),
    row(
        NOTICES,
        "one address may take the notifications of every link, in place of `callback_link`",
        SandboxOnly,
    ),
    row(
        NOTICES,
        "transfers that were made at one time are told in one notification",
        Assumed,
    ),
    row(
        NOTICES,
        "a cashout's `merchant_id` is posted: PayTR's sample reads it, its table lacks it",
        Assumed,
    ),
];
