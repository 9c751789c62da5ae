use std::fs::File;
use std::io::{self, Write};

use super::Column;
use crate::exit::{Exit, Failure};

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
