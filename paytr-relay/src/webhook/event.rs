//! From what PayTR said to what the app is told.

use std::collections::BTreeMap;

use paytr_core::callback::Unsigned;
use paytr_core::credentials::MerchantId;
use paytr_core::gate::Kind;
use paytr_core::paid_once::Outcome;
use paytr_core::{
    CashoutResult, EftNotice, LinkPayment, Mode, PlatformResult, TransferResult, VerifiedPayment,
};
use serde_json::{Map, Value, json};

use super::Message;
use super::message::id;

/// Something that an app is told about.
pub(crate) trait Event: Kind {
    /// The message about it.
    fn message(&self, merchant: &MerchantId) -> Message;
}

impl Event for VerifiedPayment {
    fn message(&self, merchant: &MerchantId) -> Message {
        let kind = match self.outcome() {
            Outcome::Paid { .. } => "payment.paid",
            Outcome::Failed { .. } => "payment.failed",
        };
        payment(kind, merchant, self, None)
    }
}

impl Event for LinkPayment {
    fn message(&self, merchant: &MerchantId) -> Message {
        payment(
            "link.paid",
            merchant,
            self,
            Some(self.callback_id().as_str()),
        )
    }
}

/// The message about a payment of an order or of a link.
pub(crate) fn payment(
    kind: &'static str,
    merchant: &MerchantId,
    payment: &VerifiedPayment,
    callback_id: Option<&str>,
) -> Message {
    let order = &payment.payment().order;
    let mode = payment.payment().mode;
    let mut verified = facts(merchant, json!({"merchant_oid": payment.merchant_oid()}));
    if let Some(callback_id) = callback_id {
        verified.insert("callback_id".to_owned(), callback_id.into());
    }
    match payment.outcome() {
        Outcome::Paid { total } => {
            verified.insert("total".to_owned(), total.minor_units().into());
            verified.insert("currency".to_owned(), total.currency().code().into());
        }
        Outcome::Failed { .. } => {}
    }
    verified.insert("test".to_owned(), (mode == Mode::Test).into());
    verified.insert("attempt".to_owned(), payment.attempt().into());
    Message {
        id: id(&[kind, order.merchant(), order.order_id()]),
        kind,
        merchant_oid: Some(payment.merchant_oid().to_owned()),
        verified,
        unsigned: texts(payment.unsigned()),
    }
}

impl Event for EftNotice {
    fn message(&self, merchant: &MerchantId) -> Message {
        let (oid, bank) = (self.merchant_oid(), self.bank().code());
        // A buyer may fill in the form again, with another date: that is another notice.
        let date = self.unsigned().get("payment_sent_date").unwrap_or_default();
        let id = id(&["eft.announced", &merchant.to_string(), oid, bank, &date]);
        Message {
            id,
            kind: "eft.announced",
            merchant_oid: Some(oid.to_owned()),
            verified: facts(merchant, json!({"merchant_oid": oid, "bank": bank})),
            unsigned: texts(self.unsigned()),
        }
    }
}

impl Event for TransferResult {
    fn message(&self, merchant: &MerchantId) -> Message {
        let own = merchant.to_string();
        let mut parts = vec!["transfer.completed", &*own];
        parts.extend(self.trans_ids().iter().map(String::as_str));
        Message {
            id: id(&parts),
            kind: "transfer.completed",
            merchant_oid: None,
            verified: facts(merchant, json!({"trans_ids": self.trans_ids()})),
            unsigned: BTreeMap::new(),
        }
    }
}

impl Event for CashoutResult {
    fn message(&self, merchant: &MerchantId) -> Message {
        let own = merchant.to_string();
        let unsigned = texts(self.unsigned().fields());
        let mut parts = vec!["cashout.processed", &*own, self.trans_id()];
        // Whoever forges the outcome makes another message, and cannot hide the true one behind its id.
        parts.extend(
            unsigned
                .iter()
                .flat_map(|(name, value)| [&**name, &**value]),
        );
        Message {
            id: id(&parts),
            kind: "cashout.processed",
            merchant_oid: None,
            verified: facts(merchant, json!({"trans_id": self.trans_id()})),
            unsigned,
        }
    }
}

impl Event for PlatformResult {
    fn message(&self, merchant: &MerchantId) -> Message {
        match self {
            Self::Transfer(result) => result.message(merchant),
            Self::Cashout(result) => result.message(merchant),
        }
    }
}

fn facts(merchant: &MerchantId, facts: Value) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("merchant_id".to_owned(), merchant.to_string().into());
    if let Value::Object(facts) = facts {
        all.extend(facts);
    }
    all
}

/// The first of equal names counts, as everywhere else.
fn texts(unsigned: Unsigned<'_>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (name, value) in unsigned.iter() {
        texts.entry(name.into_owned()).or_insert(value.into_owned());
    }
    texts
}
