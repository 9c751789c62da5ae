use serde_json::Value;

use super::{Notification, NotificationFormula};
use crate::callback::NotificationKind;
use crate::{Credentials, Signature, SignedPart};

/// The notification that platform transfers are completed.
pub type TransferNotification = Notification<Transfer>;

/// The formula of transfer results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer;

impl Notification<Transfer> {
    /// A notification of these transfers, as the text of a JSON list.
    pub fn new<I: Into<String>>(trans_ids: impl IntoIterator<Item = I>) -> Self {
        let ids = trans_ids.into_iter().map(|id| Value::String(id.into()));
        Self::of_text(Value::Array(ids.collect()).to_string())
    }

    /// Any text of `trans_ids`, such as one whose quotes are escaped by backslashes.
    pub fn of_text(trans_ids: impl Into<String>) -> Self {
        Self::from_fields([("trans_ids", trans_ids)])
    }
}

impl NotificationFormula for Transfer {
    const KIND: NotificationKind = NotificationKind::Transfer;

    fn hash<'a>(credentials: &Credentials, value: impl Fn(&'static str) -> &'a str) -> Signature {
        let without_backslashes = value("trans_ids").replace('\\', "");
        credentials.sign(&[
            SignedPart::Field(without_backslashes.as_bytes()),
            SignedPart::Salt,
        ])
    }
}
