//! A browser that a rule drives.

mod driver;
mod window;

pub(crate) use window::{Browser, Screen};
