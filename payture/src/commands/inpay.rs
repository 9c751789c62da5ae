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

use paid_once::Money;

use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::page::{PageDetails, page_setters};
use crate::commands::{Command, Effect, InvalidRequest};
use crate::inner::InnerFields;
use crate::replies::{Session, SessionType};
use crate::values::OrderId;
use crate::{Form, Interface, Terminal};

/// Names that `apim/Init` gives a meaning to. `Tamplate` is a misspelling in one of Payture's guides.
const RESERVED: [&str; 15] = [
    "SessionType",
    "OrderId",
    "Amount",
    "IP",
    "Product",
    "Total",
    "Phone",
    "Description",
    "Url",
    "TemplateTag",
    "Language",
    "Cheque",
    "Key",
    "Password",
    "Tamplate",
];

/// Opens a payment page: `POST /apim/Init`.
///
/// Store the order id before this is sent. A second `Init` with the same id is refused with
/// `DUPLICATE_ORDER_ID`.
///
/// ```
/// use payture::commands::inpay::Init;
/// use payture::{Currency, Money, OrderId, ReturnUrl};
///
/// let init = Init::pay(OrderId::random(), Money::new(12_480, Currency::RUB))
///     .product("Ticket")
///     .return_url(ReturnUrl::new("https://shop.example/return?orderid={orderid}")?);
/// # Ok::<_, payture::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct Init {
    session_type: SessionType,
    order: OrderId,
    amount: Money,
    details: PageDetails,
}

impl Init {
    /// A page that takes a payment in one stage.
    #[must_use]
    pub fn pay(order: OrderId, amount: Money) -> Self {
        Self::new(SessionType::Pay, order, amount)
    }

    /// A page that takes a hold, to be charged or released later.
    #[must_use]
    pub fn block(order: OrderId, amount: Money) -> Self {
        Self::new(SessionType::Block, order, amount)
    }

    fn new(session_type: SessionType, order: OrderId, amount: Money) -> Self {
        Self {
            session_type,
            order,
            amount,
            details: PageDetails::default(),
        }
    }

    page_setters!();
}

debug_by_order!(Init);

impl Command for Init {
    type Reply = Session;

    fn interface(&self) -> Interface {
        Interface::InPay
    }

    fn name(&self) -> &'static str {
        "Init"
    }

    fn effect(&self) -> Effect {
        Effect::Changes
    }

    fn order(&self) -> Option<&OrderId> {
        Some(&self.order)
    }

    fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let data = InnerFields::new()
            .field("SessionType", self.session_type.as_str())
            .field("OrderId", self.order.as_str())
            .field("Amount", terminal.amount(self.amount)?);
        let data = self.details.add_to(data, "Phone", &RESERVED)?;
        Form::new()
            .field("Key", terminal.name().as_str())
            .field("Data", data.encode(terminal.inner_variant())?)
            .checked()
    }

    fn read(&self, answer: Answer) -> Result<Session, AnswerError> {
        Session::read(answer, Interface::InPay, self.session_type)
    }
}
