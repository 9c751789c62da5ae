//! The review queue.

use paid_once::{
    FailureReason, Outcome, Payment, Resolution, Resolved, Resolving, Review, ReviewFilter,
    ReviewId, ReviewReason, StoreError,
};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::{member, order_of};
use crate::lists::STEP;
use crate::value::{Reply, mode, mode_text, money_text, total_text};

impl RedisLedger {
    pub(crate) async fn record_review(
        &self,
        payment: &Payment,
        why: ReviewReason,
    ) -> Result<(), StoreError> {
        let member = member(&payment.order);
        let name = review_name(&member, payment, why);
        let fields = fields(payment, why);
        let keys = self.keys();
        let mut arguments = vec![
            keys.reviews.as_bytes(),
            keys.reviews_of.as_bytes(),
            name.as_bytes(),
            member.as_bytes(),
        ];
        for (field, value) in &fields {
            arguments.extend([field.as_bytes(), value.as_bytes()]);
        }
        let named = [
            keys.review_ids.as_str(),
            &keys.all_reviews,
            &keys.open_reviews,
            &keys.refused,
            &keys.under_review,
        ];
        self.run(&self.scripts().review, &named, &arguments).await?;
        Ok(())
    }

    /// Reads the smallest list that has all of them, step by step, and sorts out the others here.
    pub(crate) async fn list_reviews(
        &self,
        filter: &ReviewFilter,
        limit: usize,
    ) -> Result<Vec<Review>, StoreError> {
        let keys = self.keys();
        let entries = match &filter.order {
            Some(order) => keys.reviews_of(&member(order)),
            None if filter.open == Some(true) => keys.open_reviews.clone(),
            None => keys.all_reviews.clone(),
        };
        let mut from = filter
            .before
            .map_or_else(|| "+inf".to_owned(), |before| format!("({before}"));
        let mut step = limit.min(STEP as usize);
        let mut found = Vec::new();
        while found.len() < limit {
            let page = self.page_of_reviews(&entries, &from, step).await?;
            let Some(last) = page.last() else { break };
            from = format!("({}", last.id);
            let is_last = page.len() < step;
            let left = limit - found.len();
            found.extend(page.into_iter().filter(|one| filter.lists(one)).take(left));
            if is_last {
                break;
            }
            step = STEP as usize;
        }
        Ok(found)
    }

    async fn page_of_reviews(
        &self,
        list: &str,
        from: &str,
        step: usize,
    ) -> Result<Vec<Review>, StoreError> {
        let step = step.to_string();
        let entries = self.keys().reviews.as_bytes();
        let arguments = [from.as_bytes(), step.as_bytes(), entries];
        let script = &self.scripts().reviews;
        let reply = self.run(script, &[list], &arguments).await?;
        reply.lists().map(|one| review(&mut one?)).collect()
    }

    pub(crate) async fn resolve_review(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        let keys = self.keys();
        let mut reply = self
            .run(
                &self.scripts().resolve,
                &[&keys.review(entry), &keys.open_reviews, &keys.under_review],
                &[
                    entry.to_string().as_bytes(),
                    resolution.as_str().as_bytes(),
                    by.as_bytes(),
                    note.as_bytes(),
                ],
            )
            .await?;
        match reply.text("resolving")?.as_str() {
            "now" => Ok(Resolving::Now),
            "unknown" => Ok(Resolving::Unknown),
            "already" => {
                let before = resolved(&mut reply)?.ok_or_else(|| corrupt("resolution"))?;
                Ok(Resolving::Already(before))
            }
            _ => Err(corrupt("resolving")),
        }
    }
}

/// `REASON|MONEY|MEMBER`: what the same review is found by. The member is last, because it may hold anything.
fn review_name(member: &str, payment: &Payment, why: ReviewReason) -> String {
    format!("{}|{}|{member}", why.as_str(), total_text(payment))
}

/// What an entry keeps of a payment, besides its order.
fn fields(payment: &Payment, why: ReviewReason) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("reason", why.as_str().to_owned()),
        ("total", total_text(payment)),
        ("mode", mode_text(payment.mode).to_owned()),
    ];
    fields.extend(
        payment
            .requested
            .map(|asked| ("requested", money_text(asked))),
    );
    if let Outcome::Failed { reason } = &payment.outcome {
        let FailureReason { code, message } = reason.clone();
        fields.extend(code.map(|code| ("code", code)));
        fields.extend(message.map(|message| ("message", message)));
    }
    fields
}

/// One entry that `reviews.lua` answers.
fn review(reply: &mut Reply) -> Result<Review, StoreError> {
    let id = ReviewId::new(reply.number("review")?);
    let order = order_of(&reply.text("member")?)?;
    let reason =
        ReviewReason::from_name(&reply.text("reason")?).ok_or_else(|| corrupt("reason"))?;
    let total = reply.money_or_nothing("total")?;
    let code = reply.optional("code")?;
    let message = reply.optional("message")?;
    let payment = match total {
        Some(total) => Payment::paid(order, total),
        None => Payment::failed(order, FailureReason { code, message }),
    };
    let payment = payment
        .with_mode(mode(&reply.text("mode")?)?)
        .with_requested(reply.optional_money("requested")?);
    let seen = u32::try_from(reply.number("seen")?).unwrap_or(u32::MAX);
    let first_seen = reply.time("first_seen")?;
    let last_seen = reply.time("last_seen")?;
    Ok(Review::new(id, payment, reason, first_seen)
        .with_seen(seen, last_seen)
        .with_resolved(resolved(reply)?))
}

fn resolved(reply: &mut Reply) -> Result<Option<Resolved>, StoreError> {
    let Some(name) = reply.optional("resolution")? else {
        return Ok(None);
    };
    let resolution = Resolution::from_name(&name).ok_or_else(|| corrupt("resolution"))?;
    let (by, note) = (reply.text("by")?, reply.text("note")?);
    let at = reply.time("resolved_at")?;
    Ok(Some(Resolved::new(resolution, by, note, at)))
}
