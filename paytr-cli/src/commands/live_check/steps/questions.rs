//! Questions: they change nothing at PayTR.

use paytr_core::api::{
    BinLookup, InstallmentRates, PaymentDetail, PaymentStatement, ReturnedTransfers, StatusInquiry,
    StoredCards, TransactionReport,
};
use serde_json::Value;

use super::{
    ALL_ENDPOINTS, Expect, Finding, Ground, Reply, Request, STATUS, STATUS_CODES, Source, Step,
    check,
};
use crate::commands::live_check::check::Verdict;

const BIN: &str = "/odeme/api/bin-detail";
const RATES: &str = "/odeme/taksit-oranlari";
const TRANSACTIONS: &str = "/rapor/islem-dokumu";
const STATEMENT: &str = "/rapor/odeme-dokumu";
const DETAIL: &str = "/rapor/odeme-detayi";
const RETURNED: &str = "/odeme/geri-donen-transfer";
const CARDS: &str = "/odeme/capi/list";

const FORMS: Source =
    Source::Row("urlencoded and multipart forms are taken; of a repeated field the last counts");
const ELSEWHERE: Source = Source::Row(
    "an unknown path under `/odeme` or `/rapor` is answered with JSON and 404, another method with 405; both name \
     the nearest endpoint",
);
const BIN_REPLY: Source =
    Source::Row("fields, token and reply; failed for digits that are not known");
const NO_ROWS: Source = Source::Row("fields and token; failed when there are no rows");

