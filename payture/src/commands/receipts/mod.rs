//! Receipts of the Russian law on cash registers (54-FZ): with a payment, and without one.
//!
//! ```text
//! shop                                                Payture                  tax office
//!   │── Pay, Block, Init, Charge, Refund (Cheque) ──▶ │── receipt ────────────▶ │
//!   │── apicheque/Create ───────────────────────────▶ │── receipt ────────────▶ │
//!   │── apicheque/Status ───────────────────────────▶ │
//! ```
//!
//! The receipt is made when the money is held. A partial charge or refund needs a new receipt for what
//! remains; that of a full release or refund is made by itself, within three months. Source: Payture's
//! pages on 54-FZ. The body of `CreateCorrection` is not public, so it is not here.

mod cheque;
mod position;
mod standalone;
mod status;

pub use cheque::{Cheque, ChequePayment, ChequePaymentType};
pub use position::{Position, Quantity, Tax};
pub use standalone::{CreateReceipt, ReceiptReply, ReceiptType};
pub use status::{ReceiptState, ReceiptStatus, ReceiptStatusReply};

use crate::Terminal;
use crate::answer::DecodeError;
use crate::commands::{Effect, InvalidRequest};

/// A command of `apicheque`: JSON in, JSON out.
pub trait ReceiptCommand {
    /// The reply.
    type Reply;

    /// The last segment of the path.
    fn name(&self) -> &'static str;

    /// What sending it changes.
    fn effect(&self) -> Effect;

    /// The body, with the terminal's name and password.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when Payture is known to refuse such values. Nothing is sent then.
    fn body(&self, terminal: &Terminal) -> Result<String, InvalidRequest>;

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when it is not the documented JSON.
    fn decode(&self, body: &[u8]) -> Result<Self::Reply, DecodeError>;
}
