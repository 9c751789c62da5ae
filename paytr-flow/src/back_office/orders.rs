//! The orders that the shop opened, as pages and as a table for other programs.

use askama::Template;
use paytr_core::paid_once::OrderRecord;
use paytr_core::paid_once::back_office::OrderFilter;

use super::csv::OrderTable;
use super::moment::Moment;
use super::page::{Frame, respond};
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit, page_of};
use super::words::{STATES, state_named};
use crate::FlowResponse;

/// Orders on one page.
const PAGE: u32 = 50;

/// Most orders in one table.
const MOST_ROWS: usize = 10_000;

/// Orders that are read at a time for a table.
const BATCH: u32 = 500;

#[derive(Template)]
#[template(path = "back_office/orders.html")]
struct OrdersPage<'a> {
    frame: Frame<'a>,
    action: String,
    language_field: bool,
    states: Vec<Choice>,
    starts_with: &'a str,
    rows: Vec<Row>,
    next_url: Option<String>,
    csv_url: String,
}

/// One value that a list can be filtered by.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) text: &'static str,
    pub(super) is_chosen: bool,
}

struct Row {
    order_id: String,
    url: String,
    state: &'static str,
    price: String,
    paid: String,
    refunded: String,
    mode: &'static str,
    opened: Moment,
}

impl Visit<'_> {
    pub(super) async fn orders(&self) -> Answer {
        let filter = self.order_filter()?;
        let found = self.parts().ledger.orders(&filter, PAGE + 1).await?;
        let (found, has_next) = page_of(found, PAGE);
        let last = found.last().filter(|_| has_next);
        let next_url = last.map(|last| {
            let mut query = self.filter_query();
            query.push(("after", last.order.order_id()));
            self.link(&Route::Orders, &query)
        });
        let states = STATES.map(|value| Choice {
            value,
            text: state_named(value, self.language()),
            is_chosen: self.query("state") == Some(value),
        });
        let page = OrdersPage {
            frame: Frame::new(self, &Route::Orders),
            action: self.path_of(&Route::Orders),
            language_field: self.query("lang").is_some(),
            states: states.into(),
            starts_with: self.query("starts").unwrap_or_default(),
            rows: found.iter().map(|record| self.order_row(record)).collect(),
            next_url,
            csv_url: self.link(&Route::OrdersCsv, &self.filter_query()),
        };
        Ok(respond(200, &page, &page.frame))
    }

    /// The same orders, all of them up to a limit, which the file's name says when it cuts.
    pub(super) async fn orders_csv(&self) -> Answer {
        let mut filter = self.order_filter()?;
        let mut table = OrderTable::new();
        let mut is_cut = false;
        loop {
            let found = self.parts().ledger.orders(&filter, BATCH).await?;
            let Some(last) = found.last() else { break };
            filter.after = Some(last.order.clone());
            for record in &found {
                is_cut = table.rows() == MOST_ROWS;
                if is_cut {
                    break;
                }
                table.add(record);
            }
            if is_cut || found.len() < BATCH as usize {
                break;
            }
        }
        let name = if is_cut {
            format!("orders-first-{MOST_ROWS}.csv")
        } else {
            "orders.csv".to_owned()
        };
        let disposition = format!("attachment; filename=\"{name}\"");
        let content_type = "text/csv; charset=utf-8; header=present";
        let response = FlowResponse::new(200, content_type, table.into_text());
        Ok(response.with_header("content-disposition", disposition))
    }

    fn order_filter(&self) -> Result<OrderFilter, Trouble> {
        let mut filter = OrderFilter::of_merchant(self.merchant());
        if let Some(state) = self.query("state") {
            if !STATES.contains(&state) {
                return Err(Trouble::BadFilter);
            }
            filter = filter.in_state(state);
        }
        if let Some(start) = self.query("starts") {
            filter = filter.starting_with(start);
        }
        if let Some(after) = self.query("after") {
            filter = filter.after(self.order_key(after)?);
        }
        Ok(filter)
    }

    /// What a link to the same list says, but for where the page begins.
    fn filter_query(&self) -> Vec<(&str, &str)> {
        let names = ["state", "starts"];
        let fields = names.map(|name| self.query(name).map(|value| (name, value)));
        fields.into_iter().flatten().collect()
    }

    fn order_row(&self, record: &OrderRecord) -> Row {
        let amount = |money: Option<_>| money.map(|money| self.amount(money)).unwrap_or_default();
        Row {
            order_id: record.order.order_id().to_owned(),
            url: self.order_link(&record.order, Route::Order),
            state: self.state_text(&record.state),
            price: amount(record.expected.amount()),
            paid: amount(record.state.paid_total()),
            refunded: amount(record.state.refunded()),
            mode: self.words().mode(record.mode),
            opened: Moment::of(record.opened_at),
        }
    }
}
