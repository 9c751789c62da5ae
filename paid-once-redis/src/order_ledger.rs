use std::time::Duration;

use paid_once::{
    BoxError, Expected, ExpectedAmount, NewOrder, Opened, OrderKey, OrderLedger, OrderRecord,
    Review, StoreError, async_trait,
};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::{member, of_merchant};
use crate::value::{Reply, expected_texts, micros, mode_text, review};

/// How many orders one script reads or removes. Redis does one thing at a time: while a script runs,
/// payments wait.
const STEP: u32 = 100;

#[async_trait]
impl ExpectedAmount for RedisLedger {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let record = self.get(order).await?;
        Ok(record.map_or(Expected::Unknown, |record| record.expected))
    }
}

#[async_trait]
impl OrderLedger for RedisLedger {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        let member = member(&order.order);
        let (kind, amount) = expected_texts(order.expected);
        let keys = self.keys();
        let order_key = keys.order(&member);
        let mut named = vec![
            order_key.as_str(),
            &keys.done,
            &keys.unsettled,
            &keys.reviewed,
        ];
        let mut arguments: Vec<&[u8]> = vec![
            member.as_bytes(),
            kind.as_bytes(),
            amount.as_bytes(),
            mode_text(order.mode).as_bytes(),
        ];
        let (name, cart, reuse_for);
        if let Some(idempotency) = &order.idempotency {
            name = of_merchant(order.order.merchant(), &idempotency.key);
            cart = keys.cart(&name);
            reuse_for = micros(idempotency.reuse_for);
            named.push(&cart);
            arguments.extend([
                name.as_bytes(),
                &idempotency.fingerprint,
                reuse_for.as_bytes(),
                keys.orders.as_bytes(),
            ]);
        }
        opened(self.run(&self.scripts().open, &named, &arguments).await?)
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        let order = self.keys().order(&member(order));
        let script = &self.scripts().attach_session;
        self.run(script, &[&order], &[session.as_bytes()]).await?;
        Ok(())
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        let member = member(order);
        self.run(
            &self.scripts().abandon,
            &[&self.keys().order(&member)],
            &[member.as_bytes(), self.keys().carts.as_bytes()],
        )
        .await?;
        Ok(())
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        let member = member(order);
        let (kind, amount) = expected_texts(expected);
        let keys = self.keys();
        self.run(
            &self.scripts().set_expected,
            &[&keys.order(&member), &keys.done, &keys.unsettled],
            &[member.as_bytes(), kind.as_bytes(), amount.as_bytes()],
        )
        .await?;
        Ok(())
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        let member = member(order);
        let keys = self.keys();
        let reply = self
            .run(
                &self.scripts().get,
                &[&keys.order(&member), &keys.reviewed],
                &[member.as_bytes()],
            )
            .await?;
        if reply.is_empty() {
            return Ok(None);
        }
        reply.record().map(Some)
    }

    async fn unsettled_since(
        &self,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let members = self.unsettled_members(age, limit).await?;
        let keys = self.keys();
        let mut records = Vec::with_capacity(members.len());
        for some in members.chunks(STEP as usize) {
            let orders = [keys.orders.as_bytes()];
            let arguments: Vec<&[u8]> = orders
                .into_iter()
                .chain(some.iter().map(String::as_bytes))
                .collect();
            let script = &self.scripts().unsettled_records;
            let reply = self
                .run(script, &[&keys.unsettled, &keys.reviewed], &arguments)
                .await?;
            for record in reply.lists() {
                records.push(record?.record()?);
            }
        }
        Ok(records)
    }

    async fn reviews(&self, limit: u32) -> Result<Vec<Review>, StoreError> {
        let limit = limit.to_string();
        let script = &self.scripts().reviews;
        let mut reply = self
            .run(script, &[&self.keys().reviews], &[limit.as_bytes()])
            .await?;
        let mut reviews = Vec::new();
        while !reply.is_empty() {
            let text = reply.text("review")?;
            reviews.push(review(&text, reply.time("first_seen")?)?);
        }
        Ok(reviews)
    }

    async fn purge(&self, older_than: Duration, batch: u32) -> Result<u64, StoreError> {
        let keys = self.keys();
        let age = micros(older_than);
        let mut purged = 0;
        while purged < u64::from(batch) {
            let left = u64::from(batch) - purged;
            let step = left.min(u64::from(STEP));
            let mut reply = self
                .run(
                    &self.scripts().purge,
                    &[&keys.done, &keys.unsettled],
                    &[
                        age.as_bytes(),
                        step.to_string().as_bytes(),
                        keys.orders.as_bytes(),
                        keys.carts.as_bytes(),
                    ],
                )
                .await?;
            let removed = reply.number("purged")?;
            purged += removed;
            if removed < step {
                break;
            }
        }
        Ok(purged)
    }
}

impl RedisLedger {
    async fn unsettled_members(
        &self,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let reply = self
            .run(
                &self.scripts().unsettled,
                &[&self.keys().unsettled],
                &[micros(age).as_bytes(), limit.to_string().as_bytes()],
            )
            .await?;
        reply.texts("member")
    }
}

fn opened(mut reply: Reply) -> Result<Opened, StoreError> {
    Ok(match reply.text("opened")?.as_str() {
        "new" => Opened::New,
        "existing" => Opened::Existing(reply.record()?),
        "key_reused" => Opened::KeyReused,
        "order_exists" => Opened::OrderExists,
        _ => return Err(corrupt("opened")),
    })
}
