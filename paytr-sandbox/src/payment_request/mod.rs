//! What a shop asks for at get-token, checked.

mod basket;
mod details;
mod fields;
mod warning;

use std::net::IpAddr;

use paytr_core::{Credentials, Language, MerchantOid};

use crate::amounts;
use crate::form::PostedForm;
use crate::token_check::{IFRAME_CARD, IFRAME_EFT};

pub(crate) use basket::{BasketLine, UnitPrice};
pub(crate) use details::{
    BANKS, CardDetails, Channel, Design, DirectDetails, EftDetails, KeepCard, LinkCallback,
    LinkDetails,
};
pub(crate) use fields::{Fields, Refused};
pub(crate) use warning::{Warning, warn_about_return_urls, warn_about_user_ip};

/// One request for a payment page.
pub(crate) struct PaymentRequest {
    pub(crate) merchant_oid: String,
    /// The buyer's address as the shop has it; nobody gives one for a payment link.
    pub(crate) user_ip: Option<IpAddr>,
    /// Minor units.
    pub(crate) amount: u64,
    /// PayTR's name: `TL`, `EUR`, …
    pub(crate) currency: &'static str,
    pub(crate) test_mode: bool,
    pub(crate) debug_on: bool,
    pub(crate) timeout_minutes: u32,
    pub(crate) language: Language,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) kind: Kind,
    pub(crate) channel: Channel,
}

/// How the buyer pays.
pub(crate) enum Kind {
    Card(CardDetails),
    Eft(EftDetails),
}

const DEFAULT_TIMEOUT_MINUTES: u32 = 30;

impl PaymentRequest {
    /// Reads and checks a posted form: merchant, fields, then token.
    pub(crate) fn read(form: &PostedForm, credentials: &Credentials) -> Result<Self, Refused> {
        let fields = Fields::of(form);
        if fields.required("merchant_id", 20)? != credentials.merchant_id().as_str() {
            return Err(Refused::Inactive);
        }
        let is_eft = form.get("payment_type") == Some("eft");
        let mut request = Self::fields(&fields, is_eft)?;
        fields.required("paytr_token", 200)?;
        let formula = if is_eft { IFRAME_EFT } else { IFRAME_CARD };
        if !formula.accepts(form, credentials) {
            return Err(Refused::Token);
        }
        request.warnings.extend(form.slips(&formula));
        Ok(request)
    }

    fn fields(fields: &Fields<'_>, is_eft: bool) -> Result<Self, Refused> {
        let mut warnings = Vec::new();
        let user_ip = fields.address("user_ip")?;
        warn_about_user_ip(user_ip, &mut warnings);
        let merchant_oid = fields.required("merchant_oid", usize::MAX)?;
        MerchantOid::new(merchant_oid).map_err(|_| Refused::MerchantOid)?;
        fields.email("email")?;
        let amount = fields.amount("payment_amount")?;
        let (kind, currency) = if is_eft {
            (Kind::Eft(EftDetails::read(fields)?), "TL")
        } else {
            let details = CardDetails::read(fields, &mut warnings)?;
            warn_about_return_urls(&details, &mut warnings);
            (Kind::Card(details), fields.currency("currency")?)
        };
        Ok(Self {
            merchant_oid: merchant_oid.to_owned(),
            user_ip: Some(user_ip),
            amount,
            currency,
            test_mode: fields.flag("test_mode")?,
            debug_on: fields.flag("debug_on")?,
            timeout_minutes: fields.minutes("timeout_limit", DEFAULT_TIMEOUT_MINUTES)?,
            language: fields.language("lang")?,
            warnings,
            kind,
            channel: Channel::Iframe,
        })
    }

