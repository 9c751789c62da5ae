use std::time::Duration;

use paid_once::{
    BoxError, DueOrder, Expected, ExpectedAmount, NewOrder, Opened, OrderKey, OrderLedger,
    OrderRecord, OrderState, Resolution, Resolving, Retention, Review, ReviewFilter, ReviewId,
    StoreError, async_trait,
};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::{member, of_merchant};
use crate::lists::STEP;
use crate::value::{Reply, expected_texts, micros, mode_text};

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
        let due = keys.due(order.order.merchant());
        let inquire_after = micros(order.inquire_after);
        let mut named = vec![
            order_key.as_str(),
            &due,
            &keys.under_review,
            &keys.refunded,
            &keys.opened,
            &keys.merchants,
        ];
        let mut arguments: Vec<&[u8]> = vec![
            member.as_bytes(),
            kind.as_bytes(),
            amount.as_bytes(),
            mode_text(order.mode).as_bytes(),
            inquire_after.as_bytes(),
            order.order.merchant().as_bytes(),
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
            &[
                &keys.order(&member),
                &keys.due(order.merchant()),
                &keys.opened,
                &keys.merchants,
            ],
            &[
                member.as_bytes(),
                kind.as_bytes(),
                amount.as_bytes(),
                micros(NewOrder::INQUIRE_AFTER).as_bytes(),
                order.merchant().as_bytes(),
            ],
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
                &[&keys.order(&member), &keys.under_review, &keys.refunded],
                &[member.as_bytes()],
            )
            .await?;
        if reply.is_empty() {
            return Ok(None);
        }
        reply.record().map(Some)
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let keys = self.keys();
        let (due, busy_for) = (keys.due(merchant), micros(busy_for));
        let mut taken = Vec::new();
        let mut left = limit;
        while left > 0 {
            let step = left.min(STEP);
            let reply = self
                .run(
                    &self.scripts().take_due,
                    &[&due, &keys.under_review, &keys.undelivered, &keys.refunded],
                    &[
                        keys.orders.as_bytes(),
                        step.to_string().as_bytes(),
                        busy_for.as_bytes(),
                    ],
                )
                .await?;
            let before = taken.len();
            for order in reply.lists() {
                taken.push(order?.due_order()?);
            }
            if taken.len() - before < step as usize {
                break;
            }
            left -= step;
        }
        Ok(taken)
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        let due = self.keys().due(merchant);
        self.listed(&due, limit, Some(Duration::ZERO)).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        let due = self.keys().due(order.merchant());
        let (member, pause) = (member(order), micros(pause));
        let arguments: [&[u8]; 2] = [member.as_bytes(), pause.as_bytes()];
        self.run(&self.scripts().postpone, &[&due], &arguments)
            .await?;
        Ok(())
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        let member = member(order);
        let keys = self.keys();
        let most = DueOrder::HURRIED_AT_MOST.to_string();
        self.run(
            &self.scripts().hurry,
            &[&keys.order(&member), &keys.due(order.merchant())],
            &[member.as_bytes(), most.as_bytes()],
        )
        .await?;
        Ok(())
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let member = member(order);
        let keys = self.keys();
        let mut reply = self
            .run(
                &self.scripts().close,
                &[
                    &keys.order(&member),
                    &keys.due(order.merchant()),
                    &keys.unpaid,
                ],
                &[member.as_bytes()],
            )
            .await?;
        Ok(reply.text("closed")? == "closed")
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let listed = self.listed(&self.keys().undelivered, limit, None).await?;
        let records = listed.into_iter().map(|listed| listed.record);
        // What was settled since it was listed is left out.
        Ok(records
            .filter(|record| matches!(record.state, OrderState::Undelivered(_)))
            .collect())
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        self.list_reviews(filter, limit as usize).await
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        self.resolve_review(entry, resolution, by, note).await
    }

    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError> {
        let keys = self.keys();
        let mut purged = 0;
        for (done, age) in [
            (&keys.paid, retention.paid),
            (&keys.unpaid, retention.unpaid),
        ] {
            while purged < u64::from(batch) {
                let left = u64::from(batch) - purged;
                let step = left.min(u64::from(STEP));
                let mut reply = self
                    .run(
                        &self.scripts().purge,
                        &[done, &keys.opened],
                        &[
                            micros(age).as_bytes(),
                            step.to_string().as_bytes(),
                            keys.orders.as_bytes(),
                            keys.carts.as_bytes(),
                            keys.dues.as_bytes(),
                        ],
                    )
                    .await?;
                purged += reply.number("purged")?;
                if reply.number("past")? < step {
                    break;
                }
            }
        }
        Ok(purged)
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
