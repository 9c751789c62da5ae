//! What people and machines see.

mod amounts;
mod csv;
mod dry_run;
mod json;
mod progress;
mod refusal;
mod table;
mod text;

pub(crate) use amounts::{currency_name, money_text, signed_text};
pub(crate) use csv::CsvRows;
pub(crate) use dry_run::{Fields, print_dry_run, print_request};
pub(crate) use json::{print_json, print_json_bytes};
pub(crate) use progress::Progress;
pub(crate) use refusal::refusal_text;
pub(crate) use table::{Column, Details, Listing};
pub(crate) use text::{Plain, chain, complain, print, tell};
