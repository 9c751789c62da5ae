use std::fmt;
use std::time::SystemTime;

use super::PaymentError;
use crate::Decimal;
use crate::json::Object;
use crate::status::{FraudDecision, TransactionKind};

/// One try to charge a sale. There may be several: failed ones before a good one.
///
/// None of it decides whether a sale is paid. The currency and the amount may differ from the sale's, by
/// currency conversion at the card and by fees.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction {
    /// What it is.
    pub kind: Option<TransactionKind>,
    /// Whether the try succeeded. No proof of payment.
    pub succeeded: Option<bool>,
    /// Paytrek's message; none on success.
    pub error_message: Option<String>,
    /// The amount in the transaction's currency.
    pub amount: Option<Decimal>,
    /// The transaction's currency.
    pub currency: Option<String>,
    /// Whether 3-D Secure was used.
    pub is_secure: Option<bool>,
    /// What came out of it.
    pub secure_status: Option<String>,
    /// When.
    pub created_at: Option<SystemTime>,
    /// First six digits of the card.
    pub bin_number: Option<String>,
    /// Last four digits of the card.
    pub card_number_last4: Option<String>,
    /// Such as `credit`.
    pub card_type: Option<String>,
    /// Masked.
    pub card_holder_name: Option<String>,
    /// For currency conversion at the card, as it came.
    pub exchange_rate: Option<String>,
    /// A fee added for this type of card.
    pub card_fee: Option<Decimal>,
    /// Its rate in per cent, as it came.
    pub card_fee_rate: Option<String>,
    /// What the fraud check found.
    pub fraud_risk: Option<FraudRisk>,
    /// The bank's reference.
    pub ref_id: Option<String>,
    /// Paytrek's reference: 20 letters and digits.
    pub paytrek_ref_id: Option<String>,
    /// Why it failed. Not documented; seen in other clients.
    pub paytrek_error: Option<PaymentError>,
}

/// What the fraud check found about a try.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FraudRisk {
    /// The decision.
    pub decision: Option<FraudDecision>,
    /// A decimal, as it came.
    pub risk_score: Option<String>,
    /// Whether the check itself worked.
    pub succeeded: Option<bool>,
    /// What a person decided later, as it came.
    pub reviewer_decision: Option<String>,
}

impl Transaction {
    pub(super) fn of(object: &Object<'_>) -> Self {
        let fraud_risk = object.object("fraud_risk");
        let error = object.object("paytrek_error");
        Self {
            kind: object
                .text("type")
                .map(|kind| TransactionKind::from_text(&kind)),
            succeeded: object.maybe("succeeded"),
            error_message: object.text("error_message"),
            amount: object.decimal("amount").ok().flatten(),
            currency: object.text("currency"),
            is_secure: object.maybe("is_secure"),
            secure_status: object.text("secure_status"),
            created_at: object.time("created_at"),
            bin_number: object.text("bin_number"),
            card_number_last4: object.text("card_number_last4"),
            card_type: object.text("card_type"),
            card_holder_name: object.text("card_holder_name"),
            exchange_rate: object.text("exchange_rate"),
            card_fee: object.decimal("card_fee").ok().flatten(),
            card_fee_rate: object.text("card_fee_rate"),
            fraud_risk: fraud_risk.as_ref().map(FraudRisk::of),
            ref_id: object.text("ref_id"),
            paytrek_ref_id: object.text("paytrek_ref_id"),
            paytrek_error: error.as_ref().map(PaymentError::of_object),
        }
    }
}

impl FraudRisk {
    fn of(object: &Object<'_>) -> Self {
        Self {
            decision: object
                .text("decision")
                .map(|text| FraudDecision::from_text(&text)),
            risk_score: object.text("risk_score"),
            succeeded: object.maybe("succeeded"),
            reviewer_decision: object.text("reviewer_decision"),
        }
    }
}

impl fmt::Debug for Transaction {
    /// Without what says something about the card, its holder, or in free text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("kind", &self.kind)
            .field("succeeded", &self.succeeded)
            .field("amount", &self.amount)
            .field("created_at", &self.created_at)
            .field("fraud_risk", &self.fraud_risk)
            .field("paytrek_error", &self.paytrek_error)
            .finish_non_exhaustive()
    }
}
