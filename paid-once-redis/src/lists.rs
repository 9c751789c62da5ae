//! Lists of orders, read some at a time.

use std::time::Duration;

use paid_once::{DueOrder, StoreError};

use crate::RedisLedger;
use crate::value::micros;

/// How many orders one script reads or removes. Redis does one thing at a time: while a script runs,
/// payments wait.
pub(crate) const STEP: u32 = 100;

impl RedisLedger {
    /// The orders of a sorted set, by their times: all of them, or those whose time is that long past.
    pub(crate) async fn listed(
        &self,
        set: &str,
        limit: u32,
        age: Option<Duration>,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let members = self.members(set, Some(limit), age).await?;
        let mut found = Vec::with_capacity(members.len());
        for some in members.chunks(STEP as usize) {
            found.extend(self.records(some).await?);
        }
        Ok(found)
    }

    /// The members of a sorted set, by their times: all of them, or those whose time is that long past.
    pub(crate) async fn members(
        &self,
        set: &str,
        limit: Option<u32>,
        age: Option<Duration>,
    ) -> Result<Vec<String>, StoreError> {
        // Redis takes -1 for all of them.
        let limit = limit.map_or_else(|| "-1".to_owned(), |limit| limit.to_string());
        let age = age.map(micros).unwrap_or_default();
        let arguments: [&[u8]; 2] = [limit.as_bytes(), age.as_bytes()];
        let script = &self.scripts().members;
        let members = self.run(script, &[set], &arguments).await?;
        members.texts("member")
    }

    /// Some orders, at most [`STEP`]. Those that are gone are left out.
    pub(crate) async fn records(&self, members: &[String]) -> Result<Vec<DueOrder>, StoreError> {
        let keys = self.keys();
        let mut arguments = vec![keys.orders.as_bytes()];
        arguments.extend(members.iter().map(String::as_bytes));
        let named = [keys.under_review.as_str(), &keys.refunded];
        let script = &self.scripts().records;
        let reply = self.run(script, &named, &arguments).await?;
        reply.lists().map(|order| order?.due_order()).collect()
    }
}
