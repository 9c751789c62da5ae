//! A browser that a rule drives.

mod driver;
mod window;

pub use window::{Browser, Screen};
