//! Payment pages in test mode, which nobody pays, and requests for pages that PayTR refuses.

use paytr_core::api::IframeEft;
use paytr_core::{Currency, Mode, Money};
use paytr_sandbox::Evidence;

use super::questions::inquiry;
use super::{Expect, Finding, Ground, Reply, Request, STATUS, STATUS_CODES, Source, Step, check};
use crate::commands::live_check::check::Verdict;
use crate::commands::live_check::ground::{PAGE_MINUTES, new_order};
use crate::exit::Failure;

const GET_TOKEN: &str = "/odeme/api/get-token";

const FIELDS: Source =
    Source::Row("fields, limits and token of the card and the bank transfer variant");
const TEXTS: Source =
    Source::Row("the texts for a missing field, a wrong token and an inactive merchant");

/// PayTR's documentation lists the fields in this order; its samples sign them in another.
const ORDER_OF_THE_TABLE: [&str; 10] = [
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "currency",
    "user_basket",
    "no_installment",
    "max_installment",
    "test_mode",
];

/// The steps, the first of which opens the page that the next ones look at.
pub(in super::super) const PAGES: &[Step] = &[
    Step {
        name: "page",
        request: |ground| Ok(ground.card_page(&ground.order)?.sign(&ground.credentials)),
        learn: |reply, ground| ground.page = page_token(reply),
        checks: &[
            check(
                "page",
                GET_TOKEN,
                "a card page in test mode answers a token",
                FIELDS,
                Expect::By(|reply, _| Finding::is(page_token(reply).is_some(), reply.summary())),
            ),
            check(
                "page_token",
                GET_TOKEN,
                "the token has letters, digits, - and _ alone",
                // PayTR's WHMCS module keeps only these.
                Source::Itself(Evidence::Recorded),
                Expect::By(|reply, _| match page_token(reply) {
                    None => no_page(),
                    Some(token) => {
                        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
                        let seen = format!("{} characters", token.len());
                        Finding::is(token.bytes().all(fits), seen)
                    }
                }),
            ),
        ],
    },
    Step::new(
        "page_shown",
        |ground| Ok(Request::get(ground.page_path())),
        &[check(
            "page_shown",
            "payment pages",
            "the page is at /odeme/guvenli/ and the token",
            Source::Itself(Evidence::Documented),
            Expect::By(|reply, ground| {
                if ground.page.is_none() {
                    return no_page();
                }
                Finding::is(reply.status == 200 && reply.is_html(), reply.summary())
            }),
        )],
    ),
    Step::new(
        "pending_order",
        |ground| Ok(inquiry(ground, ground.order.as_str()).sign(&ground.credentials)),
        &[check(
            "pending_order",
            STATUS,
            "an order whose page is open answers err_no 004",
            Source::Row(STATUS_CODES),
            Expect::By(|reply, ground| {
                if ground.page.is_none() {
                    return no_page();
                }
                let code = reply.text("err_no");
                let as_known = reply.has_status("error") && code.as_deref() == Some("004");
                Finding::is(as_known, reply.summary())
            }),
        )],
    ),
    Step::new(
        "page_again",
        |ground| Ok(ground.card_page(&ground.order)?.sign(&ground.credentials)),
        &[check(
            "page_again",
            GET_TOKEN,
            "an unpaid order id gets a further page",
            Source::Row("an unpaid id gets a further page; a paid id is refused"),
            Expect::By(|reply, ground| match (page_token(reply), &ground.page) {
                (_, None) => no_page(),
                (Some(token), Some(first)) if token == *first => {
                    Finding::new(Verdict::Different, "the token of the first page again")
                }
                (token, Some(_)) => Finding::is(token.is_some(), reply.summary()),
            }),
        )],
    ),
    Step::new(
        "page_badly_signed",
        |ground| Ok(ground.card_page(&new_order()?)?.sign_wrongly()),
        &[check(
            "page_badly_signed",
            GET_TOKEN,
            "a wrong token is refused, with a text that names paytr_token",
            TEXTS,
            Expect::Reason("paytr_token"),
        )],
    ),
    Step::new(
        "page_signed_as_in_the_table",
        |ground| {
            let request = ground.card_page(&new_order()?)?;
            Ok(request.sign_in_order(&ground.credentials, &ORDER_OF_THE_TABLE))
        },
        &[check(
            "page_signed_as_in_the_table",
            GET_TOKEN,
            "currency is signed after the basket, not before it as PayTR's table has it",
            FIELDS,
            Expect::Reason("paytr_token"),
        )],
    ),
    Step::new(
        "page_without_email",
        |ground| {
            let request = ground.card_page(&new_order()?)?.without("email");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_without_email",
            GET_TOKEN,
            "a missing field is refused, with a text that names it",
            TEXTS,
            Expect::Reason("email"),
        )],
    ),
    Step::new(
        "page_with_hyphen",
        |ground| {
            let request = ground.card_page(&new_order()?)?.set("merchant_oid", "LC-1");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_with_hyphen",
            GET_TOKEN,
            "an order id with a hyphen is refused, with a text that says alphanumeric",
            Source::Row("the text for an order id with other characters than letters and digits"),
            Expect::Reason("alfanumerik"),
        )],
    ),
    Step::new(
        "page_below_one_lira",
        |ground| {
            let request = ground.card_page(&new_order()?)?.set("payment_amount", "99");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_below_one_lira",
            GET_TOKEN,
            "an amount below 1.00 is refused",
            Source::Row("an amount below 1.00 is refused"),
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "page_from_a_private_address",
        |ground| {
            let request = ground
                .card_page(&new_order()?)?
                .set("user_ip", "192.168.1.1");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_from_a_private_address",
            GET_TOKEN,
            "a private user_ip is refused, with the text of a wrong token",
            // Seen live; the sandbox takes it, so that shops can be tried.
            Source::Itself(Evidence::Recorded),
            Expect::Reason("paytr_token"),
        )],
    ),
    Step::new(
        "page_over_ipv6",
        |ground| {
            let request = ground.card_page(&new_order()?)?;
            let request = request.set("user_ip", "2606:4700:4700::1111");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_over_ipv6",
            GET_TOKEN,
            "an IPv6 user_ip is refused",
            // The limit of 39 characters fits one, and the page says IPv4; the sandbox takes it.
            Source::Itself(Evidence::Assumed),
            Expect::Status("failed"),
        )],
    ),
    Step::new(
        "page_of_one_instalment",
        |ground| {
            let request = ground.card_page(&new_order()?)?.set("no_installment", "1");
            let request = request.set("max_installment", "1");
            Ok(request.sign(&ground.credentials))
        },
        &[check(
            "page_of_one_instalment",
            GET_TOKEN,
            "max_installment=1 is taken together with no_installment=1",
            Source::Row("`max_installment=1` is taken together with `no_installment=1`"),
            Expect::Status("success"),
        )],
    ),
    Step::new(
        "page_for_a_transfer",
        bank_transfer_page,
        &[check(
            "page_for_a_transfer",
            GET_TOKEN,
            "a page for a bank transfer in test mode answers a token",
            FIELDS,
            Expect::By(|reply, _| {
                if reply.has_status("failed") {
                    let seen = format!("perhaps not permitted: {}", reply.summary());
                    return Finding::new(Verdict::NotSeen, seen);
                }
                Finding::is(page_token(reply).is_some(), reply.summary())
            }),
        )],
    ),
];

/// What depends on the first page cannot be seen without it.
fn no_page() -> Finding {
    Finding::new(Verdict::NotSeen, "no page was opened")
}

fn bank_transfer_page(ground: &Ground) -> Result<Request, Failure> {
    let amount = Money::new(100, Currency::TRY);
    let mut page = IframeEft::new(new_order()?, amount, ground.buyer());
    page.mode = Mode::Test;
    page.timeout_minutes = Some(PAGE_MINUTES);
    Ok(Request::of(&page, &ground.credentials)?.sign(&ground.credentials))
}

/// The token of a page that was opened.
pub(in super::super) fn page_token(reply: &Reply) -> Option<String> {
    let token = reply.text("token").filter(|token| !token.is_empty());
    token.filter(|_| reply.has_status("success"))
}
