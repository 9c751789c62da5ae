//! What is paid and no handler has taken.

use std::sync::Arc;

use askama::Template;
use paytr_core::paid_once::{Decision, Delivery, OrderKey, OrderRecord, Payment, Undelivered};
use paytr_core::{BoxError, OrderState, VerifiedPayment};

use super::moment::Moment;
use super::page::{Confirmation, Fact, Frame, respond};
use super::request::Fields;
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};
use super::words::failure;
use crate::FlowResponse;

/// Most orders on the page, those that wait longest first.
const MOST: u32 = 200;

#[derive(Template)]
#[template(path = "back_office/undelivered.html")]
struct UndeliveredPage<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
}

struct Row {
    order_id: String,
    order_url: String,
    /// Of an order in another namespace.
    namespace: Option<String>,
    total: String,
    attempts: u32,
    since: Moment,
    last_failure: &'static str,
    /// Where to try, with a token: only where the flow can.
    retry: Option<(String, String)>,
    by_hand_url: String,
}

impl Visit<'_> {
    pub(super) async fn undelivered(&self) -> Answer {
        let found = self.parts().ledger.undelivered(MOST).await?;
        let rows = found
            .iter()
            .filter_map(|record| self.undelivered_row(record));
        let page = UndeliveredPage {
            frame: Frame::new(self, &Route::Undelivered),
            rows: rows.collect(),
        };
        Ok(respond(200, &page, &page.frame))
    }

    fn undelivered_row(&self, record: &OrderRecord) -> Option<Row> {
        let OrderState::Undelivered(undelivered) = record.state else {
            return None;
        };
        let order = &record.order;
        let is_ours = self.is_ours(order);
        let purpose = purpose(order, Route::TryNow);
        let retry = is_ours.then(|| {
            let url = self.order_link(order, Route::TryNow);
            (url, self.issue_token(&purpose))
        });
        Some(Row {
            order_id: order.order_id().to_owned(),
            order_url: self.order_link(order, Route::Order),
            namespace: (!is_ours).then(|| order.merchant().to_owned()),
            total: self.amount(undelivered.total),
            attempts: undelivered.attempts,
            since: Moment::of(undelivered.since),
            last_failure: failure(undelivered.last_failure, self.language()),
            retry,
            by_hand_url: self.order_link(order, Route::ByHand),
        })
    }

    /// Hands the payment to the flow's handler again. If this process dies on the way, the reconciler goes on.
    pub(super) async fn try_now(&self, order_id: &str, form: &Fields) -> Answer {
        let order = self.order_key(order_id)?;
        self.take_token(form, &purpose(&order, Route::TryNow))?;
        if !self.is_ours(&order) {
            return Err(Trouble::NotHere);
        }
        let payment = self.owed_payment(&order).await?;
        self.parts().ledger.hurry(&order).await?;
        let handler = self.parts().flow.handler();
        let handle = move |delivery| {
            let handler = Arc::clone(&handler);
            async move { handler.handle(VerifiedPayment::inquired(delivery)).await }
        };
        let gate = self.parts().flow.gate().gate();
        let decision = gate.deliver_by_hand(payment, handle).await;
        self.delivered(&order, decision)
    }

    pub(super) async fn confirm_by_hand(&self, order_id: &str) -> Answer {
        let order = self.order_key(order_id)?;
        let (record, undelivered) = self.owed_order(&order).await?;
        let words = self.words();
        let mut facts = self.order_facts(&order);
        let last = failure(undelivered.last_failure, self.language());
        facts.extend([
            Fact::new(words.paid_total, self.amount(undelivered.total)),
            Fact::new(words.mode, words.mode(record.mode)),
            Fact::new(words.since, Moment::of(undelivered.since).text),
            Fact::new(words.last_failure, last),
        ]);
        let step = Confirmation {
            heading: words.confirm_by_hand,
            facts,
            warning: words.by_hand_warning,
            button: words.by_hand,
            action: self.order_link(&order, Route::ByHand),
            purpose: purpose(&order, Route::ByHand),
            hidden: Vec::new(),
            has_note: false,
            back: self.link(&Route::Undelivered, &[]),
        };
        Ok(self.confirm_page(&Route::Undelivered, step))
    }

    /// Settles the order without the shop's handler: a person did what the handler does.
    pub(super) async fn handled_by_hand(&self, order_id: &str, form: &Fields) -> Answer {
        let order = self.order_key(order_id)?;
        self.take_token(form, &purpose(&order, Route::ByHand))?;
        let payment = self.owed_payment(&order).await?;
        let nothing = |_: Delivery| async { Ok::<_, BoxError>(()) };
        let gate = self.parts().flow.gate().gate();
        let decision = gate.deliver_by_hand(payment, nothing).await;
        if decision == Decision::Settled {
            // The ledger does not say that no handler ran.
            tracing::info!(
                order = %order,
                by = self.operator().name(),
                "an undelivered order was handled by hand"
            );
        }
        self.delivered(&order, decision)
    }

    fn delivered(&self, order: &OrderKey, decision: Decision) -> Answer {
        match decision {
            Decision::Settled | Decision::Duplicate => {
                let link = self.order_link(order, Route::Order);
                Ok(FlowResponse::see_other(link))
            }
            other => Err(Trouble::NotTaken(other)),
        }
    }

    /// What the buyer paid and has nothing for.
    async fn owed_payment(&self, order: &OrderKey) -> Result<Payment, Trouble> {
        let (record, undelivered) = self.owed_order(order).await?;
        Ok(Payment::paid(record.order, undelivered.total).with_mode(record.mode))
    }

    async fn owed_order(&self, order: &OrderKey) -> Result<(OrderRecord, Undelivered), Trouble> {
        let record = self.life(order).await?.record;
        match record.state {
            OrderState::Undelivered(undelivered) => Ok((record, undelivered)),
            _ => Err(Trouble::NotUndelivered),
        }
    }
}

/// What a token is for: the action, and the order with its namespace.
fn purpose(order: &OrderKey, to: fn(String) -> Route) -> String {
    let path = to(order.order_id().to_owned()).path();
    format!("{path} {}", order.merchant())
}
