//! Rows for people and for machines, and how far the reading of them is.

use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Plain, print};
use crate::exit::{Exit, Failure};

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

/// A table: rows under the names of their columns.
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

/// Rows as CSV. Every window of a report is written whole: what is there is valid.
pub(crate) struct CsvRows {
    place: String,
    columns: Vec<Column>,
    writer: Option<csv::Writer<Box<dyn Write>>>,
}

impl CsvRows {
    /// Rows for a file, or for standard output if it is `-`. The file is made with the first rows, so a
    /// request that fails leaves an older file as it is.
    pub(crate) fn new(place: String, columns: &[Column]) -> Self {
        Self {
            place,
            columns: columns.to_vec(),
            writer: None,
        }
    }

    pub(crate) fn add(&mut self, rows: &[Vec<String>]) -> Result<(), Failure> {
        let written = self.write(rows);
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => error.into(),
            _ => Failure::new(Exit::Local, format!("{}: {error}", self.place)),
        })
    }

    fn write(&mut self, rows: &[Vec<String>]) -> io::Result<()> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.start()?,
        };
        let writer = self.writer.insert(writer);
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()
    }

    /// Opens the place and writes the head.
    fn start(&self) -> io::Result<csv::Writer<Box<dyn Write>>> {
        let out: Box<dyn Write> = match self.place.as_str() {
            "-" => Box::new(io::stdout()),
            path => Box::new(File::create(path)?),
        };
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        Ok(writer)
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

/// How far a listing of several requests is, on standard error if that is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn start(windows: usize) -> Self {
        Self::of("windows", windows)
    }

    /// The same for other things than windows.
    pub(crate) fn of(things: &str, count: usize) -> Self {
        if count < 2 {
            let bar = ProgressBar::hidden();
            return Self { bar };
        }
        let bar = ProgressBar::new(count as u64);
        let template = format!("{{pos}}/{{len}} {things} {{bar:30}} {{msg}}");
        let style = ProgressStyle::with_template(&template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// Says what is asked for now.
    pub(crate) fn asking(&self, window: &str) {
        self.bar.set_message(window.to_owned());
    }

    pub(crate) fn done_one(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
