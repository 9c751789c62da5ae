//! `vwapi`, Payture eWallet: customers with stored cards. Either side may take the card.
//!
//! ```text
//! buyer            shop                                Payture
//!   │              │── Register (login, password) ────▶ │   once per customer
//!   │ order ─────▶ │── Init Pay, Block or Add ────────▶ │
//!   │◀─ redirect ──┤◀─ SessionId ────────────────────── │
//!   ├── /vwapi/Pay or /vwapi/Add ─────────────────────▶ │   Payture's page
//!   │              │                                    │
//!   │ "pay again"▶ │── Pay (stored card, recurring) ──▶ │   no page
//!   │              │◀─ True · False · 3DS ───────────── │
//!   │◀── 3DS: to the bank and back ── PaySubmit3DS ───▶ │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```
//!
//! The terminal's name is in `VWID` (in `Key` for `GetState`), everything else inside `DATA`. A merchant
//! usually has several terminals: for adding cards, for payments with a code, for recurring ones.

mod cards;
mod customers;
mod init;
mod pay;

pub use cards::{Activate, Add, GetList, Remove};
pub use customers::{Check, Delete, Register, Update};
pub use init::Init;
pub use pay::{AddSubmit3ds, Pay, PaySubmit3ds, SendCode};

use crate::commands::InvalidRequest;
use crate::inner::InnerFields;
use crate::{Form, Terminal};

/// The form of most commands: `VWID` and `DATA`.
fn data_form(terminal: &Terminal, data: InnerFields) -> Result<Form, InvalidRequest> {
    Form::new()
        .field("VWID", terminal.name().as_str())
        .field("DATA", data.encode(terminal.inner_variant())?)
        .checked()
}

/// Names that any `DATA` of a payment or a session gives a meaning to.
const RESERVED: [&str; 25] = [
    "SessionType",
    "VWUserLgn",
    "VWUserPsw",
    "OrderId",
    "Amount",
    "IP",
    "CardId",
    "Product",
    "Total",
    "Description",
    "PhoneNumber",
    "Url",
    "TemplateTag",
    "Language",
    "Cheque",
    "CardNumber",
    "CardHolder",
    "EMonth",
    "EYear",
    "SecureCode",
    "ConfirmCode",
    "PayToken",
    "Password",
    "VWID",
    "Email",
];
