//! Every step of the check: one request, and the behaviours that its reply shows.

mod pages;
mod questions;

use super::check::{Check, Expect, Finding, Source};
use super::ground::Ground;
use super::reply::Reply;
use super::request::Request;
use crate::exit::Failure;

pub(super) use pages::{PAGES, page_token};
pub(super) use questions::{QUESTIONS, refuses_credentials};

/// One request. None of them moves money.
pub(super) struct Step {
    /// Its short name, for machines.
    pub(super) name: &'static str,
    pub(super) request: fn(&Ground) -> Result<Request, Failure>,
    /// What is kept of the reply for the steps after it.
    pub(super) learn: fn(&Reply, &mut Ground),
    pub(super) checks: &'static [Check],
}

impl Step {
    const fn new(
        name: &'static str,
        request: fn(&Ground) -> Result<Request, Failure>,
        checks: &'static [Check],
    ) -> Self {
        Self {
            name,
            request,
            learn: |_, _| {},
            checks,
        }
    }
}

/// Shortens the tables.
const fn check(
    name: &'static str,
    of: &'static str,
    behaviour: &'static str,
    source: Source,
    expect: Expect,
) -> Check {
    Check {
        name,
        of,
        behaviour,
        source,
        expect,
    }
}

/// Every step, in the order it is taken.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Step> {
    QUESTIONS.iter().chain(PAGES)
}

const STATUS: &str = "/odeme/durum-sorgu";
const ALL_ENDPOINTS: &str = "all endpoints";
const STATUS_CODES: &str =
    "codes 001 to 004; 004 with one text for an unknown order and one for an unpaid order";
