//! `vectors/vectors.json`: tokens and hashes that other implementations produced or accepted.

use std::collections::BTreeMap;

use paytr_core::Credentials;
use paytr_core::credentials::{Signature, SignedPart};
use serde::Deserialize;

const TEXT: &str = include_str!("../../../../vectors/vectors.json");

#[derive(Deserialize)]
pub(crate) struct VectorFile {
    pub(crate) credentials: FileCredentials,
    pub(crate) counts: Counts,
    pub(crate) formulas: Vec<Formula>,
    pub(crate) negative_vectors: Vec<NegativeVector>,
    pub(crate) encodings: Encodings,
}

#[derive(Deserialize)]
pub(crate) struct FileCredentials {
    #[serde(rename = "merchant_id")]
    pub(crate) id: String,
    #[serde(rename = "merchant_key")]
    pub(crate) key: String,
    #[serde(rename = "merchant_salt")]
    pub(crate) salt: String,
}

#[derive(Deserialize)]
pub(crate) struct Counts {
    pub(crate) formulas: usize,
    pub(crate) vectors: usize,
    pub(crate) negative_vectors: usize,
}

#[derive(Deserialize)]
pub(crate) struct Formula {
    pub(crate) id: String,
    pub(crate) message_order: Vec<String>,
    pub(crate) vectors: Vec<Vector>,
}

#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) credentials_override: Option<Override>,
    pub(crate) message: String,
    pub(crate) expected: String,
}

#[derive(Deserialize)]
pub(crate) struct Override {
    pub(crate) merchant_key: String,
    pub(crate) merchant_salt: String,
}

#[derive(Deserialize)]
pub(crate) struct NegativeVector {
    pub(crate) name: String,
    pub(crate) message: String,
    pub(crate) wrong_token: String,
    pub(crate) right_token: String,
}

#[derive(Deserialize)]
pub(crate) struct Encodings {
    pub(crate) user_basket: Vec<BasketSpelling>,
    pub(crate) form_urlencoding: Vec<FormSpelling>,
    pub(crate) minor_to_major: Vec<MajorSpelling>,
    pub(crate) major_parse_tolerant: Vec<TolerantSpelling>,
}

#[derive(Deserialize)]
pub(crate) struct BasketSpelling {
    pub(crate) name: String,
    pub(crate) json: String,
    pub(crate) base64: String,
}

#[derive(Deserialize)]
pub(crate) struct FormSpelling {
    pub(crate) value: String,
    pub(crate) encoded: String,
}

#[derive(Deserialize)]
pub(crate) struct MajorSpelling {
    pub(crate) minor: u64,
    pub(crate) major: String,
}

#[derive(Deserialize)]
pub(crate) struct TolerantSpelling {
    pub(crate) text: String,
    pub(crate) minor: i64,
}

impl VectorFile {
    pub(crate) fn read() -> Self {
        serde_json::from_str(TEXT).unwrap()
    }

    pub(crate) fn formula(&self, id: &str) -> &Formula {
        let found = self.formulas.iter().find(|formula| formula.id == id);
        found.unwrap_or_else(|| panic!("no formula {id}"))
    }

    pub(crate) fn credentials(&self, vector: &Vector) -> Credentials {
        let (key, salt) = match &vector.credentials_override {
            Some(other) => (&other.merchant_key, &other.merchant_salt),
            None => (&self.credentials.key, &self.credentials.salt),
        };
        Credentials::new(&self.credentials.id, key, salt).unwrap()
    }

    /// Signs the fields of a vector in the order of its formula.
    pub(crate) fn sign(&self, formula: &Formula, vector: &Vector) -> Signature {
        let credentials = self.credentials(vector);
        let values: Vec<Option<String>> = formula
            .message_order
            .iter()
            .map(|name| self.signed_value(formula, vector, name))
            .collect();
        let message: Vec<_> = values
            .iter()
            .map(|value| match value {
                Some(text) => SignedPart::Field(text.as_bytes()),
                None => SignedPart::Salt,
            })
            .collect();
        credentials.sign(&message)
    }

    /// The bytes that one field adds to the message; `None` is the salt.
    fn signed_value(&self, formula: &Formula, vector: &Vector, name: &str) -> Option<String> {
        if name == "merchant_salt" {
            return None;
        }
        let given = vector.fields.get(name).cloned();
        Some(match (formula.id.as_str(), name, given) {
            ("platform_transfer_result_hash", "trans_ids", Some(ids)) => ids.replace('\\', ""),
            (_, _, Some(value)) => value,
            (_, "merchant_id", None) => self.credentials.id.clone(),
            (id, name, None) => panic!("{id} {} has no {name}", vector.name),
        })
    }
}

impl Vector {
    pub(crate) fn field(&self, name: &str) -> &str {
        let value = self.fields.get(name);
        value.unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }

    pub(crate) fn signature(&self) -> Signature {
        Signature::from_base64(self.expected.as_bytes()).unwrap()
    }
}
