//! What a buyer sees: the payment page, the page that registers a card, and a bank's page.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::bank::Tried;
use super::book::{Attempted, Order};
use super::server::Shared;
use super::wire::Fields;
use crate::three_ds::escape;

const STYLE: &str = "\
:root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#eef1f6;\
color:#1c2433}main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.9rem;\
box-shadow:0 1px 3px #0002}h1{font-size:1.2rem;margin:0 0 .5rem}p{margin:.4rem 0}\
#amount{font-size:1.6rem;font-weight:700}label{display:block;margin:.75rem 0 .2rem}\
input{font:inherit;width:100%;box-sizing:border-box;padding:.55rem;border:1px solid #b9c1cf;\
border-radius:.5rem;background:#fff;color:inherit}.row{display:grid;grid-template-columns:1fr 1fr 1fr;\
gap:.6rem}button{font:inherit;font-weight:600;width:100%;margin-top:1rem;padding:.7rem;border:0;\
border-radius:.5rem;background:#2450b8;color:#fff;cursor:pointer}.no{background:#6b7280}\
.mark{color:#5b6577;font-size:.85rem}#problem{color:#b3261e}\
@media(prefers-color-scheme:dark){body{background:#12161d;color:#e6e9ef}main,input{background:#1b212c}}";

fn page(title: &str, head: &str, content: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title>{head}<style>{STYLE}</style></head><body><main>{content}\
         <p class=\"mark\" id=\"fake-mark\">A stand-in for Payture. No real money moves.</p>\
         </main></body></html>"
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
             form-action 'self' http: https:; frame-ancestors 'none'",
        ),
    ];
    let icon = "<link rel=\"icon\" href=\"data:,\">";
    (headers, html.replace("<style>", &format!("{icon}<style>"))).into_response()
}

fn unknown() -> Response {
    let text = "No such session. The fake forgets everything when it stops.";
    (StatusCode::NOT_FOUND, text).into_response()
}

/// The session that the address or the form names.
fn session(fields: &Fields) -> Option<String> {
    fields.text("SessionId")
}

pub(super) async fn payment(State(shared): State<Arc<Shared>>, query: RawQuery) -> Response {
    let query = query.0.unwrap_or_default();
    let session = Fields::outer(query.as_bytes()).as_ref().and_then(session);
    let Some(session) = session else {
        return unknown();
    };
    match shared.book().order_of_session(&session) {
        Some(order) if order.is_open() => card_page(order, &session, None),
        Some(order) => result(&shared, order, "The order is paid already."),
        None => unknown(),
    }
}

fn card_page(order: &Order, session: &str, problem: Option<&str>) -> Response {
    let (major, minor) = (order.amount / 100, order.amount % 100);
    let product = escape(order.product.as_deref().unwrap_or("Order"));
    let problem = problem.map(|code| {
        let code = escape(code);
        format!("<p id=\"problem\" role=\"alert\">Declined: {code}. Try another card.</p>")
    });
    let content = format!(
        "<h1>{product}</h1><p id=\"amount\">{major}.{minor:02}</p>\
         <p class=\"mark\">Order <span id=\"order-id\">{id}</span></p>{problem}{form}",
        id = escape(&order.id),
        problem = problem.unwrap_or_default(),
        form = card_form("/page/pay", session, "Pay"),
    );
    page("Payment", "", &content)
}

fn card_form(action: &str, session: &str, button: &str) -> String {
    let cards = "4111111111100031: success · 4111111111111111: with the bank's page · \
                 3300000000000001: not enough money · code 123";
    format!(
        "<form method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"SessionId\" value=\"{session}\">\
         <label for=\"card-number\">Card number</label>\
         <input id=\"card-number\" name=\"CardNumber\" inputmode=\"numeric\" required>\
         <div class=\"row\"><div><label for=\"month\">Month</label>\
         <input id=\"month\" name=\"EMonth\" inputmode=\"numeric\" value=\"12\" required></div>\
         <div><label for=\"year\">Year</label>\
         <input id=\"year\" name=\"EYear\" inputmode=\"numeric\" value=\"40\" required></div>\
         <div><label for=\"code\">Code</label>\
         <input id=\"code\" name=\"SecureCode\" inputmode=\"numeric\" required></div></div>\
         <button id=\"pay\">{button}</button></form><p class=\"mark\">{cards}</p>",
        session = escape(session),
    )
}

