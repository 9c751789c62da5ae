//! `POST /odeme/durum-sorgu`: how a payment stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use paytr_core::MerchantOid;
use serde_json::{Value, json};

use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::card_program;
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{Order, PaidPayment, State as Known};
use crate::token_check::STATUS_INQUIRY;
use crate::{StoreKind, amounts, turkish_time};

const BAD_OID: Refused = Refused::new("002", "Gecersiz merchant_oid");
const BAD_TOKEN: Refused = Refused::new("003", "paytr_token gonderilmedi veya gecersiz");
const UNKNOWN: Refused = Refused::new("004", "merchant_oid ile islem bulunamadi");
const NOT_PAID: Refused = Refused::new("004", "merchant_oid ile basarili odeme bulunamadi");

pub(crate) async fn status(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    answer(shared.read(|state| inquire(state, &form)))
}

fn inquire(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    let merchant_oid = form.signed("merchant_oid");
    MerchantOid::new(merchant_oid).map_err(|_| BAD_OID)?;
    if !STATUS_INQUIRY.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    let order = state.order(merchant_oid).ok_or(UNKNOWN)?;
    let payment = order.payment.as_ref().ok_or(NOT_PAID)?;
    let mut reply = paid(payment, order);
    if state.store_kind == StoreKind::Marketplace
        && let Some(fields) = reply.as_object_mut()
    {
        let payments = submerchant_payments(state, merchant_oid);
        fields.insert("submerchant_payments".to_owned(), payments);
    }
    Ok(reply)
}

fn paid(payment: &PaidPayment, order: &Order) -> Value {
    json!({
        "status": "success",
        "payment_amount": amounts::major(payment.amount),
        "payment_total": amounts::major(payment.total),
        "payment_date": turkish_time::date_time(payment.at),
        "currency": payment.currency,
        "taksit": payment.taksit().to_string(),
        "kart_marka": card_program::name_of(payment.card),
        "masked_pan": payment.card.map(crate::TestCard::masked),
        "odeme_tipi": payment.odeme_tipi(),
        "test_mode": if payment.test_mode { "1" } else { "0" },
        "net_tutar": amounts::major(payment.net()),
        "kesinti_tutari": amounts::major(payment.deduction()),
        "kesinti_orani": payment.deduction_rate(),
        "auth_code": "S00000",
        "auth_date": turkish_time::dotted(payment.at),
        "returns": returns(order),
    })
}

fn returns(order: &Order) -> Vec<Value> {
    let entry = |refund: &crate::state::Refund| {
        json!({
            "return_amount": amounts::major(refund.returned),
            "return_date": turkish_time::date_time(refund.at),
            "return_type": "API",
            "date_completed": turkish_time::date_time(refund.at),
            "return_auth_code": "S00000",
            "return_ref_num": refund.bank_reference,
            "reference_no": refund.reference_no.as_deref().unwrap_or_default(),
            "return_source": "API",
        })
    };
    order.refunds.iter().map(entry).collect()
}

fn submerchant_payments(state: &Known, merchant_oid: &str) -> Value {
    let of_order = state.transfers().iter();
    let of_order = of_order.filter(|transfer| transfer.merchant_oid == merchant_oid);
    of_order
        .map(|transfer| {
            json!({
                "trans_id": transfer.trans_id,
                "amount": amounts::major(transfer.seller_amount),
                "transfer_name": transfer.receiver,
                "transfer_iban": transfer.iban,
                "currency": transfer.currency,
            })
        })
        .collect()
}
