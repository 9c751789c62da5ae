//! Values as PayTR writes them: dates, cards, percentages, JSON.

mod card;
mod date;
mod date_time;
mod number;
mod raw_json;

pub(crate) use card::open_enum;
pub use card::{CardKind, CardProgram, CardScheme, PaidBy};
pub use date::{Date, DateError};
pub use date_time::{DateTime, ReplyDate};
pub use number::{Percent, SignedMoney};
pub use raw_json::RawJson;
pub(crate) use raw_json::scalar_text;
