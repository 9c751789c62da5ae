//! Refunds: reserved before they are sent, each in one script.

use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
use paid_once::{Claimant, OrderKey, StoreError, async_trait};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::{member, order_of, refund_name};
use crate::order_ledger::STEP;
use crate::value::{Reply, money, money_text};

#[async_trait]
impl RefundLedger for RedisLedger {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        let member = member(&refund.order);
        let name = refund_name(&member, &refund.reference);
        // A cluster connection may send a call again whose answer was lost. It is granted once, to this call.
        let call = Claimant::unique().to_string();
        let (merchant, keys) = (refund.order.merchant(), self.keys());
        let reply = self
            .run(
                &self.scripts().reserve,
                &[
                    &keys.order(&member),
                    &keys.refund(&name),
                    &keys.refunds_of(&member),
                    &keys.undecided(merchant),
                    &keys.merchants,
                ],
                &[
                    name.as_bytes(),
                    call.as_bytes(),
                    money_text(refund.amount).as_bytes(),
                    refund.paid.map(money_text).unwrap_or_default().as_bytes(),
                    refund.by.as_bytes(),
                    member.as_bytes(),
                    refund.reference.as_bytes(),
                    merchant.as_bytes(),
                    keys.refunds.as_bytes(),
                ],
            )
            .await?;
        reservation(reply)
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.decide(order, reference, RefundState::Executed).await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.decide(order, reference, RefundState::Cancelled).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        let refunds = self.keys().refunds_of(&member(order));
        self.refund_list(&refunds, None, None).await
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let undecided = self.keys().undecided(merchant);
        let mut refunds = self.refund_list(&undecided, Some(limit), Some(age)).await?;
        // What was decided since it was listed is left out.
        refunds.retain(|refund| refund.state == RefundState::Reserved);
        Ok(refunds)
    }
}

impl RedisLedger {
    async fn decide(
        &self,
        order: &OrderKey,
        reference: &str,
        state: RefundState,
    ) -> Result<(), StoreError> {
        let member = member(order);
        let name = refund_name(&member, reference);
        let keys = self.keys();
        self.run(
            &self.scripts().decide_refund,
            &[
                &keys.refund(&name),
                &keys.refunds_of(&member),
                &keys.undecided(order.merchant()),
                &keys.refunded,
            ],
            &[
                name.as_bytes(),
                state.as_str().as_bytes(),
                member.as_bytes(),
                keys.refunds.as_bytes(),
            ],
        )
        .await?;
        Ok(())
    }

    /// The refunds of a sorted set, as [`members`](Self::members) lists them.
    async fn refund_list(
        &self,
        set: &str,
        limit: Option<u32>,
        age: Option<Duration>,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let names = self.members(set, limit, age).await?;
        let mut found = Vec::with_capacity(names.len());
        for some in names.chunks(STEP as usize) {
            let mut arguments = vec![self.keys().refunds.as_bytes()];
            arguments.extend(some.iter().map(String::as_bytes));
            let reply = self.run(&self.scripts().refunds, &[], &arguments).await?;
            for refund in reply.lists() {
                found.push(record(refund?)?);
            }
        }
        Ok(found)
    }
}

fn reservation(mut reply: Reply) -> Result<Reservation, StoreError> {
    Ok(match reply.text("reservation")?.as_str() {
        "granted" => Reservation::Granted,
        "duplicate" => Reservation::Duplicate,
        "not_paid" => Reservation::NotPaid,
        "unknown_order" => Reservation::UnknownOrder,
        "exceeds" => Reservation::Exceeds {
            left: money(&reply.text("left")?)?,
        },
        _ => return Err(corrupt("reservation")),
    })
}

/// One refund that `refunds.lua` answers.
fn record(mut reply: Reply) -> Result<RefundRecord, StoreError> {
    let order = order_of(&reply.text("member")?)?;
    let reference = reply.text("reference")?;
    let amount = money(&reply.text("amount")?)?;
    let refund = NewRefund::new(order, reference, amount).by(reply.text("by")?);
    let state = RefundState::from_name(&reply.text("state")?);
    let state = state.ok_or_else(|| corrupt("refund state"))?;
    let reserved_at = reply.time("reserved_at")?;
    let decided_at = reply.optional_time("decided_at")?;
    Ok(RefundRecord::new(refund, state, reserved_at, decided_at))
}
