use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::{fields, lower_hex_32, time_text, uuid};
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
