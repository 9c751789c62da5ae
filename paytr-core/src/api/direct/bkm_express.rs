use super::{BrowserPayment, CardInput, DirectOrder};
use crate::api::field_rule::{LANGUAGE, ORDER_ID, Shape, obey};
use crate::api::{FieldRule, Form, InvalidRequest};
use crate::{Credentials, amount};

/// A payment with BKM Express outside the iframe: the buyer's browser posts the form and goes on there.
///
/// `POST https://www.paytr.com/odeme` with `payment_type=bex`. Inside the card iframe BKM Express
/// appears by itself; this is for a shop's own page.
///
/// **Evidence.** The fields and the order of the formula are documented and agree with PayTR's request
/// collection. **The unit of the amount is not known**: the documented sample has `15.20`, the request
/// collection has `1000` and calls it minor units. So [`amount_unit`](Self::amount_unit) has no
/// default: ask PayTR which one the store takes, and try it with a test payment first. The notification
/// has `payment_type=bex`, and its total is in minor units as always, so a wrong choice is seen there
/// and not settled.
///
/// The formula covers neither the currency nor 3-D Secure, and no currency is posted: lira only.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` |  | see [`DirectOrder`]; no currency is sent | documented |
/// | `amount_unit` | `payment_amount` | PayTR documents `15.20`, its Postman collection minor units | assumed |
/// | `installment_options` | `installment_options` | JSON: program, count, total; or empty | documented |
///
/// Source: <https://dev.paytr.com/bkm-express>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BkmExpress {
    /// What is paid, and by whom.
    pub order: DirectOrder,
    /// How the amount is spelled.
    pub amount_unit: BkmAmountUnit,
    /// The total per card program and instalment count, as one line of JSON:
    /// `{"axess":{"2":20.2}}`. Empty: no instalments are offered. Signed as it is.
    pub installment_options: String,
}

/// The unit of BKM Express's `payment_amount`: sources disagree.
///
/// On the wire: `payment_amount`, in minor units as PayTR's Postman collection has it, or in major units as
/// its page has it. Which one holds is assumed: <https://dev.paytr.com/bkm-express>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BkmAmountUnit {
    /// `15.20`, as in the documented sample.
    Major,
    /// `1520`, as in PayTR's request collection.
    Minor,
}

impl BkmExpress {
    /// A payment without instalments.
    #[must_use]
    pub fn new(order: DirectOrder, amount_unit: BkmAmountUnit) -> Self {
        Self {
            order,
            amount_unit,
            installment_options: String::new(),
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        if self.order.check()? != "TL" {
            return Err(InvalidRequest::Shape {
                field: "payment_amount",
                rule: "BKM Express payments are in lira",
            });
        }
        Ok(())
    }
}

impl BrowserPayment for BkmExpress {
    const SIGNED: &'static [&'static str] = &[
        "merchant_id",
        "user_ip",
        "merchant_oid",
        "email",
        "payment_amount",
        "payment_type",
        "installment_count",
        "test_mode",
        "installment_options",
    ];

    const RULES: &'static [FieldRule] = &[
        FieldRule::new("user_ip", Shape::BuyerIp),
        FieldRule::new("merchant_oid", ORDER_ID),
        FieldRule::new("email", Shape::Email),
        FieldRule::new("user_name", Shape::Text { min: 1, max: 60 }),
        FieldRule::new("user_address", Shape::Text { min: 1, max: 400 }),
        FieldRule::new("user_phone", Shape::Text { min: 1, max: 20 }),
        FieldRule::new("payment_amount", Shape::AnyUnits),
        FieldRule::new("merchant_ok_url", Shape::ReturnUrl),
        FieldRule::new("merchant_fail_url", Shape::ReturnUrl),
        FieldRule::new("installment_count", Shape::InstallmentCount),
        FieldRule::new("test_mode", Shape::Flag).optional(),
        FieldRule::new("installment_options", Shape::JsonObject).optional(),
        FieldRule::new("client_lang", LANGUAGE).optional(),
        FieldRule::new("debug_on", Shape::Flag).optional(),
    ];

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        self.check()?;
        let amount = match self.amount_unit {
            BkmAmountUnit::Major => self.order.amount_text(),
            BkmAmountUnit::Minor => amount::minor_text(self.order.amount),
        };
        let head = self
            .order
            .head(credentials)
            .field("payment_amount", amount)
            .field("payment_type", "bex")
            .field("installment_count", "0")
            .field("test_mode", self.order.test_mode())
            .field("installment_options", self.installment_options.clone());
        let form = obey(Self::RULES, self.order.unsigned(head))?;
        Ok(form.sign(credentials, Self::SIGNED))
    }

    fn card_inputs(&self) -> &'static [CardInput] {
        &[]
    }
}
