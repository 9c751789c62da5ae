//! The dashboard, and `GET /_sandbox/events`: an event whenever anything has changed, for pages that
//! follow along.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use paytr_core::Language;
use serde::Deserialize;

use super::order_row::{OrderRow, PickOptions};
use super::request_row::{self, RequestRow};
use super::store_rows::{self, CashoutRow, LinkRow, PlatformRow, TransferRow};
use crate::shared::Shared;
use crate::state::State as Known;
use crate::{StoreKind, amounts, html, turkish_time};

/// Orders on one page. The rest is a click away, so that a long test run does not make the page slow.
const ORDERS: usize = 50;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    merchant_id: String,
    is_marketplace: bool,
    eft_amounts: bool,
    addresses: Vec<Address>,
    clock: ClockPanel,
    balances: Vec<(&'static str, String)>,
    faults: FaultPanel,
    requests: Vec<RequestRow>,
    links: Vec<LinkRow>,
    transfers: Vec<TransferRow>,
    cashouts: Vec<CashoutRow>,
    platform: Vec<PlatformRow>,
    orders: Vec<OrderRow>,
    pick: PickOptions,
    known_orders: usize,
    newer: Option<usize>,
    older: Option<usize>,
}

/// Where notifications of one kind go.
struct Address {
    field: &'static str,
    label: &'static str,
    turkish: &'static str,
    url: String,
    without: &'static str,
}

struct ClockPanel {
    now: String,
    /// Milliseconds since 1970, for a script that lets it tick.
    millis: u128,
    frozen: bool,
}

struct FaultPanel {
    seed: Option<u64>,
    count: usize,
    json: String,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    /// How many of the newest orders are passed over.
    #[serde(default)]
    skip: usize,
}

pub(super) async fn dashboard(
    State(shared): State<Arc<Shared>>,
    Query(shown): Query<Shown>,
) -> Response {
    let now = shared.clock.now();
    let plan = shared.faults.plan();
    let clock = clock(now, shared.clock.is_frozen());
    let page = shared.read(|state| {
        let known_orders = state.orders().count();
        let newest_first = state.orders().rev().skip(shown.skip).take(ORDERS);
        let orders = newest_first.filter_map(|(id, _)| OrderRow::of(state, id));
        DashboardPage {
            merchant_id: state.credentials.merchant_id().to_string(),
            is_marketplace: state.store_kind == StoreKind::Marketplace,
            eft_amounts: state.eft_amounts,
            addresses: addresses(state),
            clock,
            balances: balances(state, now),
            faults: FaultPanel {
                seed: plan.seed(),
                count: plan.faults().len(),
                json: plan.to_json(),
            },
            requests: request_row::requests(state),
            links: store_rows::links(state, now),
            transfers: store_rows::transfers(state),
            cashouts: store_rows::cashouts(state),
            platform: store_rows::platform(state),
            orders: orders.collect(),
            pick: PickOptions::new(),
            known_orders,
            newer: (shown.skip > 0).then(|| shown.skip.saturating_sub(ORDERS)),
            older: Some(shown.skip.saturating_add(ORDERS)).filter(|skip| *skip < known_orders),
        }
    });
    html::unframed_page(&page)
}

fn clock(now: SystemTime, frozen: bool) -> ClockPanel {
    ClockPanel {
        now: turkish_time::date_time(now),
        millis: now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis(),
        frozen,
    }
}

fn addresses(state: &Known) -> Vec<Address> {
    let wait = "no address: they wait";
    let text = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string).unwrap_or_default();
    vec![
        Address {
            field: "payment",
            label: "Payments",
            turkish: "Bildirim URL",
            url: text(&state.notify_url),
            without: wait,
        },
        Address {
            field: "eft",
            label: "Bank transfer notices",
            turkish: "Ara Bildirim URL",
            url: text(&state.interim_url),
            without: "no address: none are made",
        },
        Address {
            field: "platform",
            label: "Platform transfers and cashouts",
            turkish: "Platform Transfer Sonucu Bildirim URL",
            url: text(&state.platform_url),
            without: wait,
        },
        Address {
            field: "link",
            label: "Payment links",
            turkish: "callback_link",
            url: text(&state.link_url),
            without: "no address: each goes to the callback_link of its link",
        },
    ]
}

fn balances(state: &Known, now: SystemTime) -> Vec<(&'static str, String)> {
    let mut currencies = vec!["TL"];
    for entry in state.entries() {
        let currency = entry.payment.currency;
        if !currencies.contains(&currency) {
            currencies.push(currency);
        }
    }
    let balance = |currency| {
        let amount = state.balance(currency, now);
        let units = u64::try_from(amount.unsigned_abs()).unwrap_or(u64::MAX);
        let sign = if amount < 0 { "−" } else { "" };
        let text = amounts::readable(units, currency, Language::English);
        (currency, format!("{sign}{text}"))
    };
    currencies.into_iter().map(balance).collect()
}

/// The events tell nothing more: what there is to see is on the page, or in the control API. It ends with
/// the sandbox.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = shared.changes();
    // The first event says that the connection stands, so nothing before it is missed.
    changes.mark_changed();
    let stop = shared.stop.clone();
    let stream = unfold((changes, stop), async |(mut changes, stop)| {
        tokio::select! {
            () = stop.cancelled() => None,
            next = changes.changed() => {
                next.ok()?;
                let event = Event::default().event("change").data("changed");
                Some((Ok(event), (changes, stop)))
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
