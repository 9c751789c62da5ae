use paid_once::{
    Payment, Resolution, Resolving, Review, ReviewFilter, ReviewId, ReviewReason, StoreError,
};

use super::ledger::about_order;
use super::{PostgresLedger, query};
use crate::value::{ReviewColumns, resolved, review};

impl PostgresLedger {
    /// Sent twice it counts once more than it was seen. That is better than not to be recorded.
    pub(super) async fn record_review(
        &self,
        payment: &Payment,
        why: ReviewReason,
    ) -> Result<(), StoreError> {
        let ReviewColumns {
            total,
            mode,
            requested,
            failure,
        } = ReviewColumns::of(payment)?;
        let record = || {
            about_order(&self.statements.review, &payment.order)
                .bind(why.as_str())
                .bind(total.0)
                .bind(total.1.clone())
                .bind(mode)
                .bind(requested.0)
                .bind(requested.1.clone())
                .bind(failure.code.as_deref().map(without_nul))
                .bind(failure.message.as_deref().map(without_nul))
        };
        self.connections.repeatable(record).await.map(drop)
    }

    pub(super) async fn list_reviews(
        &self,
        filter: &ReviewFilter,
        limit: u32,
    ) -> Result<Vec<Review>, StoreError> {
        let before = filter.before.map_or(i64::MAX, |entry| {
            i64::try_from(entry.get()).unwrap_or(i64::MAX)
        });
        let lists = match &filter.order {
            Some(_) => &self.statements.reviews_of_order,
            None => &self.statements.reviews,
        };
        let list = || {
            let list = query(lists.listing(filter.open))
                .bind(filter.reason.map(|reason| reason.as_str()))
                .bind(before)
                .bind(i64::from(limit));
            match &filter.order {
                Some(order) => list
                    .bind(order.merchant().to_owned())
                    .bind(order.order_id().to_owned()),
                None => list,
            }
        };
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(review).collect()
    }

    pub(super) async fn resolve_review(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        let Ok(id) = i64::try_from(entry.get()) else {
            return Ok(Resolving::Unknown);
        };
        let resolve = || {
            query(&self.statements.resolve)
                .bind(id)
                .bind(resolution.as_str())
                .bind(without_nul(by))
                .bind(without_nul(note))
        };
        if self.connections.changes(resolve).await? {
            return Ok(Resolving::Now);
        }
        // What is resolved stays so: this cannot race.
        let before = || query(&self.statements.resolved).bind(id);
        let rows = self.connections.repeatable(before).await?;
        let before = rows.first().map(resolved).transpose()?.flatten();
        Ok(before.map_or(Resolving::Unknown, Resolving::Already))
    }
}

/// Words, of people or of the provider. PostgreSQL cannot hold NUL, and nobody can mean it.
pub(super) fn without_nul(words: &str) -> String {
    words.replace('\0', "\u{fffd}")
}
