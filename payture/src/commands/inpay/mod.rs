//! `apim`, Payture `InPay`: Payture's page takes the card.
//!
//! ```text
//! buyer            shop                                Payture
//!   │ order ─────▶ │── Init (Data) ───────────────────▶ │
//!   │              │◀─ SessionId ────────────────────── │
//!   │◀─ redirect ──┤                                    │
//!   ├── /apim/Pay?SessionId=… : card, 3-D Secure ─────▶ │
//!   │              │◀─ notification: only a hint ────── │
//!   ├── return address: only a hint ▶ │                 │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```

mod init;

pub use init::Init;
