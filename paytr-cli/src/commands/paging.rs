//! Listings over ranges of any length: one request per window that PayTR allows.

use clap::Args;
use paytr_core::api::{
    Endpoint, PaymentDetail, PaymentStatement, Report, ReturnedTransfers, TransactionReport,
};
use paytr_core::wire::DateTime;

use super::values::{range_end, range_start};
use crate::exit::{Exit, Failure};
use crate::output::{Column, CsvRows, Listing, Progress, print, print_dry_run, tell};
use crate::session::{SendArgs, Sent, Session};
use crate::settings::Settings;

/// The same for listings.
#[derive(Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    send: SendArgs,
    /// Write the rows as CSV to a file, or to standard output with `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "dry_run"])]
    csv: Option<String>,
}

/// A range of seconds. Times are Turkish.
#[derive(Args)]
pub(super) struct SecondsArgs {
    /// The first day or second: 2026-01-01 or '2026-01-01 08:00:00'
    #[arg(long, value_name = "TIME", value_parser = range_start)]
    pub(super) from: DateTime,
    /// The last day or second, included: 2026-01-31 or '2026-01-31 17:59:59'
    #[arg(long, value_name = "TIME", value_parser = range_end)]
    pub(super) to: DateTime,
    /// Ask for invented rows, to try the report out
    #[arg(long)]
    pub(super) dummy: bool,
}

/// More requests than anybody means: with windows of 3 days, 16 years.
const MOST_WINDOWS: usize = 2_000;

/// One row of a listing.
pub(super) trait Row {
    const COLUMNS: &'static [Column];

    fn cells(&self) -> Vec<String>;
}

/// A request for a part of a range.
pub(super) trait Window: Endpoint<Reply = Report<Self::Row>> + Sync {
    type Row: Row;

    /// The first and the last moment.
    fn span(&self) -> (String, String);
}

/// Implements `Window` for a request with `from` and `to`.
macro_rules! window {
    ($request:ty, $row:ty) => {
        impl Window for $request {
            type Row = $row;

            fn span(&self) -> (String, String) {
                (self.from.to_string(), self.to.to_string())
            }
        }
    };
}

window!(TransactionReport, paytr_core::api::TransactionRow);
window!(PaymentStatement, paytr_core::api::StatementRow);
window!(ReturnedTransfers, paytr_core::api::ReturnedTransfer);

impl Window for PaymentDetail {
    type Row = paytr_core::api::DetailRow;

    fn span(&self) -> (String, String) {
        (self.date.to_string(), self.date.to_string())
    }
}

/// Collects the windows of a range.
pub(super) fn windows<W>(windows: impl Iterator<Item = W>) -> Result<Vec<W>, Failure> {
    let windows: Vec<W> = windows.take(MOST_WINDOWS + 1).collect();
    match windows.len() {
        0 => Err(Failure::invalid("--from is after --to")),
        count if count > MOST_WINDOWS => Err(Failure::invalid(format!(
            "the range needs more than {MOST_WINDOWS} requests: ask for a shorter one"
        ))),
        _ => Ok(windows),
    }
}

/// Asks for every window, oldest first, and shows the rows.
pub(super) fn list<W: Window>(windows: &[W], args: ListArgs) -> Result<(), Failure> {
    let settings = Settings::read()?;
    if args.send.dry_run {
        return windows
            .iter()
            .try_for_each(|window| print_dry_run(window, &settings));
    }
    let session = Session::open(settings)?;
    let mut rows = Rows::new(args.csv, args.send, W::Row::COLUMNS);
    let asked = ask(&session, windows, args.send, &mut rows);
    // Rows that were read are shown even if a later request failed.
    rows.finish()?;
    asked
}

fn ask<W: Window>(
    session: &Session,
    windows: &[W],
    how: SendArgs,
    rows: &mut Rows,
) -> Result<(), Failure> {
    let progress = Progress::start(windows.len());
    for (done, window) in windows.iter().enumerate() {
        let (from, to) = window.span();
        progress.asking(&format!("{from} – {to}"));
        let added = session.send(window, how).and_then(|sent| rows.add(sent));
        if let Err(failure) = added {
            drop(progress);
            return Err(stopped(failure, done, windows, rows.count));
        }
        progress.done_one();
    }
    Ok(())
}

/// Says which windows were read, and where to go on.
fn stopped<W: Window>(failure: Failure, done: usize, windows: &[W], rows: usize) -> Failure {
    if windows.len() < 2 || failure.exit == Exit::Done {
        return failure;
    }
    let span = |index: usize| windows.get(index).map(Window::span).unwrap_or_default();
    let (next, _) = span(done);
    let shown = match done.checked_sub(1) {
        None => "no window was read".to_owned(),
        Some(last) => format!(
            "{done} of {} windows were read, {} to {}; their {rows} rows are shown and whole",
            windows.len(),
            span(0).0,
            span(last).1
        ),
    };
    failure.with(&format!("  {shown}\n  go on with --from '{next}'"))
}

/// Where rows go.
struct Rows {
    place: Place,
    count: usize,
}

enum Place {
    Table(Listing),
    Csv(CsvRows, bool),
    Json,
}

impl Rows {
    fn new(csv: Option<String>, how: SendArgs, columns: &[Column]) -> Self {
        let place = match csv {
            _ if how.json => Place::Json,
            Some(file) => {
                let is_file = file != "-";
                Place::Csv(CsvRows::new(file, columns), is_file)
            }
            None => Place::Table(Listing::new(columns)),
        };
        Self { place, count: 0 }
    }

    fn add<R: Row>(&mut self, sent: Sent<Report<R>>) -> Result<(), Failure> {
        let Sent::Answered(report) = sent else {
            return Ok(());
        };
        let Some(rows) = report.rows() else {
            let text =
                "PayTR's answer has no rows where rows are known to stand; see it with --json";
            return Err(Failure::new(Exit::Unreadable, text));
        };
        let rows: Vec<_> = rows.iter().map(Row::cells).collect();
        self.count += rows.len();
        match &mut self.place {
            Place::Table(listing) => rows.iter().for_each(|row| listing.add(row)),
            Place::Csv(csv, _) => csv.add(&rows)?,
            Place::Json => {}
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), Failure> {
        match &self.place {
            Place::Table(listing) if listing.is_empty() => print("no rows"),
            Place::Table(listing) => listing.print(),
            Place::Csv(_, true) => {
                tell(&format!("{} rows", self.count));
                Ok(())
            }
            Place::Csv(_, false) | Place::Json => Ok(()),
        }
    }
}

/// A value that may not be there.
pub(super) fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// An amount that may not be there.
pub(super) fn amount(value: Option<paytr_core::wire::SignedMoney>) -> String {
    value
        .map(|money| crate::output::signed_text(money.minor_units()))
        .unwrap_or_default()
}
