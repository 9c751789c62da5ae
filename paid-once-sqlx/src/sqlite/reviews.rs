use paid_once::{
    Payment, Resolution, Resolving, Review, ReviewFilter, ReviewId, ReviewReason, StoreError,
};

use super::SqliteLedger;
use super::query::{of_order, query};
use crate::value::{ReviewColumns, resolved, review};

impl SqliteLedger {
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
        let record = of_order(&self.statements.review, &payment.order)
            .bind_text(why.as_str())
            .bind(total.0)
            .bind(total.1)
            .bind_text(mode)
            .bind(requested.0)
            .bind(requested.1)
            .bind(failure.code)
            .bind(failure.message);
        self.writer.run(record).await.map(drop)
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
        let list = query(lists.listing(filter.open))
            .bind(filter.reason.map(|reason| reason.as_str().to_owned()))
            .bind(before)
            .bind(limit);
        let list = match &filter.order {
            Some(order) => list.bind_order(order),
            None => list,
        };
        let rows = list.fetch_all(&self.pool).await?;
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
        let resolve = query(&self.statements.resolve)
            .bind(id)
            .bind_text(resolution.as_str())
            .bind_text(by)
            .bind_text(note);
        if self.writer.run(resolve).await?.changed {
            return Ok(Resolving::Now);
        }
        // What is resolved stays so: this cannot race.
        let before = query(&self.statements.resolved)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        let before = before.as_ref().map(resolved).transpose()?.flatten();
        Ok(before.map_or(Resolving::Unknown, Resolving::Already))
    }
}
