//! `POST /odeme/durum-sorgu` (spec 7).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use paytr_core::MerchantOid;
use serde_json::{Value, json};

use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{PaidPayment, State as Known};
use crate::token_check::STATUS_INQUIRY;
use crate::{amount_text, turkish_time};

/// The texts of spec 13.3.
const INACTIVE: (&str, &str) = ("001", "Gecersiz istek veya magaza aktif degil");
const BAD_OID: (&str, &str) = ("002", "Gecersiz merchant_oid");
const BAD_TOKEN: (&str, &str) = ("003", "paytr_token gonderilmedi veya gecersiz");
const UNKNOWN: (&str, &str) = ("004", "merchant_oid ile islem bulunamadi");
const NOT_PAID: (&str, &str) = ("004", "merchant_oid ile basarili odeme bulunamadi");

pub(crate) async fn status(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(match shared.read(|state| paid(state, &form)) {
        Ok(payment) => success(&payment),
        Err((err_no, err_msg)) => {
            json!({ "status": "error", "err_no": err_no, "err_msg": err_msg })
        }
    })
}

fn paid(state: &Known, form: &PostedForm) -> Result<PaidPayment, (&'static str, &'static str)> {
    if form.get("merchant_id") != Some(state.credentials.merchant_id().as_str()) {
        return Err(INACTIVE);
    }
    let merchant_oid = form.signed("merchant_oid");
    MerchantOid::new(merchant_oid).map_err(|_| BAD_OID)?;
    if !STATUS_INQUIRY.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    let order = state.order(merchant_oid).ok_or(UNKNOWN)?;
    order.payment.clone().ok_or(NOT_PAID)
}

fn success(payment: &PaidPayment) -> Value {
    // A test payment moves no money, so nothing of it is left for the shop.
    let net = if payment.test_mode { 0 } else { payment.total };
    let installments = match payment.installments {
        0 | 1 => 0,
        count => count,
    };
    json!({
        "status": "success",
        "payment_amount": amount_text::major(payment.amount),
        "payment_total": amount_text::major(payment.total),
        "payment_date": turkish_time::date_time(payment.at),
        "currency": payment.currency,
        "taksit": installments.to_string(),
        "kart_marka": "",
        "masked_pan": payment.card.map(crate::TestCard::masked),
        "odeme_tipi": if payment.card.is_some() { "KART" } else { "EFT" },
        "test_mode": if payment.test_mode { "1" } else { "0" },
        "net_tutar": amount_text::major(net),
        "kesinti_tutari": amount_text::major(0),
        "kesinti_orani": "0",
        "auth_code": "S00000",
        "auth_date": turkish_time::dotted(payment.at),
        "returns": [],
    })
}
