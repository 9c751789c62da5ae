//! What all tests share.

mod command_lines;
mod program;
mod server;
mod vectors;

pub(crate) use command_lines::{MONEY, REQUESTS, order};
pub(crate) use program::{KEY, MERCHANT_ID, Outcome, Program, SALT};
pub(crate) use server::{Answer, Server};
pub(crate) use vectors::{formulas, mac};
