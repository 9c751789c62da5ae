//! What people and machines see.

mod json;
mod listing;
mod text;

pub(crate) use json::{Fields, print_dry_run, print_json, print_json_bytes, print_request};
pub(crate) use listing::{Column, CsvRows, Details, Listing, Progress};
pub(crate) use text::{
    Plain, chain, complain, currency_name, money_text, print, signed_text, tell,
};