    /// `payment_type` of its notification.
    pub(crate) fn payment_type(&self) -> &'static str {
        match (&self.kind, &self.channel) {
            (Kind::Eft(_), _) => "eft",
            (Kind::Card(_), Channel::BkmExpress) => "bex",
            (Kind::Card(_), _) => "card",
        }
    }

    /// What the buyer pays in this many instalments.
    pub(crate) fn total(&self, count: u8) -> u64 {
        match &self.channel {
            Channel::Link(link) if count <= link.interest_free => self.amount,
            _ => amounts::total_in_installments(self.amount, count),
        }
    }

    /// The most instalments a buyer may choose; 1 for none.
    pub(crate) fn max_installments(&self) -> u8 {
        match &self.kind {
            Kind::Card(details) => details.max_installments,
            Kind::Eft(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Vec<(&'static str, &'static str)> {
        vec![
            ("user_ip", "88.255.10.20"),
            ("merchant_oid", "A1"),
            ("email", "a@example.com"),
            ("payment_amount", "3456"),
            ("user_basket", "W1siS2FsZW0iLCIxOC4wMCIsMV1d"),
            ("no_installment", "0"),
            ("max_installment", "0"),
            ("user_name", "Ayşe Yılmaz"),
            ("user_address", "İzmir"),
            ("user_phone", "05001112233"),
            ("merchant_ok_url", "https://shop.example/ok"),
            ("merchant_fail_url", "https://shop.example/fail"),
        ]
    }

    fn read(fields: &[(&str, &str)]) -> Result<PaymentRequest, Refused> {
        let form = PostedForm::of(fields);
        let is_eft = form.get("payment_type") == Some("eft");
        PaymentRequest::fields(&Fields::of(&form), is_eft)
    }

    #[test]
    fn every_required_field_is_asked_for_by_its_name() {
        assert!(read(&card()).is_ok());
        for index in 0..card().len() {
            let mut fields = card();
            let (name, _) = fields.remove(index);
            let reason = read(&fields).err().unwrap().to_string();
            assert_eq!(
                reason,
                format!("Zorunlu alan degeri gecersiz veya gonderilmedi: {name}")
            );
        }
    }

    #[test]
    fn values_beyond_the_documented_limits_are_refused() {
        let long = |length| "a".repeat(length);
        let url = format!("https://shop.example/{}", long(380));
        for (name, value) in [
            ("user_ip", "not an address".to_owned()),
            ("merchant_oid", "A-1".to_owned()),
            ("merchant_oid", long(65)),
            ("email", "ayşe@example.com".to_owned()),
            ("email", long(101)),
            ("payment_amount", "99".to_owned()),
            ("payment_amount", "34.56".to_owned()),
            ("user_basket", "not base64".to_owned()),
            ("user_basket", "W10=".to_owned()),
            ("no_installment", "2".to_owned()),
            ("max_installment", "13".to_owned()),
            ("max_installment", "1".to_owned()),
            ("user_name", long(61)),
            ("user_address", long(401)),
            ("user_phone", long(21)),
            ("merchant_ok_url", "javascript:alert(1)".to_owned()),
            ("merchant_fail_url", url),
            ("currency", "JPY".to_owned()),
            ("test_mode", "yes".to_owned()),
            ("timeout_limit", "0".to_owned()),
            ("lang", "de".to_owned()),
        ] {
            let mut fields = card();
            fields.retain(|(known, _)| *known != name);
            fields.push((name, &value));
            assert!(read(&fields).is_err(), "{name}={value}");
        }
    }

    #[test]
    fn a_bank_transfer_needs_no_basket_and_no_return_address() {
        let mut fields = card();
        fields.truncate(4);
        fields.push(("payment_type", "eft"));
        let request = read(&fields).ok().unwrap();
        assert_eq!((request.amount, request.currency), (3_456, "TL"));
        fields.push(("bank", "bank of nowhere"));
        assert!(read(&fields).is_err());
    }

    #[test]
    fn an_address_that_paytr_would_refuse_is_taken_with_a_warning() {
        let mut fields = card();
        fields.retain(|(known, _)| *known != "user_ip");
        fields.push(("user_ip", "127.0.0.1"));
        let request = read(&fields).ok().unwrap();
        assert_eq!(request.warnings, [Warning::PrivateAddress]);
    }
}
