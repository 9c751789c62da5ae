//! Orders that the app opens, reads and refunds, and links that it makes.

mod link;
mod open;
mod priced;
mod problem;
mod read;
mod refund;
mod reviews;

pub(crate) use link::create as create_link;
pub(crate) use open::open;
pub(crate) use priced::PricedByTheApp;
pub(crate) use problem::ApiProblem;
pub(crate) use read::{OrderView, read};
pub(crate) use refund::refund;
pub(crate) use reviews::{Reviews, reviews};
