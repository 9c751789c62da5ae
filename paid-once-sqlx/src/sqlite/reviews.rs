use paid_once::{
    Payment, Resolution, Resolving, Review, ReviewFilter, ReviewId, ReviewReason, StoreError,
};

use super::{Query, SqliteLedger, by_order, query, store_error};
use crate::value::{ReviewColumns, resolved, review};

impl SqliteLedger {
    pub(super) async fn record_review(
        &self,
        payment: &Payment,
        why: ReviewReason,
    ) -> Result<(), StoreError> {
        let (order, columns) = (payment.order.clone(), ReviewColumns::of(payment)?);
        let bind = move |record| {
            let ReviewColumns {
                total,
                mode,
                requested,
                failure,
            } = columns.clone();
            by_order(record, &order)
                .bind(why.as_str())
                .bind(total.0)
                .bind(total.1)
                .bind(mode)
                .bind(requested.0)
                .bind(requested.1)
                .bind(failure.code)
                .bind(failure.message)
        };
        let recorded = self.writer.run(&self.statements.review, bind);
        recorded.await.map(drop)
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
            .bind(filter.reason.map(|reason| reason.as_str()))
            .bind(before)
            .bind(i64::from(limit));
        let list = match &filter.order {
            Some(order) => by_order(list, order),
            None => list,
        };
        let rows = list.fetch_all(&self.pool).await.map_err(store_error)?;
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
        let (by, note) = (by.to_owned(), note.to_owned());
        let bind = move |resolve: Query| {
            resolve
                .bind(id)
                .bind(resolution.as_str())
                .bind(by.clone())
                .bind(note.clone())
        };
        let resolving = self.writer.run(&self.statements.resolve, bind);
        if resolving.await?.changed {
            return Ok(Resolving::Now);
        }
        // What is resolved stays so: this cannot race.
        let before = query(&self.statements.resolved)
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(store_error)?;
        let before = before.as_ref().map(resolved).transpose()?.flatten();
        Ok(before.map_or(Resolving::Unknown, Resolving::Already))
    }
}
