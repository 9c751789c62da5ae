//! Notifications that PayTR would not send, made from those that it does.

use paytr_core::Credentials;
use paytr_core::testing::{Link, Notification, NotificationFormula, Payment};

use crate::state::Target;
use crate::{FailedReason, StartError, random};

type Fields = Vec<(String, String)>;

/// A notification that was made, about to be altered.
pub(super) struct Original<'a> {
    pub(super) body: &'a str,
    pub(super) target: &'a Target,
    pub(super) credentials: &'a Credentials,
}

impl Original<'_> {
    /// Another total, rightly signed.
    pub(super) fn with_total_changed(&self, by: i64) -> Option<String> {
        let mut fields = self.fields();
        let total: u64 = value(&fields, "total_amount")?.parse().ok()?;
        let changed = total.saturating_add_signed(by).to_string();
        set(&mut fields, "total_amount", changed);
        Some(self.sign(fields))
    }

    /// Another currency, which is not signed.
    pub(super) fn with_currency(&self, currency: &str) -> String {
        let mut fields = self.fields();
        // Where that is its own currency already, it names the lira.
        let other = if value(&fields, "currency") == Some(currency) {
            "TL"
        } else {
            currency
        };
        set(&mut fields, "currency", other.to_owned());
        self.sign(fields)
    }

    /// The buyer left. `None` for a link, whose failures are not told.
    pub(super) fn cancelled(&self) -> Option<String> {
        if matches!(self.target, Target::Link(_)) {
            return None;
        }
        let mut fields = self.fields();
        fields.retain(|(name, _)| name != "payment_amount" && name != "installment_count");
        set(&mut fields, "status", "failed".to_owned());
        set(&mut fields, "total_amount", "0".to_owned());
        set(
            &mut fields,
            "failed_reason_code",
            FailedReason::LEFT.code().to_owned(),
        );
        set(
            &mut fields,
            "failed_reason_msg",
            FailedReason::LEFT.turkish().to_owned(),
        );
        Some(self.sign(fields))
    }

    /// A payment in full, signed with a key that somebody has made up; of what is no payment the same
    /// fields with such a hash.
    pub(super) fn forged(&self, amount: Option<u64>) -> Result<String, StartError> {
        let mut fields = self.fields();
        if let Some(amount) = amount {
            fields.retain(|(name, _)| !name.starts_with("failed_reason"));
            set(&mut fields, "status", "success".to_owned());
            set(&mut fields, "total_amount", amount.to_string());
        }
        let forger = random::credentials()?;
        Ok(sign(fields, self.target, &forger))
    }

    fn fields(&self) -> Fields {
        let fields = form_urlencoded::parse(self.body.as_bytes()).into_owned();
        fields.filter(|(name, _)| name != "hash").collect()
    }

    fn sign(&self, fields: Fields) -> String {
        sign(fields, self.target, self.credentials)
    }
}

fn sign(fields: Fields, target: &Target, credentials: &Credentials) -> String {
    fn signed<K: NotificationFormula>(fields: Fields, credentials: &Credentials) -> String {
        let notification = Notification::<K>::from_fields(fields);
        notification.sign(credentials).to_body()
    }
    match target {
        Target::Link(_) => signed::<Link>(fields, credentials),
        _ => signed::<Payment>(fields, credentials),
    }
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let field = fields.iter().find(|(known, _)| known == name);
    field.map(|(_, value)| value.as_str())
}

fn set(fields: &mut Fields, name: &str, value: String) {
    match fields.iter_mut().find(|(known, _)| known == name) {
        Some((_, old)) => *old = value,
        None => fields.push((name.to_owned(), value)),
    }
}