/// A card was typed.
pub(super) async fn pay(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Some(fields) = Fields::outer(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let number = fields
        .text("CardNumber")
        .unwrap_or_default()
        .replace(' ', "");
    let code = fields.text("SecureCode").unwrap_or_default();
    let Some(session) = session(&fields) else {
        return unknown();
    };
    let response = {
        let mut book = shared.book();
        let Some(order) = book.order_of_session(&session) else {
            return unknown();
        };
        if !order.is_open() {
            return result(&shared, order, "The order is paid already.");
        }
        let (terminal, id) = (order.terminal.clone(), order.id.clone());
        let tried = book.try_card(&terminal, &id, &number, Some(&code));
        let Some(order) = book.order_of_session(&session) else {
            return unknown();
        };
        match tried {
            Tried::Accepted => result(&shared, order, "Thank you."),
            Tried::Declined(code) => card_page(order, &session, Some(code)),
            Tried::Challenge(md) => confirm_page(&session, &md),
        }
    };
    shared.announce();
    response
}

/// On Payture's own pages the bank's step is Payture's: the shop never sees it.
fn confirm_page(session: &str, md: &str) -> Response {
    let (session, md) = (escape(session), escape(md));
    let form = |word: &str, class: &str, button: &str| {
        format!(
            "<form method=\"post\" action=\"/page/confirm\">\
             <input type=\"hidden\" name=\"SessionId\" value=\"{session}\">\
             <input type=\"hidden\" name=\"MD\" value=\"{md}\">\
             <input type=\"hidden\" name=\"Word\" value=\"{word}\">\
             <button id=\"{word}\" class=\"{class}\">{button}</button></form>"
        )
    };
    let content = format!(
        "<h1>Your bank</h1><p>Is it you who pays?</p>{}{}",
        form("yes", "", "Yes, it is me"),
        form("no", "no", "No")
    );
    page("Bank", "", &content)
}

pub(super) async fn confirm(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let fields = Fields::outer(&body);
    let parts = fields.as_ref().and_then(|fields| {
        Some((
            session(fields)?,
            fields.text("MD")?,
            fields.get("Word")? == "yes",
        ))
    });
    let Some((session, md, yes)) = parts else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let response = {
        let mut book = shared.book();
        let words = book.attempts.iter().find(|attempt| attempt.md == md);
        let word = words.map(|attempt| {
            if yes {
                attempt.yes.clone()
            } else {
                attempt.no.clone()
            }
        });
        let ended = word.and_then(|word| book.end_attempt(&word, |attempt| attempt.md == md));
        let Some((Attempted::Payment { terminal, order }, yes)) = ended else {
            return unknown();
        };
        let tried = book.ended(&terminal, &order, Some(yes));
        let Some(order) = book.order_of_session(&session) else {
            return unknown();
        };
        match tried {
            Tried::Declined(code) => card_page(order, &session, Some(code)),
            _ => result(&shared, order, "Thank you."),
        }
    };
    shared.announce();
    response
}

/// The end of a page: it sends the browser to the shop after a while.
fn result(shared: &Shared, order: &Order, text: &str) -> Response {
    back(
        shared,
        order.return_url.as_deref(),
        &order.id,
        !order.is_open(),
        text,
    )
}

fn back(shared: &Shared, url: Option<&str>, id: &str, success: bool, text: &str) -> Response {
    let Some(url) = url else {
        return page(
            "Done",
            "",
            &format!("<h1 id=\"done\">{}</h1>", escape(text)),
        );
    };
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let success = if success { "true" } else { "false" };
    let url = escape(&url.replace("{orderid}", &id).replace("{success}", success));
    let seconds = shared.back_after.as_secs();
    let head = format!("<meta http-equiv=\"refresh\" content=\"{seconds};url={url}\">");
    let content = format!(
        "<h1 id=\"done\">{}</h1><p><a id=\"back\" href=\"{url}\">Back to the shop</a></p>",
        escape(text)
    );
    page("Done", &head, &content)
}

pub(super) async fn registration(State(shared): State<Arc<Shared>>, query: RawQuery) -> Response {
    let query = query.0.unwrap_or_default();
    let session = Fields::outer(query.as_bytes()).as_ref().and_then(session);
    let book = shared.book();
    let known = session.filter(|id| book.sessions.iter().any(|session| session.id == *id));
    let Some(session) = known else {
        return unknown();
    };
    let form = card_form("/page/add", &session, "Add the card");
    page("Card", "", &format!("<h1>Add a card</h1>{form}"))
}

pub(super) async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let fields = Fields::outer(&body);
    let parts = fields.as_ref().and_then(|fields| {
        Some((
            session(fields)?,
            fields.text("CardNumber")?.replace(' ', ""),
        ))
    });
    let Some((session, number)) = parts else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let added = shared.book().add_on_page(&session, &number);
    shared.announce();
    match added {
        Some((url, true)) => {
            let url = Some(url).filter(|url| !url.is_empty());
            back(&shared, url.as_deref(), "", true, "The card is added.")
        }
        Some((_, false)) => page(
            "Card",
            "",
            "<h1 id=\"problem\">This card cannot be added.</h1>",
        ),
        None => unknown(),
    }
}

/// The bank's page: it takes `TermUrl`, `PaReq` and `MD` and posts `MD` and `PaRes` back.
pub(super) async fn acs(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let Some(fields) = Fields::outer(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let book = shared.book();
    let (md, pa_req) = (fields.get("MD"), fields.get("PaReq"));
    let attempt = book
        .attempts
        .iter()
        .find(|attempt| Some(&*attempt.md) == md && Some(&*attempt.pa_req) == pa_req);
    let (Some(attempt), Some(term_url)) = (attempt, fields.get("TermUrl")) else {
        return unknown();
    };
    let form = |id: &str, word: &str, class: &str, button: &str| {
        format!(
            "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"MD\" value=\"{}\">\
             <input type=\"hidden\" name=\"PaRes\" value=\"{}\">\
             <button id=\"{id}\" class=\"{class}\">{button}</button></form>",
            escape(term_url),
            escape(&attempt.md),
            escape(word),
        )
    };
    let content = format!(
        "<h1>Your bank</h1><p>Is it you who pays?</p>{}{}",
        form("yes", &attempt.yes, "", "Yes, it is me"),
        form("no", &attempt.no, "no", "No")
    );
    page("Bank", "", &content)
}
