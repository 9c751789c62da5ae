//! What a person reads of a ledger. Every script reads at most [`STEP`] orders or hours.

use std::time::{Duration, SystemTime};

use paid_once::back_office::{BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife};
use paid_once::{OrderKey, OrderRecord, StoreError, async_trait};

use crate::RedisLedger;
use crate::keys::{member, order_of};
use crate::lists::STEP;
use crate::value::Reply;

#[async_trait]
impl BackOfficeLedger for RedisLedger {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let limit = limit as usize;
        let mut after = filter.after.as_ref().map(member).unwrap_or_default();
        let mut opened_at = String::new();
        let mut found = Vec::new();
        while found.len() < limit {
            let page = self.opened_after(&after, &opened_at).await?;
            let Some(last) = page.last() else { break };
            (after, opened_at) = last.clone();
            let named = named_so(page.into_iter().map(|(member, _)| member), filter)?;
            for some in named.chunks(limit.min(STEP as usize)) {
                let records = self.records(some).await?;
                let records = records.into_iter().map(|due| due.record);
                found.extend(records.filter(|record| is_in_state(record, filter)));
                if found.len() >= limit {
                    break;
                }
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        let (member, keys) = (member(order), self.keys());
        let reply = self
            .run(
                &self.scripts().life,
                &[
                    &keys.order(&member),
                    &keys.under_review,
                    &keys.refunded,
                    &keys.due(order.merchant()),
                ],
                &[member.as_bytes()],
            )
            .await?;
        if reply.is_empty() {
            return Ok(None);
        }
        life(reply).map(Some)
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        let mut counts = HourCount::last(hours, self.clock().await?);
        let mut end = "+inf".to_owned();
        for some in counts.rchunks_mut(STEP as usize) {
            end = self.count(some, end).await?;
        }
        Ok(counts)
    }

    /// The leases that ran out are looked for among the orders that the provider is still to be asked about: the
    /// call takes longer the more of these there are, and payments wait for a hundred of them at a time. The lease
    /// of a failure is not among them when its order was never opened here.
    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        let keys = self.keys();
        let named = [
            keys.undelivered.as_str(),
            &keys.open_reviews,
            &keys.merchants,
        ];
        let mut reply = self.run(&self.scripts().gauges, &named, &[]).await?;
        let mut gauges = LedgerGauges::new();
        gauges.undelivered = reply.number("undelivered")?;
        gauges.reviews_open = reply.number("open reviews")?;
        for merchant in reply.texts("merchant")? {
            self.add_merchant(&mut gauges, &merchant).await?;
        }
        Ok(gauges)
    }
}

impl RedisLedger {
    /// Some orders that were opened before this one, newest first, each with when.
    async fn opened_after(
        &self,
        after: &str,
        opened_at: &str,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let step = STEP.to_string();
        let arguments = [step.as_bytes(), after.as_bytes(), opened_at.as_bytes()];
        let script = &self.scripts().opened;
        let mut reply = self.run(script, &[&self.keys().opened], &arguments).await?;
        let mut opened = Vec::new();
        while !reply.is_empty() {
            opened.push((reply.text("member")?, reply.text("opened_at")?));
        }
        Ok(opened)
    }

    async fn clock(&self) -> Result<SystemTime, StoreError> {
        let (script, named) = (&self.scripts().clock, [self.keys().paid.as_str()]);
        self.run(script, &named, &[]).await?.time("the time")
    }

    /// Counts what happened in some hours, the last of which ends then. Gives when the first one began.
    async fn count(&self, hours: &mut [HourCount], end: String) -> Result<String, StoreError> {
        let mut times: Vec<String> = hours.iter().map(begin_text).collect();
        times.push(end);
        let arguments: Vec<&[u8]> = times.iter().map(String::as_bytes).collect();
        let named = [self.keys().paid.as_str(), &self.keys().refused];
        let script = &self.scripts().hours;
        let mut reply = self.run(script, &named, &arguments).await?;
        for hour in hours {
            hour.paid = reply.number("paid")?;
            hour.refused = reply.number("refused")?;
        }
        Ok(times.swap_remove(0))
    }

