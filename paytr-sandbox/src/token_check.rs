//! The sandbox's own list of what each token covers, written down from the documentation a second time:
//! a slip in the client's list shows up as a refused token.
//!
//! The copy is on purpose, and stays. A list shared with the client would repeat its slips here, and
//! a token over the wrong fields would be accepted.

use paytr_core::Credentials;
use paytr_core::credentials::{Signature, SignedPart};

use crate::form::PostedForm;
use crate::state::SignedText;

/// The fields of a token in their order; the salt comes last.
pub(crate) struct Formula(&'static [&'static str]);

/// get-token for a card.
pub(crate) const IFRAME_CARD: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "user_basket",
    "no_installment",
    "max_installment",
    "currency",
    "test_mode",
]);

/// get-token for a bank transfer.
pub(crate) const IFRAME_EFT: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "test_mode",
]);

/// Status inquiry.
pub(crate) const STATUS_INQUIRY: Formula = Formula(&["merchant_id", "merchant_oid"]);

/// The Direct API, stored cards and recurring charges.
pub(crate) const DIRECT: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "installment_count",
    "currency",
    "test_mode",
    "non_3d",
]);

/// BKM Express.
pub(crate) const BKM_EXPRESS: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "installment_count",
    "test_mode",
    "installment_options",
]);

/// The cards of a user.
pub(crate) const CARD_LIST: Formula = Formula(&["utoken"]);

/// Deletion of a card.
pub(crate) const CARD_DELETE: Formula = Formula(&["ctoken", "utoken"]);

/// BIN lookup.
pub(crate) const BIN: Formula = Formula(&["bin_number", "merchant_id"]);

/// Instalment rates.
pub(crate) const INSTALLMENT_RATES: Formula = Formula(&["merchant_id", "request_id"]);

/// Refund.
pub(crate) const REFUND: Formula = Formula(&["merchant_id", "merchant_oid", "return_amount"]);

/// Transaction report, payment statement and returned transfers.
pub(crate) const DATE_RANGE: Formula = Formula(&["merchant_id", "start_date", "end_date"]);

/// Payment detail.
pub(crate) const PAYMENT_DETAIL: Formula = Formula(&["merchant_id", "date"]);

/// A link that sells pieces.
pub(crate) const PRODUCT_LINK: Formula = Formula(&[
    "name",
    "price",
    "currency",
    "max_installment",
    "link_type",
    "lang",
    "min_count",
]);

/// A link that collects a sum.
pub(crate) const COLLECTION_LINK: Formula = Formula(&[
    "name",
    "price",
    "currency",
    "max_installment",
    "link_type",
    "lang",
    "email",
]);

/// A link whose buyer says how much.
pub(crate) const FLEX_LINK: Formula = Formula(&[
    "name",
    "price",
    "currency",
    "max_installment",
    "link_type",
    "lang",
]);

/// Deletion of links.
pub(crate) const LINK_DELETE: Formula = Formula(&["id", "merchant_id"]);

/// A link by SMS.
pub(crate) const LINK_SMS: Formula = Formula(&["id", "merchant_id", "cell_phone"]);

/// A link by e-mail.
pub(crate) const LINK_EMAIL: Formula = Formula(&["id", "merchant_id", "email"]);

/// Platform transfer.
pub(crate) const TRANSFER: Formula = Formula(&[
    "merchant_id",
    "merchant_oid",
    "trans_id",
    "submerchant_amount",
    "total_amount",
    "transfer_name",
    "transfer_iban",
]);

/// Cashout.
pub(crate) const CASHOUT: Formula = Formula(&["merchant_id", "trans_id"]);

impl Formula {
    /// The names of the fields that are signed, in their order.
    pub(crate) fn fields(&self) -> &'static [&'static str] {
        self.0
    }

    /// The formula of the token that a request to this path carries; `None` for a path that is no
    /// endpoint's.
    pub(crate) fn of(path: &str, form: &PostedForm) -> Option<Self> {
        let payment_type = form.get("payment_type");
        Some(match path.trim_end_matches('/') {
            "/odeme/api/get-token" if payment_type == Some("eft") => IFRAME_EFT,
            "/odeme/api/get-token" => IFRAME_CARD,
            "/odeme" if payment_type == Some("bex") => BKM_EXPRESS,
            "/odeme" => DIRECT,
            "/odeme/capi/list" => CARD_LIST,
            "/odeme/capi/delete" => CARD_DELETE,
            "/odeme/api/bin-detail" => BIN,
            "/odeme/taksit-oranlari" => INSTALLMENT_RATES,
            "/odeme/iade" => REFUND,
            "/odeme/durum-sorgu" => STATUS_INQUIRY,
            "/rapor/islem-dokumu" | "/rapor/odeme-dokumu" | "/odeme/geri-donen-transfer" => {
                DATE_RANGE
            }
            "/rapor/odeme-detayi" => PAYMENT_DETAIL,
            "/odeme/api/link/create" => match form.get("link_type") {
                Some("collection") => COLLECTION_LINK,
                Some("flex") => FLEX_LINK,
                _ => PRODUCT_LINK,
            },
            "/odeme/api/link/delete" => LINK_DELETE,
            "/odeme/api/link/send-sms" => LINK_SMS,
            "/odeme/api/link/send-email" => LINK_EMAIL,
            "/odeme/platform/transfer" => TRANSFER,
            "/odeme/hesaptan-gonder" => CASHOUT,
            _ => return None,
        })
    }

    /// What the token over this form has to cover, for people: without the salt, and without a card.
    pub(crate) fn signed_text(&self, form: &PostedForm, credentials: &Credentials) -> SignedText {
        let values = self.0.iter().map(|name| form.signed_redacted(name));
        SignedText {
            formula: [self.0, &["merchant_salt"]].concat().join(" + "),
            text: values.collect::<String>() + "<salt>",
            is_right: self.accepts(form, credentials),
        }
    }

    /// Whether `paytr_token` of the form is the token over its other fields, as they were posted.
    pub(crate) fn accepts(&self, form: &PostedForm, credentials: &Credentials) -> bool {
        let mut message: Vec<_> = self
            .0
            .iter()
            .map(|name| SignedPart::Field(form.signed(name).as_bytes()))
            .collect();
        message.push(SignedPart::Salt);
        let posted = Signature::from_base64(form.signed("paytr_token").as_bytes());
        posted.is_ok_and(|token| credentials.verify(&message, &token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::paths;

    #[test]
    fn every_endpoint_has_a_formula() {
        for path in paths() {
            assert!(Formula::of(path, &PostedForm::of(&[])).is_some(), "{path}");
        }
        assert!(Formula::of("/odeme/nowhere", &PostedForm::of(&[])).is_none());
    }
}
