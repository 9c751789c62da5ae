use std::fmt;

use super::{Answer, Call, Decoded, Effect, InvalidRequest, Request};
use crate::json::Object;
use crate::{Decimal, DecodeError};

/// Asks in how many instalments an amount can be paid: `GET /api/v2/installments/`.
#[derive(Clone, PartialEq, Eq)]
pub struct InstalmentQuery {
    amount: Decimal,
    bin: Option<String>,
}

impl InstalmentQuery {
    /// For every card.
    #[must_use]
    pub fn new(amount: Decimal) -> Self {
        Self { amount, bin: None }
    }

    /// For a card whose number starts with these six digits.
    #[must_use]
    pub fn bin(mut self, bin: impl Into<String>) -> Self {
        self.bin = Some(bin.into());
        self
    }
}

impl fmt::Debug for InstalmentQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstalmentQuery")
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Request for InstalmentQuery {
    type Reply = InstalmentTable;
    const EFFECT: Effect = Effect::ReadOnly;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let bin = match &self.bin {
            None => String::new(),
            Some(bin) if bin.len() == 6 && bin.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("bin_number={bin}&")
            }
            Some(_) => {
                return Err(InvalidRequest::Shape {
                    field: "bin_number",
                    rule: "the first six digits of a card number",
                });
            }
        };
        let amount = self.amount;
        Ok(Call::get(format!(
            "/api/v2/installments/?{bin}amount={amount}"
        )))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<InstalmentTable>, DecodeError> {
        let object = Object::parse(answer.body)?;
        let amount = object.needed_decimal("amount")?;
        if amount != self.amount {
            return Err(DecodeError::Other { name: "amount" });
        }
        let banks = object.objects("banks");
        Ok(Decoded::Success(InstalmentTable {
            amount,
            bin_number: object.text("bin_number"),
            banks: banks
                .iter()
                .map(BankInstalments::of)
                .collect::<Result<_, _>>()?,
        }))
    }
}

/// In how many instalments an amount can be paid.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalmentTable {
    /// The amount that was asked about.
    pub amount: Decimal,
    /// The first six digits that were asked about.
    pub bin_number: Option<String>,
    /// The banks that offer instalments.
    pub banks: Vec<BankInstalments>,
}

impl fmt::Debug for InstalmentTable {
    /// Without the card's digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstalmentTable")
            .field("amount", &self.amount)
            .field("banks", &self.banks)
            .finish_non_exhaustive()
    }
}

/// What one bank offers for one kind of card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BankInstalments {
    /// Such as `mastercard`.
    pub card_brand: Option<String>,
    /// Such as `credit`.
    pub card_type: Option<String>,
    /// Such as `denizbank`.
    pub card_issuer: Option<String>,
    /// Two letters.
    pub card_country: Option<String>,
    /// Such as `bonus`.
    pub loyalty: Option<String>,
    /// Whether these are company cards.
    pub is_commercial: Option<bool>,
    /// The choices.
    pub options: Vec<InstalmentOption>,
}

/// One choice. Show the amounts as they are: the instalments times their number are not always the total.
///
/// Whether the amount of a sale later includes the commission is not documented. A sale that comes back
/// with another amount than the order costs is not settled but recorded for review.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstalmentOption {
    /// How many instalments.
    pub number: u32,
    /// What the bank takes.
    pub commission: Decimal,
    /// What each instalment is. One amount, in spite of Paytrek's plural.
    pub instalment_amount: Decimal,
    /// What the buyer pays in all.
    pub total_amount: Decimal,
    /// The amount less the commission.
    pub total_amount_without_commission: Decimal,
}

impl BankInstalments {
    fn of(object: &Object<'_>) -> Result<Self, DecodeError> {
        let options = object.objects("installments");
        Ok(Self {
            card_brand: object.text("card_brand"),
            card_type: object.text("card_type"),
            card_issuer: object.text("card_issuer"),
            card_country: object.text("card_country"),
            loyalty: object.text("loyalty"),
            is_commercial: object.maybe("is_commercial"),
            options: options
                .iter()
                .map(InstalmentOption::of)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl InstalmentOption {
    fn of(object: &Object<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            number: object.needed("number")?,
            commission: object.needed_decimal("commission")?,
            // Paytrek's spelling has one l.
            instalment_amount: object.needed_decimal("instalment_amounts")?,
            total_amount: object.needed_decimal("total_amount")?,
            total_amount_without_commission: object.needed_decimal("total_amount_wo_commission")?,
        })
    }
}
