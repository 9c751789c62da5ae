//! Orders as a table for other programs: RFC 4180.
//!
//! It begins with a byte order mark: without one, spreadsheets take UTF-8 for something else, and Turkish
//! letters break. Programs that read UTF-8 pass over it.

use paytr_core::Money;
use paytr_core::paid_once::{Mode, OrderRecord};

use super::moment::Moment;

const HEADER: [&str; 8] = [
    "order_id",
    "state",
    "mode",
    "currency",
    "price",
    "paid",
    "refunded",
    "opened_at",
];

/// A table of orders.
pub(super) struct OrderTable {
    text: String,
    rows: usize,
}

impl OrderTable {
    pub(super) fn new() -> Self {
        let mut table = Self {
            text: "\u{feff}".to_owned(),
            rows: 0,
        };
        table.line(&HEADER);
        table
    }

    /// How many orders are in it.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn add(&mut self, record: &OrderRecord) {
        let (price, paid) = (record.expected.amount(), record.state.paid_total());
        let currency = paid.or(price).map(|money| money.currency());
        let mode = match record.mode {
            Mode::Live => "live",
            Mode::Test => "test",
        };
        self.line(&[
            record.order.order_id(),
            record.state.as_str(),
            mode,
            currency.as_ref().map_or("", |currency| currency.code()),
            &number(price),
            &number(paid),
            &number(record.state.refunded()),
            &Moment::of(record.opened_at).utc,
        ]);
        self.rows += 1;
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn line(&mut self, cells: &[&str]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.cell(cell);
        }
        self.text.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        // A spreadsheet takes such a cell for a formula, whatever is around it.
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let is_plain = !is_formula && !cell.contains([',', '"', '\r', '\n']);
        if is_plain {
            self.text.push_str(cell);
            return;
        }
        self.text.push('"');
        if is_formula {
            self.text.push('\'');
        }
        self.text.push_str(&cell.replace('"', "\"\""));
        self.text.push('"');
    }
}

/// Major units with a dot, without the currency.
fn number(money: Option<Money>) -> String {
    let text = money.map(|money| money.to_string()).unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut table = OrderTable {
            text: String::new(),
            rows: 0,
        };
        table.cell(text);
        table.text
    }

    #[test]
    fn cells_that_a_spreadsheet_takes_for_formulas_are_defused() {
        for begin in ["=", "+", "-", "@", "\t", "\r"] {
            let formula = format!("{begin}1");
            assert_eq!(cell(&formula), format!("\"'{begin}1\""));
        }
        assert_eq!(cell("=\"a\",b"), "\"'=\"\"a\"\",b\"");
        assert_eq!(cell("1-2"), "1-2");
    }

    #[test]
    fn cells_are_quoted_as_rfc_4180_says() {
        assert_eq!(cell("a"), "a");
        assert_eq!(cell(""), "");
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a\"b"), "\"a\"\"b\"");
        assert_eq!(cell("a\r\nb"), "\"a\r\nb\"");
    }
}
