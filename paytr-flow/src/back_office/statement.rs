//! PayTR's report of a day beside the ledger.

use std::time::SystemTime;

use askama::Template;
use paytr_core::statement::{Difference, DifferenceKind, StatementCheck, StatementError};
use paytr_core::wire::Date;

use super::moment::turkish;
use super::page::{Frame, respond};
use super::request::Fields;
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};
use super::words::either;

#[derive(Template)]
#[template(path = "back_office/statement.html")]
struct StatementPage<'a> {
    frame: Frame<'a>,
    action: String,
    language_field: bool,
    day: String,
    last_day: String,
    report: Option<DayReport>,
}

/// One day, compared.
struct DayReport {
    payments: usize,
    refunds: usize,
    unreadable: usize,
    agrees: bool,
    rows: Vec<Row>,
    /// How many payments are missing here and under no review.
    orphans: usize,
    record_url: String,
    token: String,
}

struct Row {
    order_id: String,
    url: String,
    what: &'static str,
    here: String,
    there: String,
    /// How the order stands, or the entry that has the payment already.
    more: String,
}

impl Visit<'_> {
    /// The form alone, or a day compared. To compare changes nothing.
    pub(super) async fn statement(&self) -> Answer {
        let last_day = last_day().ok_or(Trouble::DayNotOver)?;
        let (day, report) = match self.query("date") {
            Some(text) => {
                let day = read_day(text)?;
                let check = self.check(day).await?;
                (day, Some(self.day_report(&check)))
            }
            None => (last_day, None),
        };
        let page = StatementPage {
            frame: Frame::new(self, &Route::Statement),
            action: self.path_of(&Route::Statement),
            language_field: self.query("lang").is_some(),
            day: day.to_string(),
            last_day: last_day.to_string(),
            report,
        };
        Ok(respond(200, &page, &page.frame))
    }

    /// Compares the day again, and records what is missing here for a person to look at.
    pub(super) async fn record_orphans(&self, form: &Fields) -> Answer {
        let day = read_day(form.get("date").unwrap_or_default())?;
        self.take_token(form, &purpose(day))?;
        let check = self.check(day).await?;
        self.parts().statement.record_orphans(&check).await?;
        Ok(self.go_to(&Route::Reviews, &[("reason", "only_in_statement")]))
    }

    async fn check(&self, day: Date) -> Result<StatementCheck, Trouble> {
        let check = self.parts().statement.check(day).await;
        check.map_err(|error| match error {
            StatementError::Ledger(error) => error.into(),
            other => {
                tracing::warn!(error = %other, "a day could not be compared with PayTR's report");
                Trouble::NoAnswer
            }
        })
    }

    fn day_report(&self, check: &StatementCheck) -> DayReport {
        let differences = check.differences.iter();
        DayReport {
            payments: check.payments,
            refunds: check.refunds,
            unreadable: check.unreadable,
            agrees: check.agrees(),
            rows: differences.map(|one| self.difference_row(one)).collect(),
            orphans: check.orphans().count(),
            record_url: self.link(&Route::Statement, &[]),
            token: self.issue_token(&purpose(check.day)),
        }
    }

    fn difference_row(&self, difference: &Difference) -> Row {
        let amount = |money: Option<_>| money.map(|money| self.amount(money)).unwrap_or_default();
        let kind = &difference.kind;
        Row {
            order_id: difference.order.order_id().to_owned(),
            url: self.order_link(&difference.order, Route::Order),
            what: self.difference_words(kind),
            here: amount(kind.here()),
            there: amount(kind.there()),
            more: self.what_is_known(kind),
        }
    }

    fn difference_words(&self, kind: &DifferenceKind) -> &'static str {
        let (turkish, english) = match kind {
            DifferenceKind::MissingHere { .. } => {
                ("ödeme burada yok", "the payment is missing here")
            }
            DifferenceKind::MissingThere { .. } => {
                ("ödeme PayTR'de yok", "the payment is missing at PayTR")
            }
            DifferenceKind::OtherAmount { .. } => ("tutarlar farklı", "the amounts differ"),
            DifferenceKind::OtherCurrency { .. } => {
                ("para birimleri farklı", "the currencies differ")
            }
            DifferenceKind::RefundMissingHere { .. } => {
                ("iade burada yok", "the refund is missing here")
            }
            _ => ("başka bir fark", "another difference"),
        };
        either(self.language(), turkish, english)
    }

    fn what_is_known(&self, kind: &DifferenceKind) -> String {
        let DifferenceKind::MissingHere { state, review, .. } = kind else {
            return String::new();
        };
        match (review, state) {
            (Some(entry), _) => format!("{} {entry}", self.words().review),
            (None, Some(state)) => self.state_text(state).to_owned(),
            (None, None) => self.words().unknown_here.to_owned(),
        }
    }
}

/// A day that is over in Turkey. Of another one not all is settled yet.
fn read_day(text: &str) -> Result<Date, Trouble> {
    let day: Date = text.parse().map_err(|_| Trouble::BadFilter)?;
    let is_over = last_day().is_some_and(|last| day <= last);
    is_over.then_some(day).ok_or(Trouble::DayNotOver)
}

fn last_day() -> Option<Date> {
    turkish(SystemTime::now())?.date().plus_days(-1)
}

fn purpose(day: Date) -> String {
    format!("{} {day}", Route::Statement.path())
}
