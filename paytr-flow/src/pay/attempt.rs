//! Opening the order once, whatever clicks and hang-ups happen.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use paytr_core::paid_once::{Opened, OrderRecord, causes};
use paytr_core::{Expected, Language, MerchantOid, NewOrder, OrderKey};
use tokio::time::Instant;

use super::iframe::{IframeRequest, Session};
use super::{Answer, PayProblem, Purchase};
use crate::orders::log_ledger_error;
use crate::{PricedOrder, PurchaseFlow};

/// How often another order id is tried before the ledger is taken for broken.
const MAX_TAKEN_IDS: u32 = 3;

/// One click of "pay", read and priced.
pub(super) struct Attempt {
    pub(super) flow: PurchaseFlow,
    pub(super) purchase: Purchase,
    pub(super) priced: PricedOrder,
    pub(super) language: Language,
    pub(super) client_ip: IpAddr,
}

/// What one try to open the order came to.
enum Step {
    Answered(Box<Answer>),
    /// Another click opened the order and has no page yet.
    BeingOpened(OrderKey),
    IdTaken,
}

impl Attempt {
    pub(super) fn new(
        flow: PurchaseFlow,
        purchase: Purchase,
        priced: PricedOrder,
        language: Language,
        client_ip: IpAddr,
    ) -> Arc<Self> {
        Arc::new(Self {
            flow,
            purchase,
            priced,
            language,
            client_ip,
        })
    }

    /// Opens the order or finds the one that an earlier click opened.
    ///
    /// While another click is opening it, this one asks the ledger again and again: it sees the page
    /// once there is one, and becomes the opener when the other one gave the key back.
    pub(super) async fn run(self: Arc<Self>) -> Result<Answer, PayProblem> {
        let mut wait = Wait::new(self.flow.parts().token_timeout);
        let mut taken_ids = 0;
        while !wait.is_over() {
            match Arc::clone(&self).step_in_task().await? {
                Step::Answered(answer) => return Ok(*answer),
                Step::IdTaken => {
                    taken_ids += 1;
                    if taken_ids == MAX_TAKEN_IDS {
                        tracing::error!("the ledger has every new order id already");
                        break;
                    }
                }
                Step::BeingOpened(order) => {
                    if wait.has_died(&order) {
                        self.abandon(&order).await?;
                    } else {
                        wait.pause().await;
                    }
                }
            }
        }
        Err(PayProblem::Unavailable)
    }

    /// Runs one step in a task of its own: a browser that hangs up, as it does on a double click, must
    /// not leave an order without a page behind.
    async fn step_in_task(self: Arc<Self>) -> Result<Step, PayProblem> {
        let step = tokio::spawn(async move { self.step().await });
        step.await.unwrap_or_else(|error| {
            tracing::error!(error = %error, "opening an order broke off");
            Err(PayProblem::Unavailable)
        })
    }

    async fn step(&self) -> Result<Step, PayProblem> {
        let oid = self.flow.parts().order_ids.make();
        let request = IframeRequest::new(self, &oid);
        request.check(&self.flow.parts().client)?;
        let opened = self.flow.parts().ledger.open(self.new_order(&oid)).await;
        match opened.map_err(|error| ledger_problem("open", &error))? {
            Opened::New => self.ask_paytr(&oid, &request).await.map(Step::answered),
            Opened::Existing(record) => Ok(self.existing(record)),
            Opened::KeyReused => Err(PayProblem::KeyReused),
            Opened::OrderExists => Ok(Step::IdTaken),
        }
    }

    /// The order as the ledger keeps it.
    ///
    /// "At least" for both ways to pay: with instalments PayTR adds a surcharge to a card payment,
    /// and it promises equality for neither.
    fn new_order(&self, oid: &MerchantOid) -> NewOrder {
        let flow = self.flow.parts();
        let expected = Expected::AtLeast(self.priced.total());
        let order = NewOrder::new(self.flow.order_key(oid), expected)
            .with_mode(flow.mode)
            .with_inquire_after(flow.inquire_after);
        match self.purchase.idempotency(flow.timeout_minutes) {
            Some(idempotency) => order.with_idempotency(idempotency),
            None => order,
        }
    }

    fn existing(&self, record: OrderRecord) -> Step {
        match Answer::existing(&self.flow, &record, self.purchase.language()) {
            Some(answer) => Step::answered(answer),
            None => Step::BeingOpened(record.order),
        }
    }

    /// Asks PayTR for the page of a new order, and remembers it. If there is none, the order is
    /// abandoned, so that the next click may try again.
    async fn ask_paytr(
        &self,
        oid: &MerchantOid,
        request: &IframeRequest,
    ) -> Result<Answer, PayProblem> {
        let order = self.flow.order_key(oid);
        match self.page_of(oid, &order, request).await {
            Ok(session) => {
                tracing::info!(merchant_oid = oid.as_str(), "an order is open");
                let language = self.purchase.language();
                Ok(Answer::payable(&self.flow, oid, language, &session))
            }
            Err(problem) => {
                // Without this the key is only blocked until the next click has waited long enough.
                let _ = self.abandon(&order).await;
                Err(problem)
            }
        }
    }

    async fn page_of(
        &self,
        oid: &MerchantOid,
        order: &OrderKey,
        request: &IframeRequest,
    ) -> Result<Session, PayProblem> {
        let flow = self.flow.parts();
        let reply = tokio::time::timeout(flow.token_timeout, request.send(&flow.client)).await;
        let Ok(reply) = reply else {
            tracing::error!(merchant_oid = oid.as_str(), "PayTR did not answer in time");
            return Err(PayProblem::Provider);
        };
        let token = reply.map_err(|error| {
            let cause = causes(&error);
            tracing::error!(merchant_oid = oid.as_str(), cause, "{error}");
            PayProblem::Provider
        })?;
        let session = Session::new(&token);
        let text = session.text().ok_or(PayProblem::Provider)?;
        let attached = flow.ledger.attach_session(order, &text).await;
        attached.map_err(|error| ledger_problem("attach_session", &error))?;
        Ok(session)
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), PayProblem> {
        let abandoned = self.flow.parts().ledger.abandon(order).await;
        abandoned.map_err(|error| ledger_problem("abandon", &error))
    }
}

impl Step {
    fn answered(answer: Answer) -> Self {
        Self::Answered(Box::new(answer))
    }
}

fn ledger_problem(step: &'static str, error: &paytr_core::StoreError) -> PayProblem {
    log_ledger_error(step, error);
    PayProblem::Unavailable
}

/// The pause between two looks at the ledger.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long one click has waited for others, each time for the one that is opening the order.
struct Wait {
    /// How long an opener may take: PayTR's time, and some for the ledger.
    opener_limit: Duration,
    give_up: Instant,
    opener: Option<(OrderKey, Instant)>,
    pause: Duration,
}

impl Wait {
    fn new(token_timeout: Duration) -> Self {
        Self {
            opener_limit: token_timeout + token_timeout / 4,
            // One opener that died, one that is alive, and an attempt of its own.
            give_up: Instant::now() + token_timeout * 4,
            opener: None,
            pause: FIRST_PAUSE,
        }
    }

    /// Whether the click has waited too long for all of them together.
    fn is_over(&self) -> bool {
        Instant::now() > self.give_up
    }

    /// Whether the opener of this order has had its time: then its page never comes.
    fn has_died(&mut self, order: &OrderKey) -> bool {
        match &self.opener {
            Some((known, since)) if known == order => since.elapsed() > self.opener_limit,
            _ => {
                self.opener = Some((order.clone(), Instant::now()));
                false
            }
        }
    }

    async fn pause(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}
