//! The fields of a notification (spec 2.1).

use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;

use super::PaidPayment;
use crate::FailedReason;
use crate::payment_request::{Kind, PaymentRequest};

/// A success, with the fields of the recorded one; for a bank transfer only those of its own table.
pub(super) fn success(
    request: &PaymentRequest,
    payment: &PaidPayment,
    credentials: &Credentials,
) -> String {
    let notification = PaymentNotification::success(&request.merchant_oid, payment.total);
    let notification = match request.kind {
        Kind::Card(_) => notification
            .field("payment_type", "card")
            .field("payment_amount", request.amount.to_string())
            .field("currency", request.currency)
            .field("installment_count", payment.installments.to_string()),
        Kind::Eft(_) => notification.field("payment_type", "eft"),
    };
    finish(notification, request, credentials)
}

pub(super) fn failed(
    request: &PaymentRequest,
    reason: FailedReason,
    credentials: &Credentials,
) -> String {
    let payment_type = match request.kind {
        Kind::Card(_) => "card",
        Kind::Eft(_) => "eft",
    };
    let notification = PaymentNotification::failed(&request.merchant_oid, reason.code())
        .field("failed_reason_msg", reason.turkish())
        .field("payment_type", payment_type);
    finish(notification, request, credentials)
}

/// `test_mode` comes with a test payment and is absent otherwise.
fn finish(
    notification: PaymentNotification,
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
