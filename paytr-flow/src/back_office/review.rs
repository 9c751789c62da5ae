//! One entry of the review queue, and what a person does with it.

use std::sync::Arc;

use askama::Template;
use paytr_core::api::ReferenceNo;
use paytr_core::paid_once::{Outcome, Review, ReviewId, ReviewReason, Worked};
use paytr_core::{Money, VerifiedPayment};

use super::moment::Moment;
use super::order::Balance;
use super::page::{Confirmation, Fact, Frame, respond};
use super::reasons::{Guidance, guidance};
use super::request::Fields;
use super::route::{Act, Route};
use super::trouble::{Trouble, resolved_facts};
use super::visit::{Answer, Visit};

#[derive(Template)]
#[template(path = "back_office/review.html")]
struct ReviewPage<'a> {
    frame: Frame<'a>,
    id: ReviewId,
    guidance: Guidance,
    facts: Vec<Fact>,
    /// What was made of it; empty while it is open.
    resolved: Vec<Fact>,
    order_url: String,
    is_ours: bool,
    actions: Vec<Action>,
}

struct Action {
    text: &'static str,
    url: String,
}

impl Visit<'_> {
    pub(super) async fn review(&self, entry: ReviewId) -> Answer {
        let review = self.entry(entry).await?;
        let words = self.words();
        let resolved = review.resolved.as_ref();
        let page = ReviewPage {
            frame: Frame::new(self, &Route::Reviews),
            id: entry,
            guidance: guidance(review.reason, self.language()),
            facts: self.review_facts(&review),
            resolved: resolved.map_or_else(Vec::new, |one| resolved_facts(one, words)),
            order_url: self.order_link(review.order(), Route::Order),
            is_ours: self.is_ours(review.order()),
            actions: self.actions(&review),
        };
        Ok(respond(200, &page, &page.frame))
    }

    async fn entry(&self, entry: ReviewId) -> Result<Review, Trouble> {
        let review = self.parts().queue.entry(entry).await?;
        review.ok_or(Trouble::NotFound)
    }

    fn actions(&self, review: &Review) -> Vec<Action> {
        let words = self.words();
        let all = [
            (Act::Deliver, words.deliver),
            (Act::Refund, words.refund_whole),
            (Act::Dismiss, words.dismiss),
        ];
        let possible = all.into_iter().filter(|(act, _)| self.may(review, *act));
        let actions = possible.map(|(act, text)| Action {
            text,
            url: self.link(&Route::Resolve(review.id, act), &[]),
        });
        actions.collect()
    }

    /// Whether this can be done here with an entry that is open.
    fn may(&self, review: &Review, act: Act) -> bool {
        let is_ours = self.is_ours(review.order());
        review.is_open()
            && match act {
                Act::Deliver => is_ours && !self.may_be_of_a_link(review),
                Act::Refund => is_ours && review.total().is_some(),
                Act::Dismiss => true,
            }
    }

    /// PayTR's statement does not say that a payment came through a link, and PayTR makes the number of such an
    /// order. Where the link's own notification is handled, it would be delivered a second time.
    fn may_be_of_a_link(&self, review: &Review) -> bool {
        let order_ids = &self.parts().flow.parts().order_ids;
        let is_made_here = order_ids.recognise(review.order().order_id()).is_some();
        review.reason == ReviewReason::OnlyInStatement && !is_made_here
    }

    fn review_facts(&self, review: &Review) -> Vec<Fact> {
        let (words, payment) = (self.words(), &review.payment);
        let mut facts = self.order_facts(review.order());
        match &payment.outcome {
            Outcome::Paid { total } => facts.push(Fact::new(words.total, self.amount(*total))),
            Outcome::Failed { reason } => {
                let parts = [
                    Some(words.payment_failed),
                    reason.code.as_deref(),
                    reason.message.as_deref(),
                ];
                let text: Vec<&str> = parts.into_iter().flatten().collect();
                facts.push(Fact::new(words.outcome, text.join(" · ")));
            }
        }
        if let Some(requested) = payment.requested {
            facts.push(Fact::new(words.requested, self.amount(requested)));
        }
        facts.extend([
            Fact::new(words.mode, words.mode(payment.mode)),
            Fact::new(words.seen, format!("{} {}", review.seen, words.times)),
            Fact::new(words.first_seen, Moment::of(review.first_seen).text),
            Fact::new(words.last_seen, Moment::of(review.last_seen).text),
        ]);
        facts
    }

    /// The entry, if this can be done with it.
    async fn workable(&self, entry: ReviewId, act: Act) -> Result<Review, Trouble> {
        let review = self.entry(entry).await?;
        match &review.resolved {
            Some(resolved) => Err(Trouble::AlreadyResolved(resolved.clone())),
            None if self.may(&review, act) => Ok(review),
            None => Err(Trouble::NotHere),
        }
    }

    pub(super) async fn confirm_resolve(&self, entry: ReviewId, act: Act) -> Answer {
        let review = self.workable(entry, act).await?;
        let words = self.words();
        let (heading, warning, button) = match act {
            Act::Deliver => (words.confirm_deliver, words.deliver_warning, words.deliver),
            Act::Refund => (
                words.confirm_refund,
                words.refund_whole_warning,
                words.refund,
            ),
            Act::Dismiss => (words.confirm_dismiss, words.dismiss_warning, words.dismiss),
        };
        let mut step = Confirmation {
            heading,
            facts: self.review_facts(&review),
            warning,
            button,
            action: self.link(&Route::Resolve(entry, act), &[]),
            purpose: purpose(entry, act),
            hidden: Vec::new(),
            has_note: true,
            back: self.link(&Route::Review(entry), &[]),
        };
        if let (Act::Refund, Some(total)) = (act, review.total()) {
            let amount = self.owed(&review, total).await?;
            if amount.minor_units() == 0 {
                step.warning = words.refund_write_down;
            }
            let sent = SentRefund::new(amount);
            step.facts
                .push(Fact::new(words.amount, self.amount(amount)));
            step.purpose = sent.purpose(entry);
            step.hidden = sent.fields();
        }
        Ok(self.confirm_page(&Route::Reviews, step))
    }

    pub(super) async fn resolve(&self, entry: ReviewId, act: Act, form: &Fields) -> Answer {
        let note = Self::note(form)?;
        let sent = match act {
            Act::Refund => Some(SentRefund::read(form)?),
            Act::Deliver | Act::Dismiss => None,
        };
        let purpose = match &sent {
            Some(sent) => sent.purpose(entry),
            None => purpose(entry, act),
        };
        self.take_token(form, &purpose)?;
        let review = self.workable(entry, act).await?;
        let (queue, by) = (&self.parts().queue, self.operator().name());
        let worked = match sent {
            Some(sent) => self.give_back(&review, &sent, note).await?,
            None if act == Act::Dismiss => queue.dismiss(entry, by, note).await?,
            None => self.deliver(entry, note).await?,
        };
        match worked {
            Worked::Done => Ok(self.go_to(&Route::Review(entry), &[])),
            other => Err(trouble_of(other)),
        }
    }

    async fn deliver(&self, entry: ReviewId, note: &str) -> Result<Worked, Trouble> {
        let handler = self.parts().flow.handler();
        let handle = move |delivery| {
            let handler = Arc::clone(&handler);
            async move { handler.handle(VerifiedPayment::inquired(delivery)).await }
        };
        let (queue, by) = (&self.parts().queue, self.operator().name());
        Ok(queue.deliver(entry, by, note, handle).await?)
    }

    /// Takes the payment out of delivery, refunds what is left of it, and writes that down.
    async fn give_back(
        &self,
        review: &Review,
        sent: &SentRefund,
        note: &str,
    ) -> Result<Worked, Trouble> {
        let total = review.total().ok_or(Trouble::NotHere)?;
        let queue = &self.parts().queue;
        match queue.take_out(review.id).await? {
            Worked::Done => {}
            other => return Ok(other),
        }
        let owed = self.owed(review, total).await?;
        if owed != sent.amount {
            return Err(Trouble::Exceeds(self.amount(owed)));
        }
        if owed.minor_units() > 0 {
            let reference = sent.reference.clone();
            self.send_refund(review.order(), owed, reference).await?;
        }
        let by = self.operator().name();
        Ok(queue.refunded(review.id, by, note).await?)
    }

    /// What is to be refunded so that all of `total` went back.
    async fn owed(&self, review: &Review, total: Money) -> Result<Money, Trouble> {
        let refunds = self.parts().ledger.refunds(review.order()).await?;
        let balance = Balance::new(total, &refunds);
        if balance.undecided > 0 {
            return Err(Trouble::Undecided);
        }
        Ok(balance.left())
    }
}

