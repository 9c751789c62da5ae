//! The steps of the card page: the form, 3-D Secure and BKM Express; how the payment ended, and the way
//! back to the shop.

use askama::Template;
use axum::response::Response;

use super::card_form::CardFormError;
use crate::payment_request::{BasketLine, CardDetails, Channel, Design, Kind, UnitPrice};
use crate::state::{CardChoice, Page, Step};
use crate::texts::Texts;
use crate::{FailedReason, TestCard, amounts, html};

/// What every step of the card page shows.
struct Frame<'a> {
    t: &'static Texts,
    theme: &'static str,
    action: String,
    merchant_oid: &'a str,
    amount: String,
    test_mode: bool,
    debug_on: bool,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    frame: Frame<'a>,
    basket: Vec<BasketRow<'a>>,
    paying: Vec<CardLink>,
    declining: Vec<CardLink>,
    picked: Option<String>,
    installments: Vec<Choice>,
    decline: Option<&'static str>,
    decline_code: Option<&'static str>,
    problem: Option<&'static str>,
}

/// A row of the basket.
struct BasketRow<'a> {
    name: &'a str,
    quantity: &'a str,
    price: String,
}

/// A test card to pick.
struct CardLink {
    name: &'static str,
    label: &'static str,
    number: String,
    code: Option<&'static str>,
}

/// A number of instalments.
struct Choice {
    count: u8,
    label: String,
    /// What the button says when this one is chosen.
    total: String,
}

#[derive(Template)]
#[template(path = "three_d.html")]
struct ThreeDPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    frame: Frame<'a>,
    card: String,
    total: String,
}

#[derive(Template)]
#[template(path = "bkm.html")]
struct BkmPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    frame: Frame<'a>,
}

/// `None` when the page is not a card page.
pub(super) fn render(
    page: &Page,
    token: &str,
    picked: Option<TestCard>,
    problem: Option<CardFormError>,
) -> Option<Response> {
    let Kind::Card(details) = &page.request.kind else {
        return None;
    };
    let is_bkm = matches!(page.request.channel, Channel::BkmExpress);
    Some(match page.step {
        Step::Form if is_bkm => bkm_express(page, details, token),
        Step::Form | Step::NoticeSent => form(page, details, token, picked, problem),
        Step::ThreeDSecure(choice) => three_d(page, details, token, choice),
        Step::Paid | Step::Left | Step::Expired => result(page, details),
    })
}

fn form(
    page: &Page,
    details: &CardDetails,
    token: &str,
    picked: Option<TestCard>,
    problem: Option<CardFormError>,
) -> Response {
    let frame = frame(page, details, token);
    let t = frame.t;
    let (paying, declining) = TestCard::ALL
        .into_iter()
        .map(|card| link(card, page))
        .partition(|card| card.code.is_none());
    html::page(&CardPage {
        t,
        theme: frame.theme,
        basket: details.basket.iter().map(|line| row(line, page)).collect(),
        paying,
        declining,
        picked: picked.map(TestCard::grouped),
        installments: installment_choices(page),
        decline: page.declined.map(|reason| reason.text(t.language)),
        decline_code: page.declined.map(crate::FailedReason::code),
        problem: problem.map(|problem| match problem {
            CardFormError::Owner => t.bad_owner,
            CardFormError::Card => t.unknown_card,
            CardFormError::Expiry => t.bad_expiry,
            CardFormError::Cvv => t.bad_cvv,
        }),
        frame,
    })
}

fn three_d(page: &Page, details: &CardDetails, token: &str, choice: CardChoice) -> Response {
    let frame = frame(page, details, token);
    let total = page.request.total(choice.installments);
    html::page(&ThreeDPage {
        t: frame.t,
        theme: frame.theme,
        card: choice.card.masked(),
        total: readable(page, total),
        frame,
    })
}

fn bkm_express(page: &Page, details: &CardDetails, token: &str) -> Response {
    let frame = frame(page, details, token);
    html::page(&BkmPage {
        t: frame.t,
        theme: frame.theme,
        frame,
    })
}

