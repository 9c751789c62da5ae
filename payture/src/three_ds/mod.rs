//! 3-D Secure: the cardholder proves to the bank who they are.
//!
//! ```text
//! shop                       browser                    bank (ACS)
//!   │  Pay → Success="3DS"      │                           │
//!   │  ACSUrl, PaReq, ThreeDSKey│                           │
//!   ├── form: TermUrl, MD, PaReq┼──────── POST ────────────▶│
//!   │                           │◀─────── asks, checks ─────┤
//!   │◀─ TermUrl: MD, PaRes ─────┼──────── POST ─────────────┤
//!   │  api:   Pay3DS / Block3DS with OrderId + PaRes
//!   │  vwapi: PaySubmit3DS / AddSubmit3DS with MD + PaRes
//! ```
//!
//! Both ways to finish are here. `api` has no `MD` in its last step, so the shop stores which order a
//! [`ThreeDsKey`](crate::ThreeDsKey) belongs to when it gets the [`Challenge`], and uses it once. On
//! Payture's own pages all of this happens at Payture.
//!
//! Version 2 begins with `PreAuth`, whose fields Payture describes only in guides that it sends to
//! merchants: see [`Open`](crate::commands::Open). A challenge of version 2 then looks like this one.

mod challenge;
mod returned;

#[cfg(feature = "testing")]
pub(crate) use challenge::escape;
pub use challenge::{AcsForm, Challenge, ChallengeError};
pub use returned::ThreeDsReturn;
