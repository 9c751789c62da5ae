use std::fmt;

use serde_json::{Value, json};

use super::{MERCHANT_SALT, Notification, NotificationFormula};
use crate::amount::major_text;
use crate::callback::NotificationKind;

/// The notification that a cashout was worked on.
pub type CashoutNotification = Notification<Cashout>;

/// The formula of cashout results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cashout;

/// One payment of a cashout. `Debug` shows neither receiver nor IBAN.
#[derive(Clone, PartialEq, Eq)]
pub struct CashoutPayment {
    amount: u64,
    receiver: String,
    iban: String,
    result: &'static str,
}

impl CashoutPayment {
    /// A payment that was made, in hundredths.
    #[must_use]
    pub fn succeeded(amount: u64, receiver: impl Into<String>, iban: impl Into<String>) -> Self {
        Self {
            amount,
            receiver: receiver.into(),
            iban: iban.into(),
            result: "success",
        }
    }

    /// A payment that was not made, in hundredths.
    #[must_use]
    pub fn failed(amount: u64, receiver: impl Into<String>, iban: impl Into<String>) -> Self {
        Self {
            result: "failed",
            ..Self::succeeded(amount, receiver, iban)
        }
    }

    fn row(&self) -> Value {
        // PayTR writes the amount as a number in major units.
        let amount: Value = major_text(self.amount).parse().unwrap_or_default();
        json!({
            "amount": amount,
            "receiver": self.receiver,
            "iban": self.iban,
            "result": self.result,
        })
    }
}

impl fmt::Debug for CashoutPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CashoutPayment")
            .field("amount", &self.amount)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

impl Notification<Cashout> {
    /// A notification with the payments, their counts and sum, and the balance in hundredths.
    pub fn new(
        trans_id: impl Into<String>,
        payments: &[CashoutPayment],
        account_balance: u64,
    ) -> Self {
        let succeeded = payments.iter().filter(|one| one.result == "success");
        let sum = succeeded.clone().map(|one| one.amount).sum();
        let succeeded = succeeded.count();
        let rows: Vec<Value> = payments.iter().map(CashoutPayment::row).collect();
        Self::of_trans_id(trans_id)
            .field("processed_result", Value::Array(rows).to_string())
            .field("success_total", succeeded.to_string())
            .field("failed_total", (payments.len() - succeeded).to_string())
            .field("transfer_total", major_text(sum))
            .field("account_balance", major_text(account_balance))
    }

    /// A notification with `mode=cashout` and the signed field alone.
    pub fn of_trans_id(trans_id: impl Into<String>) -> Self {
        Self::from_fields([
            ("mode", "cashout".to_owned()),
            ("trans_id", trans_id.into()),
        ])
    }
}

impl NotificationFormula for Cashout {
    const KIND: NotificationKind = NotificationKind::Cashout;

    const SIGNED: &'static [&'static str] = &["merchant_id", "trans_id", MERCHANT_SALT];
}
