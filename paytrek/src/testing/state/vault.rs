//! Stored cards, and the plans that charge them.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::values::{fields, lower_hex_32, time_text, uuid};
use crate::testing::bank::CardData;

/// A stored card.
pub(in crate::testing) struct FakeCard {
    pub(in crate::testing) token: String,
    pub(in crate::testing) card: CardData,
    pub(in crate::testing) user: String,
    pub(in crate::testing) label: String,
    created_at: SystemTime,
}

impl FakeCard {
    pub(in crate::testing) fn new(
        card: CardData,
        user: Option<&str>,
        label: Option<&str>,
        now: SystemTime,
    ) -> Self {
        Self {
            token: uuid(),
            card,
            user: user.map_or_else(lower_hex_32, str::to_owned),
            label: label.unwrap_or("").to_owned(),
            created_at: now,
        }
    }

    pub(in crate::testing) fn to_json(&self) -> Map<String, Value> {
        fields(json!({
            "card_token": self.token, "created_at": time_text(self.created_at),
            "bin_number": self.card.bin(), "last4": self.card.last4(),
            "card_brand": self.card.brand(), "card_type": "credit",
            "card_user_id": self.user, "card_label": self.label,
            "card_issuer": self.card.issuer(), "card_country": "TR",
        }))
    }
}

/// A subscription plan.
pub(in crate::testing) struct FakePlan {
    pub(in crate::testing) token: String,
    pub(in crate::testing) sale: String,
    pub(in crate::testing) name: String,
    card_token: String,
    card: Value,
    created_at: SystemTime,
    payments: Vec<Payment>,
}

struct Payment {
    token: String,
    date: SystemTime,
    status: String,
}

impl FakePlan {
    /// The payments lie one period apart and the first one period away, as in the documented example, which
    /// ignores the date that was asked for.
    pub(in crate::testing) fn new(
        sale: &str,
        name: &str,
        card: &FakeCard,
        (period, payments): (Duration, u32),
        now: SystemTime,
    ) -> Self {
        let payments = (1..=payments).rev().map(|number| Payment {
            token: uuid(),
            date: now + period * number,
            status: "Active".to_owned(),
        });
        Self {
            token: uuid(),
            sale: sale.to_owned(),
            name: name.to_owned(),
            card_token: card.token.clone(),
            card: json!({
                "card_type": "credit", "last4": card.card.last4(), "token": card.token,
                "card_brand": card.card.brand(),
            }),
            created_at: now,
            payments: payments.collect(),
        }
    }

    pub(in crate::testing) fn set_status(&mut self, payment: &str, status: &str) {
        for known in self
            .payments
            .iter_mut()
            .filter(|known| known.token == payment)
        {
            status.clone_into(&mut known.status);
        }
    }

    pub(in crate::testing) fn card_token(&self) -> &str {
        &self.card_token
    }

    pub(in crate::testing) fn to_json(&self) -> Value {
        let payments = self.payments.iter().map(|payment| {
            json!({
                "status": payment.status, "payment_date": time_text(payment.date),
                "subscription_token": payment.token,
            })
        });
        json!({
            "cancelled_at": null, "vaults": [self.card], "name": self.name,
            "plan_token": self.token, "is_active": true, "fixed_currency_amount": null,
            "subscriptions": payments.collect::<Vec<_>>(),
            "active_card_token": self.card_token, "created_at": time_text(self.created_at),
            "description": null,
        })
    }
}
