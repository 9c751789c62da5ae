use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::values::{fields, letters_and_digits, lower_hex_32, time_text};
use crate::testing::bank::{BankAnswer, CardData};
use crate::{Decimal, ErrorCode, Language};

/// How long a sale can be paid.
const LIFE: Duration = Duration::from_hours(1);

/// What of a request comes back in a sale as it was sent.
const ECHOED: [&str; 18] = [
    "order_id",
    "currency",
    "installment",
    "return_url",
    "customer_first_name",
    "customer_last_name",
    "customer_email",
    "customer_ip_address",
    "billing_address",
    "billing_city",
    "billing_country",
    "billing_state",
    "billing_zipcode",
    "billing_phone",
    "sale_data",
    "items",
    "pre_auth",
    "half_secure",
];

/// One sale.
pub(in crate::testing) struct FakeSale {
    pub(in crate::testing) token: String,
    pub(in crate::testing) id: u64,
    pub(in crate::testing) amount: Decimal,
    pub(in crate::testing) refunded: Decimal,
    pub(in crate::testing) status: String,
    request: Map<String, Value>,
    transactions: Vec<Value>,
    created_at: SystemTime,
    at_bank: Option<CardData>,
}

/// What came of a try to charge.
pub(in crate::testing) enum Tried {
    Charged,
    Forward,
    Declined(ErrorCode),
    NoSale,
}

impl FakeSale {
    pub(in crate::testing) fn new(
        request: Map<String, Value>,
        amount: Decimal,
        id: u64,
        now: SystemTime,
    ) -> Self {
        Self {
            token: lower_hex_32(),
            id,
            amount,
            refunded: Decimal::ZERO,
            status: "Created".to_owned(),
            request,
            transactions: Vec::new(),
            created_at: now,
            at_bank: None,
        }
    }

    pub(in crate::testing) fn order(&self) -> &str {
        self.text("order_id")
    }

    pub(in crate::testing) fn text(&self, name: &str) -> &str {
        self.request.get(name).and_then(Value::as_str).unwrap_or("")
    }

    fn flag(&self, name: &str) -> bool {
        self.request
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub(in crate::testing) fn is_charged(&self) -> bool {
        matches!(
            &*self.status,
            "Paid" | "Ready to Send" | "Authorized" | "PreAuthorized"
        )
    }

    /// The configured return address with the token, or the query alone.
    pub(in crate::testing) fn return_url(&self) -> String {
        format!("{}?token={}", self.text("return_url"), self.token)
    }

    pub(in crate::testing) fn expires_at(&self) -> SystemTime {
        self.created_at + LIFE
    }

    pub(super) fn try_card(&mut self, card: &CardData, now: SystemTime) -> Tried {
        if self.is_charged() {
            return self.decline(card, now, "30015");
        }
        if !matches!(&*self.status, "Created" | "Declined") || now > self.expires_at() {
            return self.decline(card, now, "30002");
        }
        match card.ask_bank(self.flag("secure_option")) {
            BankAnswer::Approved => self.charge(card, now, None),
            BankAnswer::AsksForPassword(_) => {
                self.at_bank = Some(card.clone());
                Tried::Forward
            }
            BankAnswer::Declined(code) => self.decline(card, now, code.as_str()),
        }
    }

    pub(super) fn finish_3d(&mut self, password: &str, now: SystemTime) -> Tried {
        let Some(card) = self.at_bank.take() else {
            return Tried::Declined(ErrorCode::new("40000"));
        };
        match card.ask_bank(true) {
            BankAnswer::AsksForPassword(right) if right == password => {
                self.charge(&card, now, Some("1"))
            }
            _ => {
                let declined = self.decline(&card, now, "40006");
                "Declined".clone_into(&mut self.status);
                declined
            }
        }
    }

    fn charge(&mut self, card: &CardData, now: SystemTime, secure: Option<&str>) -> Tried {
        let review = self.text("customer_email") == "review@paytrek.com";
        let held = review || self.flag("pre_auth");
        if held { "PreAuthorized" } else { "Paid" }.clone_into(&mut self.status);
        let decision = if review { "REVIEW" } else { "ACCEPT" };
        let outcome = json!({
            "succeeded": true,
            "fraud_risk": {
                "succeeded": true, "risk_score": "16.00", "decision": decision,
                "reviewer_decision": null, "bin_country": "TR", "bin_name": card.brand(),
                "sale": self.id,
            },
        });
        self.record(card, now, secure, outcome);
        Tried::Charged
    }

    pub(super) fn decline(&mut self, card: &CardData, now: SystemTime, code: &str) -> Tried {
        let code = ErrorCode::new(code);
        let outcome = json!({
            "error_message": code.merchant_message(),
            "paytrek_error": {
                "code": code.as_str(),
                "message": code.merchant_message(),
                "customer_message": code.customer_message(Language::Turkish),
            },
        });
        self.record(card, now, None, outcome);
        Tried::Declined(code)
    }

    /// Writes a try down: what is common to all, and what came of it.
    fn record(&mut self, card: &CardData, now: SystemTime, secure: Option<&str>, outcome: Value) {
        let mut transaction = fields(json!({
            "type": "Sale", "succeeded": false, "error_message": "", "ref_id": "",
            "amount": self.amount.to_string(), "currency": self.text("currency"),
            "is_secure": secure.is_some(), "secure_status": secure,
            "created_at": time_text(now), "bin_number": card.bin(),
            "card_number_last4": card.last4(), "card_type": "credit", "exchange_rate": null,
            "card_holder_name": card.masked_holder(), "card_fee": "0.00",
            "card_fee_rate": "0.00", "fraud_risk": null,
            "paytrek_ref_id": letters_and_digits(), "paytrek_error": null,
        }));
        transaction.extend(fields(outcome));
        self.transactions.push(transaction.into());
    }

    /// The sale as every call describes it.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut json = Map::new();
        for name in ECHOED {
            let value = self.request.get(name).cloned().unwrap_or(Value::Null);
            json.insert(name.to_owned(), value);
        }
        let financial = (self.status == "Paid").then_some("Ready to Send");
        let own = [
            ("sale_token", self.token.as_str().into()),
            ("amount", self.amount.to_string().into()),
            ("refunded_amount", self.refunded.to_string().into()),
            ("status", self.status.as_str().into()),
            ("financial_status", financial.into()),
            ("transactions", self.transactions.clone().into()),
            ("created_at", time_text(self.created_at)),
            ("expires_at", time_text(self.expires_at())),
            ("is_locked", false.into()),
            ("hosted_payment", true.into()),
            // Documented answers say so whatever was asked.
            ("secure_option", true.into()),
            ("callback_url", Value::Null),
            ("description", Value::Null),
            ("billing_company", Value::Null),
        ];
        json.extend(own.map(|(name, value)| (name.to_owned(), value)));
        json
    }
}
