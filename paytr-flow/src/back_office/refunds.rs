//! Refunds whose outcome is unknown: PayTR is asked, and what it does not list can be released.

use std::time::{Duration, SystemTime};

use askama::Template;
use paytr_core::api::ReferenceNo;
use paytr_core::client::{RefundDecision, RefundState};
use paytr_core::paid_once::refund::{RefundRecord, RefundState as Reserved};
use paytr_core::{MerchantOid, PaytrClient};

use super::moment::Moment;
use super::page::{Confirmation, Fact, Frame, respond};
use super::request::Fields;
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};

/// Most refunds on the page, those that wait longest first.
const MOST: u32 = 200;

#[derive(Template)]
#[template(path = "back_office/refunds.html")]
struct RefundsPage<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
}

struct Row {
    order_id: String,
    order_url: String,
    reference: String,
    amount: String,
    by: String,
    reserved: Moment,
    ask_url: String,
    token: String,
}

impl Visit<'_> {
    pub(super) async fn refunds(&self) -> Answer {
        let ledger = &self.parts().ledger;
        let undecided = ledger.undecided_refunds(self.merchant(), Duration::ZERO, MOST);
        let rows = undecided.await?;
        let page = RefundsPage {
            frame: Frame::new(self, &Route::Refunds),
            rows: rows.iter().map(|refund| self.refund_row(refund)).collect(),
        };
        Ok(respond(200, &page, &page.frame))
    }

    fn refund_row(&self, refund: &RefundRecord) -> Row {
        let (order_id, reference) = (refund.order.order_id(), &refund.reference);
        let ask = Route::AskRefund(order_id.to_owned(), reference.clone());
        Row {
            order_id: order_id.to_owned(),
            order_url: self.order_link(&refund.order, Route::Order),
            reference: reference.clone(),
            amount: self.amount(refund.amount),
            by: refund.by.clone(),
            reserved: Moment::of(refund.reserved_at),
            ask_url: self.link(&ask, &[]),
            token: self.issue_token(&ask.path()),
        }
    }

    pub(super) async fn ask_refund(
        &self,
        order_id: &str,
        reference: &str,
        form: &Fields,
    ) -> Answer {
        let ask = Route::AskRefund(order_id.to_owned(), reference.to_owned());
        self.take_token(form, &ask.path())?;
        let record = self.undecided(order_id, reference).await?;
        let ledger = &*self.parts().ledger;
        let decision = self.client().decide_refund(ledger, &record).await?;
        self.show(order_id, reference, &decision)
    }

    /// Only where PayTR does not list the refund.
    pub(super) async fn confirm_release(&self, order_id: &str, reference: &str) -> Answer {
        let record = self.undecided(order_id, reference).await?;
        let age = SystemTime::now().duration_since(record.reserved_at);
        if age.unwrap_or_default() < PaytrClient::CANCEL_REFUNDS_AFTER {
            return Err(Trouble::TooEarly);
        }
        self.check_not_listed(order_id, reference).await?;
        let words = self.words();
        let mut facts = self.order_facts(&record.order);
        facts.extend([
            Fact::new(words.amount, self.amount(record.amount)),
            Fact::new(words.reference, reference),
            Fact::new(words.who, &record.by),
            Fact::new(words.reserved, Moment::of(record.reserved_at).text),
        ]);
        let release = Route::ReleaseRefund(order_id.to_owned(), reference.to_owned());
        let step = Confirmation {
            heading: words.confirm_release,
            facts,
            warning: words.release_warning,
            button: words.release,
            action: self.link(&release, &[]),
            purpose: release.path(),
            hidden: Vec::new(),
            has_note: false,
            back: self.link(&Route::Refunds, &[]),
        };
        Ok(self.confirm_page(&Route::Refunds, step))
    }

    /// PayTR is asked once more before the amount is free.
    pub(super) async fn release_refund(
        &self,
        order_id: &str,
        reference: &str,
        form: &Fields,
    ) -> Answer {
        let release = Route::ReleaseRefund(order_id.to_owned(), reference.to_owned());
        self.take_token(form, &release.path())?;
        let record = self.undecided(order_id, reference).await?;
        let ledger = &*self.parts().ledger;
        let decision = self.client().cancel_refund(ledger, &record).await?;
        self.show(order_id, reference, &decision)
    }

    fn show(&self, order_id: &str, reference: &str, decision: &RefundDecision) -> Answer {
        match decision {
            RefundDecision::Executed { .. } | RefundDecision::Cancelled => {
                Ok(self.go_to(&Route::Order(order_id.to_owned()), &[]))
            }
            RefundDecision::NotListed => {
                let release = Route::ReleaseRefund(order_id.to_owned(), reference.to_owned());
                Ok(self.go_to(&release, &[]))
            }
            RefundDecision::OtherAmount { listed } => {
                Err(Trouble::OtherAmount(self.amount(*listed)))
            }
            RefundDecision::TooEarly => Err(Trouble::TooEarly),
            RefundDecision::AlreadyDecided => Err(Trouble::AlreadyDecided),
            _ => Err(Trouble::NoAnswer),
        }
    }

    fn client(&self) -> &PaytrClient {
        &self.parts().flow.parts().client
    }

    async fn check_not_listed(&self, order_id: &str, reference: &str) -> Result<(), Trouble> {
        let oid = MerchantOid::new(order_id).map_err(|_| Trouble::NotFound)?;
        let reference = ReferenceNo::new(reference).map_err(|_| Trouble::NotFound)?;
        match self.client().refund_state(&oid, &reference).await {
            Ok(RefundState::NotListed) => Ok(()),
            Ok(RefundState::Listed { .. }) => Err(Trouble::Listed),
            Err(error) => {
                tracing::warn!(
                    kind = error.as_str(),
                    "PayTR does not say how a refund stands"
                );
                Err(Trouble::NoAnswer)
            }
        }
    }

    /// The refund of this flow's merchant, if its outcome is unknown.
    async fn undecided(&self, order_id: &str, reference: &str) -> Result<RefundRecord, Trouble> {
        let order = self.order_key(order_id)?;
        if !self.is_ours(&order) {
            return Err(Trouble::NotHere);
        }
        let refunds = self.parts().ledger.refunds(&order).await?;
        let found = refunds.into_iter().find(|one| one.reference == reference);
        let found = found.ok_or(Trouble::NotFound)?;
        match found.state {
            Reserved::Reserved => Ok(found),
            Reserved::Executed | Reserved::Cancelled => Err(Trouble::AlreadyDecided),
        }
    }
}
