//! What a form shows of slips in the code that made it, whatever the endpoint answers.

use super::PostedForm;
use crate::payment_request::Warning;
use crate::token_check::Formula;

/// The names of PayTR's fields that people write in another way.
const NAMES: &[&str] = &[
    "abroad_ratio",
    "bin_number",
    "callback_id",
    "callback_link",
    "card_number",
    "card_type",
    "cc_owner",
    "cell_phone",
    "client_lang",
    "debug_on",
    "end_date",
    "expiry_date",
    "expiry_month",
    "expiry_year",
    "flex_max_price",
    "get_qr",
    "installment_count",
    "installment_options",
    "link_type",
    "max_count",
    "max_installment",
    "merchant_fail_url",
    "merchant_id",
    "merchant_oid",
    "merchant_ok_url",
    "min_count",
    "no_installment",
    "non_3d",
    "payment_amount",
    "payment_type",
    "paytr_token",
    "recurring_payment",
    "reference_no",
    "request_exp_date",
    "request_id",
    "return_amount",
    "single_ratio",
    "start_date",
    "store_card",
    "submerchant_amount",
    "sync_mode",
    "test_mode",
    "timeout_limit",
    "total_amount",
    "trans_id",
    "trans_info",
    "transfer_iban",
    "transfer_name",
    "user_address",
    "user_basket",
    "user_ip",
    "user_name",
    "user_phone",
];

/// What has no place in a request: the secrets that sign it.
const SECRETS: &[&str] = &["merchant_key", "merchant_salt"];

impl PostedForm {
    /// Posted secrets, names in another spelling, and signed values of variables that were not set.
    pub(crate) fn slips(&self, formula: &Formula) -> Vec<Warning> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let of_names = names.filter_map(slip_of_name);
        let signed = formula.fields().iter();
        let of_values = signed.filter_map(|name| {
            let unset = unset(self.signed(name))?;
            Some(Warning::Unset(name, unset))
        });
        of_names.chain(of_values).collect()
    }
}

fn slip_of_name(posted: &str) -> Option<Warning> {
    if let Some(secret) = same(posted, SECRETS) {
        return Some(Warning::Secret(secret));
    }
    let name = same(posted, NAMES).filter(|name| *name != posted)?;
    Some(Warning::Spelling(posted.to_owned(), name))
}

/// The name of PayTR's that differs in capitals and separators alone.
fn same(posted: &str, names: &[&'static str]) -> Option<&'static str> {
    let mut names = names.iter().copied();
    names.find(|name| plain(posted).eq(plain(name)))
}

/// A name without its capitals and separators.
pub(super) fn plain(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-'));
    letters.map(|letter| letter.to_ascii_lowercase())
}

/// What a language writes for a variable that was not set, if it stands in a value.
fn unset(value: &str) -> Option<&'static str> {
    if value.contains("undefined") {
        return Some("undefined");
    }
    // In the middle of base64 these letters mean nothing.
    if value.starts_with("NaN") || value.ends_with("NaN") {
        return Some("NaN");
    }
    let whole = ["null", "None", "nil", "[object Object]", "Array"];
    whole.into_iter().find(|word| *word == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token_check::{IFRAME_CARD, REFUND};

    fn slips(fields: &[(&str, &str)], formula: &Formula) -> Vec<Warning> {
        PostedForm::of(fields).slips(formula)
    }

    #[test]
    fn secrets_in_a_form_are_named_in_any_spelling() {
        for (posted, name) in [
            ("merchant_key", "merchant_key"),
            ("merchant_salt", "merchant_salt"),
            ("merchantKey", "merchant_key"),
            ("MERCHANT_SALT", "merchant_salt"),
        ] {
            let seen = slips(&[(posted, "secret")], &REFUND);
            assert_eq!(seen, [Warning::Secret(name)], "{posted}");
            assert!(!seen[0].to_string().contains("secret"), "{posted}");
        }
    }

    #[test]
    fn names_in_another_spelling_are_named() {
        for (posted, name) in [
            ("merchantOid", "merchant_oid"),
            ("ReturnAmount", "return_amount"),
            ("user-ip", "user_ip"),
            ("paytrtoken", "paytr_token"),
            ("non3d", "non_3d"),
        ] {
            let seen = slips(&[(posted, "1")], &REFUND);
            assert_eq!(seen, [Warning::Spelling(posted.to_owned(), name)]);
        }
        for posted in ["merchant_oid", "sessionId", "hash", ""] {
            assert_eq!(slips(&[(posted, "1")], &REFUND), [], "{posted}");
        }
    }

    #[test]
    fn unset_values_are_named_where_they_are_signed() {
        for (value, unset) in [
            ("undefined", "undefined"),
            ("SHOPundefined", "undefined"),
            ("NaN", "NaN"),
            ("SHOP-NaN", "NaN"),
            ("null", "null"),
            ("[object Object]", "[object Object]"),
        ] {
            let seen = slips(&[("merchant_oid", value)], &REFUND);
            assert_eq!(seen, [Warning::Unset("merchant_oid", unset)], "{value}");
        }
        for value in ["SHOPNaNA1", "nullable", "", "34.56"] {
            assert_eq!(slips(&[("merchant_oid", value)], &REFUND), [], "{value}");
        }
        assert_eq!(slips(&[("user_name", "undefined")], &IFRAME_CARD), []);
    }
}
