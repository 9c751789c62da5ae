use comfy_table::{Cell, CellAlignment, Table, presets};

use super::{Plain, print};
use crate::exit::Failure;

/// A column of a listing, in a table and in CSV.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The name in CSV.
    pub(crate) name: &'static str,
    /// Whether numbers stand in it, aligned at the right.
    pub(crate) is_number: bool,
}

impl Column {
    pub(crate) const fn text(name: &'static str) -> Self {
        let is_number = false;
        Self { name, is_number }
    }

    pub(crate) const fn number(name: &'static str) -> Self {
        let is_number = true;
        Self { name, is_number }
    }

    fn align(self, cell: Cell) -> Cell {
        if self.is_number {
            cell.set_alignment(CellAlignment::Right)
        } else {
            cell
        }
    }
}

/// Rows under a head.
pub(crate) struct Listing {
    columns: Vec<Column>,
    table: Table,
}

impl Listing {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        let title = |column: &Column| column.align(Cell::new(column.name.replace('_', " ")));
        table.set_header(columns.iter().map(title).collect::<Vec<_>>());
        let columns = columns.to_vec();
        Self { columns, table }
    }

    pub(crate) fn add(&mut self, row: &[String]) {
        let cells = self.columns.iter().zip(row);
        let cells = cells.map(|(column, text)| column.align(Cell::new(Plain(text))));
        self.table.add_row(cells.collect::<Vec<_>>());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        print(&self.table.trim_fmt())
    }
}

/// Names and values of one thing.
pub(crate) struct Details {
    rows: Vec<(&'static str, String)>,
}

impl Details {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new() }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "texts, numbers and references alike"
    )]
    pub(crate) fn add(mut self, name: &'static str, value: impl ToString) -> Self {
        self.rows.push((name, value.to_string()));
        self
    }

    /// Adds a value that may not be there.
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.add(name, value),
            None => self,
        }
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        for (name, value) in &self.rows {
            table.add_row([Cell::new(name), Cell::new(Plain(value))]);
        }
        if let Some(first) = table.column_mut(0) {
            first.set_padding((0, 1));
        }
        print(&table.trim_fmt())
    }
}
