//! Orders that the app opens, reads and refunds, and links that it makes.

mod link;
mod open;
mod priced;
mod problem;
mod read;
mod refund;
mod reviews;

pub(crate) use link::{NewLink, OpenedLink, create as create_link};
pub(crate) use open::{NewOrder, OpenedOrder, open};
pub(crate) use priced::PricedByTheApp;
pub(crate) use problem::{ApiProblem, ErrorBody};
pub(crate) use read::{OrderView, RefundView, read};
pub(crate) use refund::{NewRefund, refund};
pub(crate) use reviews::{Reviews, reviews};
