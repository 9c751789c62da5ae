use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

/// The golden vectors of one formula.
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
    pub(crate) message: String,
    pub(crate) expected: String,
    #[serde(default)]
    pub(crate) credentials: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct File {
    formulas: Vec<Formula>,
}

pub(crate) fn formulas() -> Vec<Formula> {
    let text = include_str!("../../../../vectors/vectors.json");
    let file: File = serde_json::from_str(text).expect("the vectors are readable");
    file.formulas
}

/// The HMAC-SHA256 of a text.
pub(crate) fn mac(key: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

impl Vector {
    /// Whether it is about the credentials of all others.
    pub(crate) fn has_usual_credentials(&self) -> bool {
        self.credentials.is_none()
            && STANDARD.encode(mac(super::KEY, &self.message)) == self.expected
    }
}