/// The steps, the first of which shows whether the credentials are right.
pub(in super::super) const QUESTIONS: &[Step] = &[
    Step::new(
        "unknown_order",
        |ground| Ok(inquiry(ground, ground.no_order.as_str()).sign(&ground.credentials)),
        &[
            check(
                "unknown_order",
                STATUS,
                "an order that was never opened answers err_no 004",
                Source::Row(STATUS_CODES),
                Expect::Code("004"),
            ),
            check(
                "errors_with_http_200",
                ALL_ENDPOINTS,
                "an error comes as JSON with HTTP 200",
                Source::Row("errors come as JSON with HTTP 200"),
                Expect::By(|reply, _| {
                    let as_known = reply.status == 200 && reply.has_status("error");
                    Finding::is(as_known, reply.summary())
                }),
            ),
        ],
    ),
    Step::new(
        "status_token",
        |ground| Ok(inquiry(ground, ground.no_order.as_str()).sign_wrongly()),
        &[check(
            "status_token",
            STATUS,
            "a wrong token answers err_no 003",
            Source::Row(STATUS_CODES),
            Expect::Code("003"),
        )],
    ),
    Step::new(
        "status_without_order",
        |ground| Ok(inquiry(ground, "").sign(&ground.credentials)),
        &[check(
            "status_without_order",
            STATUS,
            "an empty order id answers err_no 002",
            Source::Row(STATUS_CODES),
            Expect::Code("002"),
        )],
    ),
    Step::new(
        "no_merchant",
        |ground| {
            let request = inquiry(ground, ground.no_order.as_str());
            Ok(request.set("merchant_id", "0").sign(&ground.credentials))
        },
        &[check(
            "no_merchant",
            STATUS,
            "a merchant id that nobody has answers err_no 001",
            Source::Row(STATUS_CODES),
            Expect::Code("001"),
        )],
    ),
    Step::new(
        "multipart",
        |ground| {
            let request = inquiry(ground, ground.no_order.as_str());
            Ok(request.sign(&ground.credentials).into_multipart())
        },
        &[check(
            "multipart",
            ALL_ENDPOINTS,
            "a multipart form is read as a urlencoded one",
            FORMS,
            Expect::Code("004"),
        )],
    ),
    Step::new(
        "repeated_field",
        |ground| {
            let request = inquiry(ground, ground.order.as_str());
            let request = request.add("merchant_oid", ground.no_order.as_str());
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "repeated_field",
            ALL_ENDPOINTS,
            "of a field that is posted twice the last counts",
            FORMS,
            Expect::Code("004"),
        )],
    ),
    Step::new(
        "unknown_path",
        |ground| {
            let request = inquiry(ground, ground.no_order.as_str());
            Ok(request.sign(&ground.credentials).at("/odeme/durumsorgu"))
        },
        &[check(
            "unknown_path",
            ALL_ENDPOINTS,
            "an unknown path answers JSON with HTTP 404",
            ELSEWHERE,
            Expect::By(|reply, _| {
                let as_known = reply.status == 404 && reply.json.is_some();
                Finding::is(as_known, reply.summary())
            }),
        )],
    ),
    Step::new(
        "get",
        |_| Ok(Request::get(STATUS)),
        &[check(
            "get",
            ALL_ENDPOINTS,
            "GET in place of POST answers JSON with HTTP 405",
            ELSEWHERE,
            Expect::By(|reply, _| {
                let as_known = reply.status == 405 && reply.json.is_some();
                Finding::is(as_known, reply.summary())
            }),
        )],
    ),
    Step::new(
        "bin",
        |ground| Ok(bin(ground, "435508")),
        &[check(
            "bin",
            BIN,
            "the digits of PayTR's test card answer a bank",
            BIN_REPLY,
            Expect::By(|reply, _| {
                let as_known = reply.has_status("success") && reply.text("bank").is_some();
                Finding::is(as_known, reply.summary())
            }),
        )],
    ),
    Step::new(
        "bin_unknown",
        |ground| Ok(bin(ground, "999999")),
        &[check(
            "bin_unknown",
            BIN,
            "digits that no card has answer failed",
            BIN_REPLY,
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "bin_of_seven",
        |ground| Ok(bin(ground, "4355084")),
        &[check(
            "bin_of_seven",
            BIN,
            "7 digits are taken, too",
            Source::Row("7 digits are taken, too"),
            Expect::By(|reply, _| {
                let taken = reply.has_status("success") || reply.has_status("failed");
                Finding::is(taken, reply.summary())
            }),
        )],
    ),
    Step::new(
        "rates",
        |ground| {
            let request = rates(ground, "LIVECHECK");
            let request = request.add("single_ratio", "1").add("abroad_ratio", "1");
            Ok(request.sign(&ground.credentials))
        },
        &[
            check(
                "rates",
                RATES,
                "rates stand as taksit_2 to taksit_12 under oranlar, for each program",
                Source::Row("fields, token, and rates as `taksit_2` to `taksit_12` under oranlar"),
                Expect::By(rates_under_oranlar),
            ),
            check(
                "rates_ratios",
                RATES,
                "single_ratio and abroad_ratio answer under their own names",
                Source::Row("`single_ratio` and `abroad_ratio` answer under their own names"),
                Expect::By(|reply, _| {
                    let names = reply.names();
                    let both = ["single_ratio", "abroad_ratio"].map(|name| names.contains(&name));
                    Finding::is(
                        both == [true, true],
                        format!("fields: {}", names.join(", ")),
                    )
                }),
            ),
        ],
    ),
    Step::new(
        "rates_without_id",
        |ground| Ok(rates(ground, "").sign(&ground.credentials)),
        &[check(
            "rates_without_id",
            RATES,
            "an empty request_id answers err_no 006",
            Source::Row("`err_no` 006 for a bad `request_id`; the other codes are assumed"),
            Expect::Code("006"),
        )],
    ),
    Step::new(
        "transactions_dummy",
        |ground| {
            let request = transactions(ground, "2001-01-01 00:00:00", "2001-01-02 00:00:00");
            Ok(request.add("dummy", "1").sign(&ground.credentials))
        },
        &[
            check(
                "transactions_dummy",
                TRANSACTIONS,
                "dummy=1 answers rows that no order stands behind",
                Source::Row("`dummy=1` answers one invented row"),
                Expect::Status("success"),
            ),
            check(
                "transactions_list",
                TRANSACTIONS,
                "the rows are in the array list",
                Source::Row(
                    "rows under list; the net of a refund is below zero, its amounts are not",
                ),
                Expect::By(|reply, _| {
                    let rows = reply.json.as_ref().and_then(|json| json.get("list"));
                    let rows = rows.and_then(Value::as_array).map_or(0, Vec::len);
                    let fields = reply.names().join(", ");
                    Finding::is(
                        rows > 0,
                        format!("rows under list: {rows}; fields: {fields}"),
                    )
                }),
            ),
        ],
    ),
    Step::new(
        "transactions_none",
        |ground| {
            let request = transactions(ground, "2001-01-01 00:00:00", "2001-01-01 00:00:01");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "transactions_none",
            TRANSACTIONS,
            "a range without rows answers failed",
            NO_ROWS,
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "transactions_too_long",
        |ground| {
            let request = transactions(ground, "2001-01-01 00:00:00", "2001-01-11 00:00:00");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "transactions_too_long",
            TRANSACTIONS,
            "more than three days answer err_no 204",
            Source::Row("code 204 for more than three days; its text is assumed"),
            Expect::Code("204"),
        )],
    ),
    Step::new(
        "statement_none",
        |ground| Ok(statement(ground, "2001-01-02").sign(&ground.credentials)),
        &[check(
            "statement_none",
            STATEMENT,
            "a range without payouts answers failed",
            NO_ROWS,
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "statement_slash",
        |ground| {
            let request = statement(ground, "2001-01-02").sign(&ground.credentials);
            Ok(request.at("/rapor/odeme-dokumu/"))
        },
        &[check(
            "statement_slash",
            STATEMENT,
            "the path with a slash at its end is taken, too",
            Source::Row("a path with a slash at its end is taken, too"),
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "statement_too_long",
        |ground| Ok(statement(ground, "2001-03-01").sign(&ground.credentials)),
        &[check(
            "statement_too_long",
            STATEMENT,
            "more than 31 days answer err_no 204",
            Source::Row("code 204 for more than 31 days"),
            Expect::Code("204"),
        )],
    ),
    Step::new(
        "detail_none",
        |ground| {
            let request = Request::to::<PaymentDetail>();
            let request = request.add("merchant_id", merchant(ground));
            Ok(request.add("date", "2001-01-01").sign(&ground.credentials))
        },
        &[check(
            "detail_none",
            DETAIL,
            "a day without a payout answers failed",
            NO_ROWS,
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "returned_none",
        |ground| {
            let request = Request::to::<ReturnedTransfers>();
            let request = range(
                request,
                ground,
                "2001-01-01 00:00:00",
                "2001-01-02 00:00:00",
            );
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "returned_none",
            RETURNED,
            "for a marketplace, a range without rows answers failed",
            Source::Row("fields and token, up to 31 days, failed when there are no rows"),
            Expect::By(|reply, _| {
                if reply.text("err_no").as_deref() == Some("002") {
                    let seen = format!("the store is no marketplace: {}", reply.summary());
                    return Finding::new(Verdict::NotSeen, seen);
                }
                Finding::is(reply.has_status("failed"), reply.summary())
            }),
        )],
    ),
    Step::new(
        "cards_of_nobody",
        |ground| {
            let request = Request::to::<StoredCards>();
            let request = request.add("merchant_id", merchant(ground));
            // An order id is as random as a name that nobody has.
            let request = request.add("utoken", ground.no_order.as_str());
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "cards_of_nobody",
            CARDS,
            "an unknown user has an empty array",
            Source::Row("an unknown user has an empty array"),
            Expect::By(|reply, _| {
                let cards = reply.json.as_ref().and_then(Value::as_array);
                Finding::is(cards.is_some_and(Vec::is_empty), reply.summary())
            }),
        )],
    ),
];

/// The first step's answer when key, salt or id are not the store's.
pub(in super::super) fn refuses_credentials(reply: &Reply) -> bool {
    let code = reply.text("err_no");
    reply.has_status("error") && matches!(code.as_deref(), Some("001" | "003"))
}

fn merchant(ground: &Ground) -> String {
    ground.credentials.merchant_id().to_string()
}

pub(super) fn inquiry(ground: &Ground, order: &str) -> Request {
    let request = Request::to::<StatusInquiry>().add("merchant_id", merchant(ground));
    request.add("merchant_oid", order)
}

fn bin(ground: &Ground, digits: &str) -> Request {
    let request = Request::to::<BinLookup>().add("merchant_id", merchant(ground));
    request.add("bin_number", digits).sign(&ground.credentials)
}

fn rates(ground: &Ground, request_id: &str) -> Request {
    let request = Request::to::<InstallmentRates>().add("merchant_id", merchant(ground));
    request.add("request_id", request_id)
}

fn range(request: Request, ground: &Ground, from: &str, to: &str) -> Request {
    let request = request.add("merchant_id", merchant(ground));
    request.add("start_date", from).add("end_date", to)
}

fn transactions(ground: &Ground, from: &str, to: &str) -> Request {
    range(Request::to::<TransactionReport>(), ground, from, to)
}

fn statement(ground: &Ground, to: &str) -> Request {
    range(Request::to::<PaymentStatement>(), ground, "2001-01-01", to)
}

fn rates_under_oranlar(reply: &Reply, _: &Ground) -> Finding {
    let programs = reply.json.as_ref().and_then(|json| json.get("oranlar"));
    let Some(programs) = programs.and_then(Value::as_object) else {
        let fields = reply.names().join(", ");
        let seen = format!("{}; fields: {fields}", reply.summary());
        return Finding::new(Verdict::Different, seen);
    };
    let is_rates = |rates: &Value| {
        let rates = rates.as_object();
        rates.is_some_and(|rates| rates.keys().all(|name| name.starts_with("taksit_")))
    };
    let as_known = !programs.is_empty() && programs.values().all(is_rates);
    let programs: Vec<_> = programs.keys().map(String::as_str).collect();
    Finding::is(as_known, format!("programs: {}", programs.join(", ")))
}
