use std::fmt;
use std::marker::PhantomData;

use crate::callback::NotificationKind;
use crate::{Credentials, Signature};

/// The fields of a notification of one kind, as PayTR would post them.
///
/// See [`PaymentNotification`](super::PaymentNotification), [`LinkNotification`](super::LinkNotification),
/// [`EftNotification`](super::EftNotification), [`TransferNotification`](super::TransferNotification) and
/// [`CashoutNotification`](super::CashoutNotification). `Debug` shows names only.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Notification<K> {
    fields: Vec<(String, String)>,
    kind: PhantomData<K>,
}

/// What PayTR signs in a notification of one kind.
pub trait NotificationFormula {
    /// The kind.
    const KIND: NotificationKind;

    /// The hash over the fields, of which `value` gives the first with a name, or an empty text.
    fn hash<'a>(credentials: &Credentials, value: impl Fn(&'static str) -> &'a str) -> Signature;
}

impl<K: NotificationFormula> Notification<K> {
    /// Any fields, also wrong, missing and repeated ones.
    pub fn from_fields<N: Into<String>, V: Into<String>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter();
        Self {
            fields: fields
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            kind: PhantomData,
        }
    }

    /// Adds a field; a repeated name is repeated.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds the hash over the signed fields as they are now.
    pub fn sign(self, credentials: &Credentials) -> Self {
        let hash = K::hash(credentials, |name| self.value(name));
        let hash = hash.to_base64();
        self.field("hash", hash)
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The urlencoded body.
    #[must_use]
    pub fn to_body(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish()
    }

    fn value(&self, name: &str) -> &str {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        values.next().map_or("", |(_, value)| value)
    }
}

impl<K: NotificationFormula> fmt::Debug for Notification<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({}) ", K::KIND)?;
        let names = self.fields.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}
