use paid_once::Money;

use crate::commands::InvalidRequest;
use crate::commands::receipts::Cheque;
use crate::inner::{ExtraFields, InnerFields};
use crate::values::{Card, OrderId, SecureCode};
use crate::{Form, Terminal};

/// Names that `CustomFields` may not take: those of `PayInfo` and of the command itself.
const RESERVED: [&str; 13] = [
    "PAN",
    "EMonth",
    "EYear",
    "CardHolder",
    "SecureCode",
    "OrderId",
    "Amount",
    "Key",
    "Password",
    "PayInfo",
    "CustomFields",
    "Cheque",
    "CustomerKey",
];

/// What `Pay` and `Block` share.
#[derive(Clone)]
pub(super) struct CardPayment {
    pub(super) order: OrderId,
    amount: Money,
    card: Card,
    pub(super) custom: ExtraFields,
    pub(super) cheque: Option<Cheque>,
    pub(super) customer_key: Option<String>,
    pub(super) payture_id: Option<String>,
}

impl CardPayment {
    pub(super) fn new(order: OrderId, amount: Money, card: Card) -> Self {
        Self {
            order,
            amount,
            card,
            custom: ExtraFields::new(),
            cheque: None,
            customer_key: None,
            payture_id: None,
        }
    }

    /// Order and amount are in it twice, outside and inside `PayInfo`, and must be equal: they are, since
    /// both come from the same values.
    pub(super) fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
        let amount = terminal.amount(self.amount)?;
        let code = self.card.secure_code().map(SecureCode::expose);
        let pay_info = InnerFields::new()
            .field("PAN", self.card.number())
            .field("EMonth", self.card.month())
            .field("EYear", self.card.year())
            .field("CardHolder", self.card.holder())
            .optional("SecureCode", code)
            .field("OrderId", self.order.as_str())
            .field("Amount", &*amount);
        let custom = InnerFields::new().extras(&self.custom, &RESERVED);
        let custom = custom.encode(terminal.inner_variant())?;
        Form::new()
            .field("Key", terminal.name().as_str())
            .field("Amount", amount)
            .field("OrderId", self.order.as_str())
            .field("PayInfo", pay_info.encode(terminal.inner_variant())?)
            .optional(
                "CustomFields",
                Some(custom).filter(|custom| !custom.is_empty()),
            )
            .optional("Cheque", Cheque::encoded(self.cheque.as_ref())?)
            .optional("CustomerKey", self.customer_key.as_deref())
            .optional("PaytureId", self.payture_id.as_deref())
            .checked()
    }
}
