//! The fields of a notification.

use paytr_core::Credentials;
use paytr_core::api::EftBank;
use paytr_core::testing::{
    EftNotification, LinkNotification, Notification, NotificationFormula, PaymentNotification,
};

use super::card_vault::StoredCard;
use super::outbox::Target;
use super::{PaidPayment, Told};
use crate::FailedReason;
use crate::payment_request::{Channel, Kind, LinkCallback, PaymentRequest};

/// A notification before it is queued.
pub(super) struct Announcement {
    pub(super) told: Told,
    pub(super) target: Target,
    pub(super) body: String,
}

/// Who tells: the merchant, and what its notifications hold.
pub(super) struct Teller<'a> {
    pub(super) credentials: &'a Credentials,
    /// Whether a bank transfer is told with `payment_amount` and `installment_count`.
    pub(super) eft_amounts: bool,
}

/// What a payment of this request brings; `None` for a link without a callback address.
pub(super) fn success(
    request: &PaymentRequest,
    payment: &PaidPayment,
    stored: Option<&StoredCard>,
    teller: &Teller<'_>,
) -> Option<Announcement> {
    let (target, body) = if let Channel::Link(link) = &request.channel {
        let callback = link.callback.as_ref()?;
        let body = link_success(request, payment, callback, teller.credentials);
        (Target::Link(callback.url.clone()), body)
    } else {
        let body = payment_success(request, payment, stored, teller);
        (Target::Payment, body)
    };
    Some(Announcement {
        told: Told::Success,
        target,
        body,
    })
}

/// A success, with the fields of the recorded one. A bank transfer is told without a currency, and its
/// table lacks the amounts too, which PayTR's own modules read.
fn payment_success(
    request: &PaymentRequest,
    payment: &PaidPayment,
    stored: Option<&StoredCard>,
    teller: &Teller<'_>,
) -> String {
    let notification = PaymentNotification::success(&request.merchant_oid, payment.total)
        .field("payment_type", payment.payment_type);
    let installments = payment.installments.to_string();
    let mut notification = match request.kind {
        Kind::Card(_) => amounts(notification, request).field("installment_count", installments),
        Kind::Eft(_) if teller.eft_amounts => notification
            .field("payment_amount", request.amount.to_string())
            .field("installment_count", installments),
        Kind::Eft(_) => notification,
    };
    if let Some(card) = stored {
        notification = notification
            .field("utoken", &card.utoken)
            .field("ctoken", &card.ctoken);
    }
    finish(notification, request, teller.credentials)
}

/// A success of a link, under an order id of PayTR's.
fn link_success(
    request: &PaymentRequest,
    payment: &PaidPayment,
    callback: &LinkCallback,
    credentials: &Credentials,
) -> String {
    let notification =
        LinkNotification::success(&callback.id, &request.merchant_oid, payment.total)
            .field("payment_type", payment.payment_type);
    finish(amounts(notification, request), request, credentials)
}

/// A failed try; `None` for a link, which tells of successes only.
pub(super) fn failed(
    request: &PaymentRequest,
    reason: FailedReason,
    credentials: &Credentials,
) -> Option<Announcement> {
    if matches!(request.channel, Channel::Link(_)) {
        return None;
    }
    let notification = PaymentNotification::failed(&request.merchant_oid, reason.code())
        .field("failed_reason_msg", reason.turkish())
        .field("payment_type", request.payment_type());
    Some(Announcement {
        told: Told::Failed,
        target: Target::Payment,
        body: finish(notification, request, credentials),
    })
}

/// What the buyer typed into the form of a bank transfer.
pub(crate) struct Notice<'a> {
    pub(crate) bank: &'a str,
    pub(crate) sent_date: &'a str,
    pub(crate) user_name: &'a str,
    pub(crate) user_phone: &'a str,
    pub(crate) tc_no_last5: &'a str,
}

/// The interim notice of a bank transfer; `None` for a bank that is not on the list.
pub(super) fn interim(
    merchant_oid: &str,
    notice: &Notice<'_>,
    credentials: &Credentials,
) -> Option<Announcement> {
    let bank = EftBank::ALL
        .into_iter()
        .find(|bank| bank.code() == notice.bank)?;
    let body = EftNotification::new(merchant_oid, bank)
        .sender(
            notice.sent_date,
            notice.user_name,
            notice.user_phone,
            notice.tc_no_last5,
        )
        .sign(credentials)
        .to_body();
    Some(Announcement {
        told: Told::Info,
        target: Target::EftInterim,
        body,
    })
}

fn amounts<K: NotificationFormula>(
    notification: Notification<K>,
    request: &PaymentRequest,
) -> Notification<K> {
    notification
        .field("payment_amount", request.amount.to_string())
        .field("currency", request.currency)
}

/// `test_mode` comes with a test payment and is absent otherwise.
fn finish<K: NotificationFormula>(
    notification: Notification<K>,
    request: &PaymentRequest,
    credentials: &Credentials,
) -> String {
    let merchant_id = credentials.merchant_id().as_str();
    let mut notification = notification.field("merchant_id", merchant_id);
    if request.test_mode {
        notification = notification.field("test_mode", "1");
    }
    notification.sign(credentials).to_body()
}
