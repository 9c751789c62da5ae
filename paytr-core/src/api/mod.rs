//! One typed request per PayTR endpoint.
//!
//! Each endpoint is one file with its request, its reply and its [`Endpoint`] implementation. To add
//! one, write that file: the client, the signing and the errors come from [`Endpoint`].
//!
//! | request | endpoint |
//! |---|---|
//! | [`IframeCard`] | `POST /odeme/api/get-token` |
//! | [`IframeEft`] | `POST /odeme/api/get-token` with `payment_type=eft` |
//! | [`StatusInquiry`] | `POST /odeme/durum-sorgu` |

mod buyer;
mod endpoint;
mod error_codes;
mod iframe_card;
mod iframe_eft;
mod iframe_token;
mod invalid;
mod status;

pub use buyer::Buyer;
pub use endpoint::{Answer, Effect, Endpoint};
pub use error_codes::ErrorMeaning;
pub(crate) use error_codes::error_meaning;
pub use iframe_card::{IframeCard, Installments, PageDesign};
pub use iframe_eft::{EftBank, IframeEft};
pub use iframe_token::IframeToken;
pub use invalid::InvalidRequest;
pub use status::{OrderStatus, StatusInquiry, StatusReturn};
