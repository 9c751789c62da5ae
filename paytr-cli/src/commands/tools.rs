//! What needs neither settings nor PayTR: the meaning of error codes, completion scripts, manual pages.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use paytr_core::errors::{ErrorMeaning, ErrorTable};

use super::Cli;
use super::values::tables;
use crate::exit::{Exit, Failure};
use crate::output::{Column, Details, Listing, complain, print, print_json};

/// A look into the tables of codes.
#[derive(Args)]
pub(super) struct ErrorArgs {
    /// Which table; payment is failed_reason_code of notifications, transfer is also returned
    /// transfers and cashouts
    #[arg(value_parser = tables())]
    table: ErrorTable,
    /// The code; the whole table without it
    code: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn error(args: &ErrorArgs) -> Result<Exit, Failure> {
    let Some(code) = &args.code else {
        whole_table(args)?;
        return Ok(Exit::Done);
    };
    let Some(meaning) = args.table.find(code) else {
        complain(&format!(
            "{code} is not in PayTR's table of {} codes; paytr error {} lists all",
            args.table, args.table
        ));
        return Ok(Exit::Refused);
    };
    if args.json {
        print_json(&json(meaning))?;
    } else {
        Details::new()
            .add("code", meaning.code)
            .add("Turkish", meaning.turkish)
            .add("English", meaning.english)
            .add("what to do", meaning.advice)
            .print()?;
    }
    Ok(Exit::Done)
}

fn whole_table(args: &ErrorArgs) -> Result<(), Failure> {
    if args.json {
        let rows: Vec<_> = args.table.rows().iter().map(json).collect();
        return print_json(&rows);
    }
    let columns = ["code", "Turkish", "English", "what to do"].map(Column::text);
    let mut listing = Listing::new(&columns);
    for meaning in args.table.rows() {
        let texts = [
            meaning.code,
            meaning.turkish,
            meaning.english,
            meaning.advice,
        ];
        listing.add(&texts.map(str::to_owned));
    }
    listing.print()
}

fn json(meaning: &ErrorMeaning) -> serde_json::Value {
    serde_json::json!({
        "code": meaning.code,
        "turkish": meaning.turkish,
        "english": meaning.english,
        "what_to_do": meaning.advice,
    })
}

/// A completion script.
#[derive(Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "paytr", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// The manual.
#[derive(Args)]
pub(super) struct ManArgs {
    /// Write one page per command to this folder, such as ~/.local/share/man/man1
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn man(args: &ManArgs) -> Result<(), Failure> {
    if let Some(folder) = &args.dir {
        return clap_mangen::generate_to(Cli::command(), folder)
            .map_err(|error| Failure::new(Exit::Local, format!("{}: {error}", folder.display())));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    print(&String::from_utf8_lossy(&page))
}
