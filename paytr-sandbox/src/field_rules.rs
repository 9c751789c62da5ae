//! What the client's list of rules has against a refused form. The sandbox decides by its own reading of the
//! documentation, as it does for tokens; this says what to write instead, in the words of
//! `paytr callback explain`.

use paytr_core::api::{
    BkmExpress, BrokenRule, BrowserPayment as _, Cashout, CreateLink, DirectPayment, Endpoint as _,
    FieldRule, IframeCard, IframeEft, PlatformTransfer, Refund, SendLinkEmail, SendLinkSms,
    StatusInquiry,
};

use crate::form::PostedForm;

/// The values of a form to this path that the rules refuse. The address of a buyer at the machine of
/// the shop is none of them: there is no other here.
pub(crate) fn broken(path: &str, form: &PostedForm) -> Vec<BrokenRule> {
    let rules = of(path, form).iter();
    let broken = rules.filter_map(|rule| rule.check(|name| form.get(name)).err());
    broken.filter(|broken| !broken.is_live_only).collect()
}

fn of(path: &str, form: &PostedForm) -> &'static [FieldRule] {
    let payment_type = form.get("payment_type");
    match path {
        "/odeme/api/get-token" if payment_type == Some("eft") => IframeEft::RULES,
        "/odeme/api/get-token" => IframeCard::RULES,
        "/odeme" if payment_type == Some("bex") => BkmExpress::RULES,
        "/odeme" => DirectPayment::RULES,
        "/odeme/iade" => Refund::RULES,
        "/odeme/durum-sorgu" => StatusInquiry::RULES,
        "/odeme/api/link/create" => CreateLink::RULES,
        "/odeme/api/link/send-sms" => SendLinkSms::RULES,
        "/odeme/api/link/send-email" => SendLinkEmail::RULES,
        "/odeme/platform/transfer" => PlatformTransfer::RULES,
        "/odeme/hesaptan-gonder" => Cashout::RULES,
        // The others have none.
        _ => &[],
    }
}
