use paytr_core::Language;

use crate::delivery::{DeliveryAttempt, NotificationState};
use crate::state::{Order, State};
use crate::{EftOutcome, OrderSnapshot, OrderState, TestCard, amounts, turkish_time};

/// What the selections of every order offer.
pub(super) struct PickOptions {
    pub(super) cards: Vec<(&'static str, String)>,
    pub(super) outcomes: Vec<(&'static str, String)>,
}

impl PickOptions {
    pub(super) fn new() -> Self {
        let card = |card: TestCard| match card.failed_reason() {
            None => (card.name(), format!("{} pays", card.scheme())),
            Some(reason) => (card.name(), format!("declined, code {}", reason.code())),
        };
        let outcome = |outcome: EftOutcome| match outcome.failed_reason() {
            None => (outcome.name(), "it arrived".to_owned()),
            Some(reason) => (
                outcome.name(),
                format!(
                    "{}, code {}",
                    outcome.name().replace('-', " "),
                    reason.code()
                ),
            ),
        };
        Self {
            cards: TestCard::ALL.map(card).into(),
            outcomes: EftOutcome::ALL.map(outcome).into(),
        }
    }
}

pub(super) struct OrderRow {
    pub(super) merchant_oid: String,
    pub(super) amount: String,
    pub(super) payment_type: &'static str,
    pub(super) created: String,
    pub(super) state: String,
    pub(super) state_class: &'static str,
    pub(super) notification: Option<NotificationState>,
    pub(super) notification_class: &'static str,
    pub(super) page: String,
    /// The buyer can still pay.
    pub(super) open: bool,
    pub(super) is_eft: bool,
    pub(super) paid: bool,
    /// What can still be refunded, in major units, for a field.
    pub(super) refundable: String,
    pub(super) refunds: Vec<RefundRow>,
    pub(super) warnings: Vec<String>,
    pub(super) attempts: Vec<AttemptRow>,
}

pub(super) struct RefundRow {
    pub(super) at: String,
    pub(super) amount: String,
    pub(super) reference_no: String,
}

pub(super) struct AttemptRow {
    pub(super) number: usize,
    pub(super) at: String,
    pub(super) told: &'static str,
    pub(super) fault: Option<&'static str>,
    pub(super) status: String,
    pub(super) acknowledged: bool,
    pub(super) problem: Option<(&'static str, &'static str)>,
    pub(super) php_message: Option<String>,
    pub(super) reply: String,
}

impl OrderRow {
    /// Where its buttons lead.
    pub(super) fn action(&self) -> String {
        format!("/_sandbox/dashboard/orders/{}", self.merchant_oid)
    }

    pub(super) fn of(state: &State, merchant_oid: &str) -> Option<Self> {
        let order = state.order(merchant_oid)?;
        let (_, page) = state.newest_page(order)?;
        let snapshot = OrderSnapshot::of(state, merchant_oid)?;
        Some(Self::new(order, page.is_open(), snapshot))
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.notification == Some(NotificationState::Stopped)
    }

    pub(super) fn is_in_progress(&self) -> bool {
        self.notification == Some(NotificationState::InProgress)
    }

    fn new(order: &Order, open: bool, snapshot: OrderSnapshot) -> Self {
        let readable = |amount| amounts::readable(amount, snapshot.currency, Language::English);
        let (state, state_class) = standing(&snapshot, readable);
        let refunds = order.refunds.iter().map(|refund| RefundRow {
            at: turkish_time::clock(refund.at),
            amount: readable(refund.returned),
            reference_no: refund.reference_no.clone().unwrap_or_default(),
        });
        let left = order.payment.as_ref().map_or(0, |paid| paid.amount);
        let attempts = snapshot.attempts.iter().enumerate().rev();
        Self {
            amount: readable(snapshot.amount),
            payment_type: snapshot.payment_type,
            created: turkish_time::date_time(snapshot.created),
            state,
            state_class,
            notification: snapshot.notification,
            notification_class: notification_class(snapshot.notification),
            open: open && order.payment.is_none(),
            is_eft: snapshot.payment_type == "eft",
            paid: order.payment.is_some(),
            refundable: amounts::major(left.saturating_sub(order.refunded())),
            refunds: refunds.collect(),
            attempts: attempts
                .map(|(index, attempt)| AttemptRow::new(index, attempt))
                .collect(),
            page: snapshot.page,
            warnings: snapshot.warnings,
            merchant_oid: snapshot.merchant_oid,
        }
    }
}

fn standing(order: &OrderSnapshot, readable: impl Fn(u64) -> String) -> (String, &'static str) {
    match order.state {
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
    }
}

pub(super) fn notification_class(state: Option<NotificationState>) -> &'static str {
    match state {
        Some(NotificationState::Done) => "good",
        Some(NotificationState::Stopped) => "bad",
        _ => "calm",
    }
}

impl AttemptRow {
    pub(super) fn new(index: usize, attempt: &DeliveryAttempt) -> Self {
        let status = attempt.status.map(|status| status.to_string());
        Self {
            number: index + 1,
            at: turkish_time::clock(attempt.at),
            told: attempt.told,
            fault: attempt.fault.map(crate::FaultKind::name),
            status: status.unwrap_or_else(|| "–".to_owned()),
            acknowledged: attempt.acknowledged,
            problem: attempt
                .problem
                .map(|problem| (problem.english(), problem.turkish())),
            php_message: attempt.php_message.as_ref().map(ToString::to_string),
            reply: attempt.reply.clone(),
        }
    }
}