fn trouble_of(worked: Worked) -> Trouble {
    match worked {
        Worked::AlreadyResolved(resolved) => Trouble::AlreadyResolved(resolved),
        Worked::NotTaken(decision) => Trouble::NotTaken(decision),
        Worked::Unknown | Worked::Done => Trouble::NotFound,
    }
}

fn purpose(entry: ReviewId, act: Act) -> String {
    Route::Resolve(entry, act).path()
}

/// A refund as the form carries it: made when its page was, so that the same form is the same refund.
pub(super) struct SentRefund {
    pub(super) reference: ReferenceNo,
    pub(super) amount: Money,
}

impl SentRefund {
    pub(super) fn new(amount: Money) -> Self {
        Self {
            reference: ReferenceNo::random(),
            amount,
        }
    }

    pub(super) fn read(form: &Fields) -> Result<Self, Trouble> {
        let read = || {
            let reference = ReferenceNo::new(form.get("reference")?).ok()?;
            let minor_units = form.get("minor_units")?.parse().ok()?;
            let currency = form.get("currency")?.parse().ok()?;
            let amount = Money::new(minor_units, currency);
            Some(Self { reference, amount })
        };
        read().ok_or(Trouble::Amount)
    }

    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("reference", self.reference.to_string()),
            ("minor_units", self.amount.minor_units().to_string()),
            ("currency", self.amount.currency().to_string()),
        ]
    }

    fn purpose(&self, entry: ReviewId) -> String {
        self.purpose_at(&Route::Resolve(entry, Act::Refund))
    }

    /// What the token of this refund is for: where it goes, and every field.
    pub(super) fn purpose_at(&self, route: &Route) -> String {
        let (path, reference) = (route.path(), &self.reference);
        let (minor_units, currency) = (self.amount.minor_units(), self.amount.currency());
        format!("{path} {reference} {minor_units} {currency}")
    }
}
