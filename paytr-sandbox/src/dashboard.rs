//! `GET /`: every order and every attempt to deliver a notification, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use paytr_core::Language;

use crate::delivery::{DeliveryAttempt, NotificationState};
use crate::shared::Shared;
use crate::{OrderSnapshot, OrderState, amount_text, html, turkish_time};

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    merchant_id: String,
    notify_url: Option<String>,
    orders: Vec<OrderRow>,
}

struct OrderRow {
    merchant_oid: String,
    amount: String,
    payment_type: &'static str,
    created: String,
    state: String,
    state_class: &'static str,
    notification: Option<&'static str>,
    notification_class: &'static str,
    stopped: bool,
    page: String,
    warnings: Vec<String>,
    attempts: Vec<AttemptRow>,
}

struct AttemptRow {
    number: usize,
    at: String,
    told: &'static str,
    status: String,
    acknowledged: bool,
    problem: String,
    reply: String,
}

pub(crate) async fn dashboard(State(shared): State<Arc<Shared>>) -> Response {
    let page = shared.read(|state| {
        let newest_first = state.orders().rev();
        let snapshots = newest_first.filter_map(|(id, _)| OrderSnapshot::of(state, id));
        DashboardPage {
            merchant_id: state.credentials.merchant_id().to_string(),
            notify_url: state.notify_url.as_ref().map(ToString::to_string),
            orders: snapshots.map(order_row).collect(),
        }
    });
    html::unframed_page(&page)
}

fn order_row(order: OrderSnapshot) -> OrderRow {
    let readable = |amount| amount_text::readable(amount, order.currency, Language::English);
    let (state, state_class) = match order.state {
        OrderState::Waiting => ("waiting for the buyer".to_owned(), "calm"),
        OrderState::Failed { code } => (format!("failed, code {code}"), "bad"),
        OrderState::Paid {
            total,
            installments: 0 | 1,
        } => (format!("paid {}", readable(total)), "good"),
        OrderState::Paid {
            total,
            installments,
        } => (
            format!("paid {} in {installments} instalments", readable(total)),
            "good",
        ),
    };
    let attempts = order.attempts.iter().enumerate().rev();
    OrderRow {
        amount: readable(order.amount),
        payment_type: order.payment_type,
        created: turkish_time::date_time(order.created),
        state,
        state_class,
        notification: order.notification.map(NotificationState::turkish),
        notification_class: notification_class(order.notification),
        stopped: order.notification == Some(NotificationState::Stopped),
        page: order.page,
        warnings: order.warnings,
        attempts: attempts
            .map(|(index, attempt)| attempt_row(index, attempt))
            .collect(),
        merchant_oid: order.merchant_oid,
    }
}

fn notification_class(state: Option<NotificationState>) -> &'static str {
    match state {
        Some(NotificationState::Done) => "good",
        Some(NotificationState::Stopped) => "bad",
        _ => "calm",
    }
}

fn attempt_row(index: usize, attempt: &DeliveryAttempt) -> AttemptRow {
    AttemptRow {
        number: index + 1,
        at: turkish_time::clock(attempt.at),
        told: attempt.told,
        status: attempt
            .status
            .map_or_else(|| "–".to_owned(), |status| status.to_string()),
        acknowledged: attempt.acknowledged,
        problem: attempt
            .problem
            .map_or_else(String::new, |problem| problem.to_string()),
        reply: attempt.reply.clone(),
    }
}
