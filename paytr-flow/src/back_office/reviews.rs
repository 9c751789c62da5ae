//! The review queue.

use askama::Template;
use paytr_core::paid_once::{Review, ReviewFilter, ReviewReason};

use super::moment::Moment;
use super::orders::Choice;
use super::page::{Frame, respond};
use super::reasons::guidance;
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit, page_of};

/// Entries on one page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "back_office/reviews.html")]
struct ReviewsPage<'a> {
    frame: Frame<'a>,
    action: String,
    language_field: bool,
    states: Vec<Choice>,
    reasons: Vec<Choice>,
    rows: Vec<Row>,
    next_url: Option<String>,
}

struct Row {
    id: String,
    url: String,
    order_id: String,
    reason: &'static str,
    total: String,
    seen: u32,
    last_seen: Moment,
    /// Open, or how it was resolved and by whom.
    state: String,
}

impl Visit<'_> {
    pub(super) async fn reviews(&self) -> Answer {
        let filter = self.review_filter()?;
        let found = self.parts().ledger.reviews(&filter, PAGE + 1).await?;
        let (found, has_next) = page_of(found, PAGE);
        let last = found.last().filter(|_| has_next);
        let next_url = last.map(|last| {
            let before = last.id.to_string();
            let names = ["state", "reason"];
            let fields = names.map(|name| self.query(name).map(|value| (name, value)));
            let mut query: Vec<_> = fields.into_iter().flatten().collect();
            query.push(("before", &before));
            self.link(&Route::Reviews, &query)
        });
        let page = ReviewsPage {
            frame: Frame::new(self, &Route::Reviews),
            action: self.path_of(&Route::Reviews),
            language_field: self.query("lang").is_some(),
            states: self.review_states(filter.open),
            reasons: self.review_reasons(filter.reason),
            rows: found.iter().map(|review| self.review_row(review)).collect(),
            next_url,
        };
        Ok(respond(200, &page, &page.frame))
    }

    /// Open ones where the query says nothing else.
    fn review_filter(&self) -> Result<ReviewFilter, Trouble> {
        let mut filter = ReviewFilter::all();
        filter.open = match self.query("state") {
            None | Some("open") => Some(true),
            Some("resolved") => Some(false),
            Some("all") => None,
            Some(_) => return Err(Trouble::BadFilter),
        };
        if let Some(name) = self.query("reason") {
            let reason = ReviewReason::from_name(name).ok_or(Trouble::BadFilter)?;
            filter = filter.because(reason);
        }
        if let Some(before) = self.query("before") {
            filter = filter.before(before.parse().map_err(|_| Trouble::BadFilter)?);
        }
        Ok(filter)
    }

    fn review_states(&self, open: Option<bool>) -> Vec<Choice> {
        let words = self.words();
        let states = [
            ("open", words.open, Some(true)),
            ("resolved", words.resolved, Some(false)),
            ("all", words.any, None),
        ];
        let choices = states.into_iter().map(|(value, text, shows)| Choice {
            value,
            text,
            is_chosen: shows == open,
        });
        choices.collect()
    }

    fn review_reasons(&self, chosen: Option<ReviewReason>) -> Vec<Choice> {
        let reasons = ReviewReason::ALL.into_iter();
        let choices = reasons.map(|reason| Choice {
            value: reason.as_str(),
            text: guidance(reason, self.language()).reason,
            is_chosen: chosen == Some(reason),
        });
        choices.collect()
    }

    fn review_row(&self, review: &Review) -> Row {
        let words = self.words();
        let total = review.total().map(|total| self.amount(total));
        let state = match &review.resolved {
            Some(resolved) => {
                let how = words.resolution(resolved.resolution);
                format!("{how} · {}", resolved.by)
            }
            None => words.open.to_owned(),
        };
        Row {
            id: review.id.to_string(),
            url: self.link(&Route::Review(review.id), &[]),
            order_id: review.order().order_id().to_owned(),
            reason: guidance(review.reason, self.language()).reason,
            total: total.unwrap_or_else(|| words.payment_failed.to_owned()),
            seen: review.seen,
            last_seen: Moment::of(review.last_seen),
            state,
        }
    }
}
