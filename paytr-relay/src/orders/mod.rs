//! Orders that the app opens, reads and refunds.

mod open;
mod priced;
mod problem;
mod read;
mod refund;

pub(crate) use open::open;
pub(crate) use priced::PricedByTheApp;
pub(crate) use problem::ApiProblem;
pub(crate) use read::{OrderView, read};
pub(crate) use refund::refund;
