//! `GET /link/{id}`: the page of a payment link. It leads to a card page, once for every payment.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::shared::Shared;
use crate::state::{Link, LinkChoice, LinkClosed, LinkKind, LinkRefused, State as Known};
use crate::texts::Texts;
use crate::{amounts, html, random, turkish_time};

/// Order ids of links are PayTR's own.
const LENGTH_OF_AN_ORDER_ID: usize = 20;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/link/{id}", get(show))
        .route("/link/{id}/pay", post(pay))
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage<'a> {
    t: &'static Texts,
    theme: &'static str,
    id: &'a str,
    name: &'a str,
    price: String,
    kind: Kind<'a>,
    until: Option<String>,
    sales: u64,
    paid: bool,
    closed: Option<&'static str>,
    problem: Option<&'static str>,
}

/// What the form asks for.
enum Kind<'a> {
    Product { least: u64, most: Option<u64> },
    Collection { email: &'a str },
    Flex { most: String, name: Option<&'a str> },
}

/// What the page shows beyond its state.
#[derive(Deserialize)]
struct Shown {
    paid: Option<String>,
    problem: Option<Problem>,
}

/// What is wrong with the form.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Problem {
    Count,
    Amount,
    Buyer,
}

impl Problem {
    fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Amount => "amount",
            Self::Buyer => "buyer",
        }
    }

    fn text(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Count => t.link_bad_count,
            Self::Amount => t.link_bad_amount,
            Self::Buyer => t.link_bad_buyer,
        }
    }
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Response {
    let now = shared.clock.now();
    let rendered = shared.read(|state| {
        let link = state.link(&id)?;
        let closed = state.open_link(&id, now).err();
        Some(html::page(&page(state, link, closed, &shown)))
    });
    rendered.unwrap_or_else(unknown_link)
}

fn page<'a>(
    state: &Known,
    link: &'a Link,
    closed: Option<LinkClosed>,
    shown: &Shown,
) -> LinkPage<'a> {
    let t = Texts::of(link.language);
    let sales = state.sold(link);
    LinkPage {
        t,
        theme: "classic",
        id: &link.id,
        name: &link.name,
        price: readable(link, link.price),
        kind: kind(link, sales),
        until: link.expires.map(turkish_time::date_time),
        sales,
        paid: shown.paid.is_some() && sales > 0,
        closed: closed.map(|closed| match closed {
            LinkClosed::Unknown | LinkClosed::Deleted => t.link_deleted,
            LinkClosed::Expired => t.link_expired,
            LinkClosed::SoldOut => t.link_sold_out,
            LinkClosed::Collected => t.link_collected,
        }),
        problem: shown.problem.map(|problem| problem.text(t)),
    }
}

fn kind(link: &Link, sales: u64) -> Kind<'_> {
    match &link.kind {
        LinkKind::Product { min_count, stock } => {
            let most = stock.map(|stock| stock.saturating_sub(sales));
            Kind::Product {
                // The last pieces are sold also when they are fewer than the least.
                least: most.map_or(*min_count, |most| most.min(*min_count)),
                most,
            }
        }
        LinkKind::Collection { email } => Kind::Collection { email },
        LinkKind::Flex {
            max_price,
            user_name,
        } => Kind::Flex {
            most: readable(link, *max_price),
            name: user_name.as_deref(),
        },
    }
}

fn readable(link: &Link, amount: u64) -> String {
    amounts::readable(amount, link.currency, link.language)
}

/// What was typed. Who pays is asked for as PayTR does, and not kept. No `Debug`: it is personal data.
#[derive(Deserialize)]
struct BuyerForm {
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    count: String,
    #[serde(default)]
    amount: String,
}

impl BuyerForm {
    fn choice(&self) -> Result<LinkChoice, Problem> {
        let needed = [&self.user_name, &self.email];
        if needed.iter().any(|value| value.trim().is_empty()) {
            return Err(Problem::Buyer);
        }
        let count = match self.count.trim() {
            "" => 1,
            text => text.parse().map_err(|_| Problem::Count)?,
        };
        let amount = match self.amount.trim() {
            "" => None,
            text => Some(minor_units(text).ok_or(Problem::Amount)?),
        };
        Ok(LinkChoice { count, amount })
    }
}

/// `45`, `45,50` and `45.50`: major units as a person types them.
fn minor_units(text: &str) -> Option<u64> {
    let amount = paytr_core::amount::parse_major(text)?;
    u64::try_from(amount).ok()
}

async fn pay(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Form(form): Form<BuyerForm>,
) -> Response {
    let choice = match form.choice() {
        Ok(choice) => choice,
        Err(problem) => return again(&id, problem),
    };
    match shared.open_link(&id, choice) {
        Ok(opened) => Redirect::to(&opened.path).into_response(),
        Err(Unopened::NoRandomness) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(Unopened::Refused(LinkRefused::Count)) => again(&id, Problem::Count),
        Err(Unopened::Refused(LinkRefused::Amount)) => again(&id, Problem::Amount),
        Err(Unopened::Refused(LinkRefused::Closed(LinkClosed::Unknown))) => unknown_link(),
        Err(Unopened::Refused(LinkRefused::Closed(_))) => {
            Redirect::to(&format!("/link/{id}")).into_response()
        }
    }
}

/// The page that a buyer of a link pays on.
pub(crate) struct OpenedLink {
    pub(crate) merchant_oid: String,
    path: String,
}

/// Why there is none.
#[derive(Clone, Copy)]
pub(crate) enum Unopened {
    NoRandomness,
    Refused(LinkRefused),
}

impl Shared {
    /// Opens a page for one payment of a link, under an order id of PayTR's.
    pub(crate) fn open_link(
        self: &Arc<Self>,
        id: &str,
        choice: LinkChoice,
    ) -> Result<OpenedLink, Unopened> {
        let token = Self::new_token().map_err(|_| Unopened::NoRandomness)?;
        let merchant_oid = random::text(LENGTH_OF_AN_ORDER_ID);
        let merchant_oid = merchant_oid.map_err(|_| Unopened::NoRandomness)?;
        let now = self.clock.now();
        let opened = self.change(|state| {
            state.pay_link(id, choice, (token.clone(), merchant_oid.clone()), now)?;
            let page = state.page(&token);
            let closed = LinkRefused::Closed(LinkClosed::Unknown);
            page.map(|page| (page.path(&token), page.deadline))
                .ok_or(closed)
        });
        let (path, deadline) = opened.map_err(Unopened::Refused)?;
        self.expire_in_time(token, deadline);
        Ok(OpenedLink { merchant_oid, path })
    }
}

fn again(id: &str, problem: Problem) -> Response {
    Redirect::to(&format!("/link/{id}?problem={}", problem.name())).into_response()
}

fn unknown_link() -> Response {
    let text = "No link has this id. The sandbox forgets everything when it stops.";
    html::message(StatusCode::NOT_FOUND, "Unknown payment link", text.into())
}
