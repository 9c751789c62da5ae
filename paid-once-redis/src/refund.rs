//! Refunds: reserved before they are sent, each in one script.

use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
use paid_once::{Claimant, OrderKey, StoreError, async_trait};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::{member, order_of, refund_name};
use crate::lists::STEP;
use crate::value::{Reply, money, money_text};

#[async_trait]
impl RefundLedger for RedisLedger {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        self.reserve_by(refund, Claimant::unique()).await
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
    /// A connection of the user may send a call again whose answer was lost: it is granted again to that call,
    /// and to no other.
    async fn reserve_by(
        &self,
        refund: &NewRefund,
        call: Claimant,
    ) -> Result<Reservation, StoreError> {
        let member = member(&refund.order);
        let name = refund_name(&member, &refund.reference);
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
                    call.to_string().as_bytes(),
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
            let reply = self
                .run(&self.scripts().refunds, &[set], &arguments)
                .await?;
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

#[cfg(test)]
mod tests {
    use database_servers::shared;
    use paid_once::{Currency, Money};

    use super::*;

    #[tokio::test]
    async fn a_call_that_is_sent_again_is_granted_again_and_reserves_once() {
        let prefix = format!("test:{}", Claimant::unique()).parse().unwrap();
        let url = shared::redis_url().unwrap();
        let options = RedisLedger::options().prefix(prefix);
        let ledger = options.connect(&url).await.unwrap();
        let lira = |minor_units| Money::new(minor_units, Currency::TRY);
        let order = OrderKey::new("1", "A").unwrap();
        let refund = NewRefund::new(order.clone(), "R1", lira(60)).with_paid(Some(lira(100)));
        let (first, second) = (Claimant::unique(), Claimant::unique());
        for (call, told) in [
            (first, Reservation::Granted),
            (first, Reservation::Granted),
            (second, Reservation::Duplicate),
        ] {
            assert_eq!(ledger.reserve_by(&refund, call).await.unwrap(), told);
        }
        let rest = NewRefund::new(order, "R2", lira(41)).with_paid(Some(lira(100)));
        let told = ledger.reserve(&rest).await.unwrap();
        assert_eq!(told, Reservation::Exceeds { left: lira(40) });
    }
}