fn frame<'a>(page: &'a Page, details: &CardDetails, token: &str) -> Frame<'a> {
    Frame {
        t: Texts::of(page.request.language),
        theme: theme(details.design),
        action: page.path(token),
        merchant_oid: &page.request.merchant_oid,
        amount: readable(page, page.request.amount),
        test_mode: page.request.test_mode,
        debug_on: page.request.debug_on,
    }
}

fn theme(design: Design) -> &'static str {
    match design {
        Design::Classic => "classic",
        Design::V2 => "v2",
        Design::V2Dark => "v2 dark",
    }
}

fn row<'a>(line: &'a BasketLine, page: &Page) -> BasketRow<'a> {
    let price = match &line.price {
        UnitPrice::MinorUnits(amount) => {
            let sign = if *amount < 0 { "−" } else { "" };
            format!("{sign}{}", readable(page, amount.unsigned_abs()))
        }
        UnitPrice::AsWritten(text) => text.clone(),
    };
    BasketRow {
        name: &line.name,
        quantity: &line.quantity,
        price,
    }
}

fn link(card: TestCard, page: &Page) -> CardLink {
    let reason = card.failed_reason();
    let label = reason.map_or(card.scheme(), |reason| reason.text(page.request.language));
    CardLink {
        name: card.name(),
        label,
        number: card.grouped(),
        code: reason.map(crate::FailedReason::code),
    }
}

fn installment_choices(page: &Page) -> Vec<Choice> {
    amounts::installment_choices(page.request.max_installments())
        .map(|count| choice(page, count))
        .collect()
}

/// `3 taksit – 1.326,37 TL (+57,12 TL vade farkı)`.
fn choice(page: &Page, count: u8) -> Choice {
    let t = Texts::of(page.request.language);
    let amount = page.request.total(count);
    let total = readable(page, amount);
    let surcharge = amount.saturating_sub(page.request.amount);
    let label = match (count, surcharge) {
        (0 | 1, _) => format!("{} – {total}", t.single),
        (_, 0) => format!(
            "{count} {} – {total} ({})",
            t.installment_word, t.no_surcharge
        ),
        _ => format!(
            "{count} {} – {total} (+{} {})",
            t.installment_word,
            readable(page, surcharge),
            t.surcharge_word
        ),
    };
    Choice {
        count,
        label,
        total,
    }
}

fn readable(page: &Page, amount: u64) -> String {
    amounts::readable(amount, page.request.currency, page.request.language)
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    paid: bool,
    title: &'static str,
    text: &'static str,
    back: Option<&'a str>,
    /// What is posted to the address in `back`; without it the buyer follows a link.
    fail_message: Option<&'static str>,
}

/// Paid, left or out of time.
fn result(page: &Page, details: &CardDetails) -> Response {
    let t = Texts::of(page.request.language);
    let theme = theme(details.design);
    let (paid, title) = match page.step {
        Step::Paid => (true, t.paid_title),
        _ => (false, t.failed_title),
    };
    let is_posted = !paid
        && matches!(
            page.request.channel,
            Channel::Direct(_) | Channel::BkmExpress
        );
    let reason = page.declined.map(|reason| reason.text(t.language));
    let ended = ResultPage {
        t,
        theme,
        paid,
        title,
        text: result_text(page, t),
        back: if paid {
            details.ok_url.as_deref()
        } else {
            details.fail_url.as_deref()
        },
        fail_message: reason.filter(|_| is_posted),
    };
    if ended.fail_message.is_some() {
        html::page_that_posts_anywhere(&ended)
    } else {
        html::page(&ended)
    }
}

fn result_text(page: &Page, t: &'static Texts) -> &'static str {
    let is_link = matches!(page.request.channel, Channel::Link(_));
    match (page.step, page.declined) {
        (Step::Paid, _) if is_link => t.link_paid,
        (Step::Paid, _) => t.paid_text,
        (Step::Expired, _) => t.expired_text,
        // A declined payment of the Direct API is over: there is no form to try again on.
        (_, Some(reason)) if reason != FailedReason::LEFT => reason.text(t.language),
        _ => t.left_text,
    }
}
