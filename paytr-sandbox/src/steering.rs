//! What a test does with the sandbox besides paying: faults, clock, addresses, stopping, resetting, and
//! what happens to transfers and cashouts when their time has come. The control API comes through here
//! too.

use std::sync::Arc;
use std::time::SystemTime;

use url::Url;

use crate::shared::Shared;
use crate::state::{RefundRefused, RefundRequest, State};
use crate::{ActionError, FaultPlan, OrderSnapshot, Sandbox, StoreKind, random};

impl Sandbox {
    /// Puts a plan of faults into force, in place of the one before.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.shared.faults.set_plan(plan);
    }

    /// The plan that is in force.
    #[must_use]
    pub fn faults(&self) -> FaultPlan {
        self.shared.faults.plan()
    }

    /// The sandbox's time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// Lets the sandbox's clock stand still. [`advance_clock`](Self::advance_clock) still moves it.
    pub fn freeze_clock(&self) {
        self.shared.clock.freeze();
    }

    /// Lets a frozen clock go on from where it stands.
    pub fn resume_clock(&self) {
        self.shared.clock.resume();
    }

    /// Makes the store another kind. What happened stays; the reports and the balance are derived anew.
    pub fn set_store_kind(&self, kind: StoreKind) {
        self.shared.change(|state| state.store_kind = kind);
    }

    /// Which kind of store the merchant has.
    #[must_use]
    pub fn store_kind(&self) -> StoreKind {
        self.shared.read(|state| state.store_kind)
    }

    /// Forgets orders, links, stored cards, transfers and cashouts, takes the plan of faults out of
    /// force, and sets the clock. Merchant, kind of store and notification URLs stay.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Ends the time of a payment page: `failed` with code 6.
    ///
    /// # Errors
    ///
    /// [`ActionError`].
    pub fn expire(&self, merchant_oid: &str) -> Result<(), ActionError> {
        self.shared.act_on_order(merchant_oid, State::expire)
    }

    /// Refunds a part of a paid order, in minor units, or with `None` all that is left.
    ///
    /// # Errors
    ///
    /// [`ActionError::UnknownOrder`], [`ActionError::Refund`].
    pub fn refund(&self, merchant_oid: &str, amount: Option<u64>) -> Result<(), ActionError> {
        self.shared.refund(merchant_oid, amount)
    }

    /// Gives up on the notifications that are still sent: "Bildirim Durdu".
    /// [`resend`](Self::resend) restarts them.
    ///
    /// # Errors
    ///
    /// [`ActionError::UnknownOrder`], [`ActionError::NothingToSend`].
    pub fn stop_notifications(&self, merchant_oid: &str) -> Result<(), ActionError> {
        self.shared.stop_notifications(merchant_oid)
    }

    /// Lets the seller's bank send a platform transfer back. It stands in the list of returned transfers
    /// from now on, and its amount is in the account again.
    ///
    /// # Errors
    ///
    /// [`ActionError::UnknownTransfer`] when it was not made, or came back already.
    pub fn return_transfer(&self, trans_id: &str) -> Result<(), ActionError> {
        self.shared.return_transfer(trans_id)
    }
}

impl Shared {
    /// Every order, oldest first.
    pub(crate) fn snapshots(&self) -> Vec<OrderSnapshot> {
        self.read(|state| {
            let known = state.orders();
            known
                .filter_map(|(id, _)| OrderSnapshot::of(state, id))
                .collect()
        })
    }

    pub(crate) fn reset(&self) {
        self.faults.set_plan(FaultPlan::none());
        self.clock.reset();
        self.change(State::forget);
    }

    pub(crate) fn refund(
        &self,
        merchant_oid: &str,
        amount: Option<u64>,
    ) -> Result<(), ActionError> {
        let now = self.clock.now();
        let bank_reference = random::text(12).map_err(|_| ActionError::Refund {
            why: "there are no random bytes",
        })?;
        self.change(|state| {
            let order = state.order(merchant_oid).ok_or(ActionError::UnknownOrder)?;
            let paid = order.payment.as_ref().map_or(0, |payment| payment.amount);
            let amount = amount.unwrap_or_else(|| paid.saturating_sub(order.refunded()));
            if amount == 0 && paid > 0 {
                return Err(refund_refused(RefundRefused::MoreThanRemaining));
            }
            let request = RefundRequest {
                merchant_oid,
                amount,
                reference_no: None,
                bank_reference,
            };
            let refunded = state.refund(request, now);
            refunded.map(drop).map_err(refund_refused)
        })
    }

