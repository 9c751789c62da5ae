use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What `POST /paytr/pay` answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Order {
    pub(crate) status: String,
    pub(crate) merchant_oid: String,
    pub(crate) state: String,
    pub(crate) token: Option<String>,
    pub(crate) iframe_url: Option<String>,
}

/// One line of `GET /receipts`. Other fields than these are an error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    pub(crate) merchant_oid: String,
    pub(crate) outcome: String,
    pub(crate) total: u64,
    pub(crate) currency: String,
    pub(crate) attempt: u32,
}

impl Receipt {
    /// The receipt of a payment that was handled at the first attempt.
    pub(crate) fn paid(merchant_oid: &str, total: u64) -> Self {
        Self {
            merchant_oid: merchant_oid.to_owned(),
            outcome: "paid".to_owned(),
            total,
            currency: "TRY".to_owned(),
            attempt: 1,
        }
    }
}

/// The JSON of a purchase.
#[derive(Debug, Clone)]
pub(crate) struct Purchase(Map<String, Value>);

impl Purchase {
    pub(crate) const EMAIL: &str = "canary.buyer@example.com";
    pub(crate) const NAME: &str = "Zeynep Kanarya";
    pub(crate) const ADDRESS: &str = "Kanarya Sokak 7, Ankara";
    pub(crate) const PHONE: &str = "05551234567";

    /// One buyer who wants this many of each product.
    pub(crate) fn of(lines: &[(&str, i64)]) -> Self {
        let basket: Vec<_> = lines
            .iter()
            .map(|(id, quantity)| json!({ "product_id": id, "quantity": quantity }))
            .collect();
        let mut fields = Map::new();
        fields.insert("basket".to_owned(), basket.into());
        Self(fields)
            .with("email", Self::EMAIL)
            .with("user_name", Self::NAME)
            .with("user_address", Self::ADDRESS)
            .with("user_phone", Self::PHONE)
    }

    /// The glass pen for 34.56 lira.
    pub(crate) fn pen() -> Self {
        Self::of(&[("cam-kalem", 1)])
    }

    pub(crate) const PEN_PRICE: u64 = 3_456;

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}