    async fn add_merchant(
        &self,
        gauges: &mut LedgerGauges,
        merchant: &str,
    ) -> Result<(), StoreError> {
        let keys = self.keys();
        let named = [keys.due(merchant), keys.undecided(merchant)];
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        let (step, mut cursor) = (STEP.to_string(), "0".to_owned());
        loop {
            let arguments = [cursor.as_bytes(), step.as_bytes(), keys.orders.as_bytes()];
            let script = &self.scripts().merchant_gauges;
            let mut reply = self.run(script, &named, &arguments).await?;
            cursor = reply.text("cursor")?;
            gauges.claims_over_lease += reply.number("claims over lease")?;
            gauges.undelivered += reply.number("undelivered")?;
            let undecided = reply.number("undecided")?;
            let waits = reply.text("oldest due")?;
            if cursor == "0" {
                gauges.refunds_undecided += undecided;
                let waits = waits.parse().ok().map(Duration::from_micros);
                gauges.oldest_due = gauges.oldest_due.max(waits);
                return Ok(());
            }
        }
    }
}

/// The members whose orders have the filter's merchant and begin as it says.
fn named_so(
    members: impl Iterator<Item = String>,
    filter: &OrderFilter,
) -> Result<Vec<String>, StoreError> {
    let mut named = Vec::new();
    for member in members {
        let order = order_of(&member)?;
        let merchant = filter.merchant.as_deref();
        if merchant.is_none_or(|merchant| merchant == order.merchant())
            && order.order_id().starts_with(&filter.starts_with)
        {
            named.push(member);
        }
    }
    Ok(named)
}

fn is_in_state(record: &OrderRecord, filter: &OrderFilter) -> bool {
    let state = filter.state.as_deref();
    state.is_none_or(|state| state == record.state.as_str())
}

fn begin_text(hour: &HourCount) -> String {
    let since = hour.begin.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_micros().to_string()
}

/// The life that `life.lua` answers.
fn life(mut reply: Reply) -> Result<OrderLife, StoreError> {
    let mut life = OrderLife::new(reply.next_record()?);
    life.was_opened = reply.text("opened")? == "opened";
    life.attempts = reply.number("fence")?;
    let saturated = |number| u32::try_from(number).unwrap_or(u32::MAX);
    life.unsettled = saturated(reply.number("unsettled_claims")?);
    life.inquiries = saturated(reply.number("taken")?);
    life.handler_until = reply.optional_time("lease_until")?;
    life.failed_at = reply.optional_time("failed_at")?;
    life.paid_at = reply.optional_time("paid_at")?;
    life.closed_at = reply.optional_time("closed_at")?;
    life.next_inquiry = reply.optional_time("due_at")?;
    Ok(life)
}

#[cfg(test)]
mod tests {
    use database_servers::shared;
    use paid_once::{Claimant, Expected, NewOrder, OrderLedger as _, Retention};

    use super::*;

    /// While somebody reads page after page, the last order of a page may be purged.
    #[tokio::test]
    async fn a_list_goes_on_after_an_order_that_was_purged_since() {
        let prefix = format!("test:{}", Claimant::unique()).parse().unwrap();
        let url = shared::redis_url().unwrap();
        let options = RedisLedger::options().prefix(prefix);
        let ledger = options.connect(&url).await.unwrap();
        for id in ["A", "B", "C"] {
            let order = OrderKey::new("1", id).unwrap();
            let new = NewOrder::new(order.clone(), Expected::Unknown);
            let _new = ledger.open(new).await.unwrap();
            assert!(id != "B" || ledger.close(&order).await.unwrap());
        }
        let all = ledger.opened_after("", "").await.unwrap();
        let at_once = Retention {
            paid: Duration::ZERO,
            unpaid: Duration::ZERO,
        };
        assert_eq!(ledger.purge(at_once, 10).await.unwrap(), 1);
        let (purged, opened_at) = &all[1];
        let after = ledger.opened_after(purged, opened_at).await.unwrap();
        assert_eq!(after, all[2..]);
        assert_eq!(ledger.opened_after(purged, "").await.unwrap(), []);
    }
}
