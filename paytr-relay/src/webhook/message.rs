//! One message for an app.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// A message: its id, and what it says.
#[derive(Debug)]
pub(crate) struct Message {
    /// The same for each try of one payment.
    pub(crate) id: String,
    /// Such as `payment.paid`.
    pub(crate) kind: &'static str,
    /// The order, where it has one, for the log.
    pub(crate) merchant_oid: Option<String>,
    /// What was verified.
    pub(crate) verified: Map<String, Value>,
    /// What PayTR sent beside it and did not sign.
    pub(crate) unsigned: BTreeMap<String, String>,
}

/// The body, as JSON.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    merchant: &'a str,
    #[serde(flatten)]
    verified: &'a Map<String, Value>,
    unsigned: &'a BTreeMap<String, String>,
}

impl Message {
    /// The body of this message, sent at `now`.
    pub(crate) fn body(&self, merchant: &str, now: jiff::Timestamp) -> Vec<u8> {
        let body = Body {
            kind: self.kind,
            timestamp: now.to_string(),
            data: Data {
                merchant,
                verified: &self.verified,
                unsigned: &self.unsigned,
            },
        };
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers always have a JSON form"
        )]
        serde_json::to_vec(&body).expect("texts and numbers have a JSON form")
    }
}

/// An id made of what tells one event from another: nothing in it changes between two tries, two relays, or a
/// notification and an inquiry of the same payment.
pub(super) fn id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"paytr-relay message 1");
    for part in parts {
        // The length goes first, so that two lists cannot be cut apart in another way.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("msg_{}", URL_SAFE_NO_PAD.encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_for_its_parts_and_their_order() {
        let one = id(&["payment.paid", "1", "AB"]);
        assert_eq!(one, id(&["payment.paid", "1", "AB"]));
        assert_ne!(one, id(&["payment.paid", "1A", "B"]));
        assert_ne!(one, id(&["payment.failed", "1", "AB"]));
        assert_ne!(one, id(&["payment.paid", "2", "AB"]));
        assert!(one.starts_with("msg_") && one.len() == 47);
    }

    #[test]
    fn what_paytr_did_not_sign_stands_apart() {
        let message = Message {
            id: id(&["a"]),
            kind: "payment.paid",
            merchant_oid: Some("A1".to_owned()),
            verified: Map::from_iter([("total".to_owned(), 100.into())]),
            unsigned: BTreeMap::from([("total".to_owned(), "5".to_owned())]),
        };
        let body = message.body("acme", jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"type":"payment.paid","timestamp":"1970-01-01T00:00:00Z","data":{"merchant":"acme","total":100,"unsigned":{"total":"5"}}}"#
        );
    }
}