    pub(crate) fn stop_notifications(&self, merchant_oid: &str) -> Result<(), ActionError> {
        let stopped = self.change(|state| {
            let order = state.order_mut(merchant_oid);
            Ok(order.ok_or(ActionError::UnknownOrder)?.outbox.stop())
        })?;
        if stopped {
            Ok(())
        } else {
            Err(ActionError::NothingToSend)
        }
    }

    /// Like resending, but only what has stopped.
    pub(crate) fn restart_notifications(
        self: &Arc<Self>,
        merchant_oid: &str,
    ) -> Result<(), ActionError> {
        use crate::NotificationState::Stopped;
        let state = self.read(|state| {
            let order = state.order(merchant_oid).ok_or(ActionError::UnknownOrder)?;
            Ok(order.outbox.state())
        })?;
        if state == Some(Stopped) {
            return self.resend(merchant_oid);
        }
        Err(ActionError::NothingToSend)
    }

    /// Sets every address that notifications go to, and sends those that wait.
    pub(crate) fn set_urls(
        self: &Arc<Self>,
        payment: Option<Url>,
        eft: Option<Url>,
        platform: Option<Url>,
        link: Option<Url>,
    ) {
        self.change(|state| {
            state.notify_url = payment;
            state.interim_url = eft;
            state.platform_url = platform;
            state.link_url = link;
        });
        self.deliver_everything();
    }

    /// Sets those that are given.
    pub(crate) fn add_urls(
        self: &Arc<Self>,
        payment: Option<Url>,
        eft: Option<Url>,
        platform: Option<Url>,
        link: Option<Url>,
    ) {
        let [payment, eft, platform, link] = self.read(|state| {
            [
                payment.or_else(|| state.notify_url.clone()),
                eft.or_else(|| state.interim_url.clone()),
                platform.or_else(|| state.platform_url.clone()),
                link.or_else(|| state.link_url.clone()),
            ]
        });
        self.set_urls(payment, eft, platform, link);
    }

    fn deliver_everything(self: &Arc<Self>) {
        let subjects: Vec<String> = self.read(|state| {
            let orders = state.orders().map(|(id, _)| id.to_owned());
            let others = state.platform_outboxes().map(|(id, _)| id.to_owned());
            orders.chain(others).collect()
        });
        for subject in subjects {
            self.deliver(&subject);
        }
    }

    /// Lets the seller's bank send a transfer back.
    pub(crate) fn return_transfer(&self, trans_id: &str) -> Result<(), ActionError> {
        let now = self.clock.now();
        let is_done = self.change(|state| state.return_transfer(trans_id, now));
        is_done.then_some(()).ok_or(ActionError::UnknownTransfer)
    }

    /// Makes the transfers that are due at this time, and tells of them.
    pub(crate) fn make_transfers_in_time(self: &Arc<Self>, due: SystemTime) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            shared.clock.sleep_until(due).await;
            let now = shared.clock.now();
            if let Some(subject) = shared.change(|state| state.make_due_transfers(now)) {
                shared.deliver(&subject);
            }
        });
    }

    /// Processes the cashouts that are due at this time, and tells of each.
    pub(crate) fn process_cashouts_in_time(self: &Arc<Self>, due: SystemTime) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            shared.clock.sleep_until(due).await;
            let now = shared.clock.now();
            for subject in shared.change(|state| state.process_due_cashouts(now)) {
                shared.deliver(&subject);
            }
        });
    }
}

fn refund_refused(refused: RefundRefused) -> ActionError {
    ActionError::Refund {
        why: match refused {
            RefundRefused::NoSuccessfulPayment => "the order is not paid",
            RefundRefused::NotAcknowledged => "the payment's notification is not acknowledged",
            RefundRefused::MoreThanRemaining => "it is more than what is left of the order",
            RefundRefused::BalanceTooLow => "it is more than the store's balance",
            RefundRefused::OlderThanOneYear => "the payment is older than a year",
        },
    }
}
