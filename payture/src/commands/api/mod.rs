//! `api`: the shop's own page takes the card.
//!
//! ```text
//! buyer            shop                                Payture
//!   │ card ──────▶ │── Pay or Block (PayInfo) ────────▶ │
//!   │              │◀─ True · False + ErrCode · 3DS ─── │
//!   │◀── 3DS: form to the bank; it comes back with MD and PaRes
//!   │ ───────────▶ │── Pay3DS or Block3DS (PaRes) ────▶ │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```
//!
//! A shop that takes card numbers needs a PCI DSS certificate.

mod finish_3ds;
mod pay;
mod pay_info;

pub use finish_3ds::Finish3ds;
pub use pay::{Block, Pay};
