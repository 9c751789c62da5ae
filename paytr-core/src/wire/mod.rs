//! Values as PayTR writes them: dates, cards, percentages, JSON.

mod card;
mod date;
mod date_time;
mod open_enum;
mod percent;
mod raw_json;
mod reply_date;
mod signed_money;

pub use card::{CardKind, CardProgram, CardScheme, PaidBy};
pub use date::{Date, DateError};
pub use date_time::DateTime;
pub(crate) use open_enum::open_enum;
pub use percent::Percent;
pub use raw_json::RawJson;
pub(crate) use raw_json::scalar_text;
pub use reply_date::ReplyDate;
pub use signed_money::SignedMoney;
