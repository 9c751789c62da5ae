//! A payment from its page to its refund.
//!
//! * `POST /odeme/api/get-token`: a payment page.
//! * `POST /odeme/durum-sorgu`: how a payment stands.
//! * `POST /odeme/iade`: refunds a part or all of a payment.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use paytr_core::MerchantOid;
use serde_json::{Value, json};

use super::Route;
use super::answer::{INACTIVE, Refused, answer, is_merchant};
use super::cards;
use crate::form::PostedForm;
use crate::payment_request::{self, PaymentRequest};
use crate::shared::Shared;
use crate::state::{Order, PaidPayment, RefundRefused, RefundRequest, State as Known};
use crate::token_check::{REFUND, STATUS_INQUIRY};
use crate::{StoreKind, amounts, random, turkish_time};

pub(super) const ROUTES: &[Route] = &[
    ("/odeme/api/get-token", || post(get_token)),
    ("/odeme/iade", || post(refund)),
    ("/odeme/durum-sorgu", || post(status)),
];

async fn get_token(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(match open_page(&shared, &form) {
        Ok(token) => json!({ "status": "success", "token": token }),
        Err(reason) => {
            tracing::debug!(%reason, "get-token refused");
            json!({ "status": "failed", "reason": reason.to_string() })
        }
    })
}

fn open_page(shared: &Arc<Shared>, form: &PostedForm) -> Result<String, payment_request::Refused> {
    let credentials = shared.read(|state| state.credentials.clone());
    let request = PaymentRequest::read(form, &credentials)?;
    let token = Shared::new_token().map_err(|_| payment_request::Refused::Inactive)?;
    let now = shared.clock.now();
    let deadline = shared.change(|state| {
        state.open(token.clone(), request, now)?;
        Ok(state.page(&token).map_or(now, |page| page.deadline))
    })?;
    shared.expire_in_time(token.clone(), deadline);
    Ok(token)
}

const BAD_OID: Refused = Refused::new("002", "Gecersiz merchant_oid");
const BAD_STATUS_TOKEN: Refused = Refused::new("003", "paytr_token gonderilmedi veya gecersiz");
const UNKNOWN: Refused = Refused::new("004", "merchant_oid ile islem bulunamadi");
const NOT_PAID: Refused = Refused::new("004", "merchant_oid ile basarili odeme bulunamadi");

async fn status(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    answer(shared.read(|state| inquire(state, &form)))
}

fn inquire(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    let merchant_oid = form.signed("merchant_oid");
    MerchantOid::new(merchant_oid).map_err(|_| BAD_OID)?;
    if !STATUS_INQUIRY.accepts(form, &state.credentials) {
        return Err(BAD_STATUS_TOKEN);
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
        "kart_marka": cards::program_name(payment.card),
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

const BAD_AMOUNT: Refused = Refused::new("003", "Gecersiz return_amount");
const BAD_REFUND_TOKEN: Refused = Refused::new("004", "paytr_token gonderilmedi veya gecersiz");

async fn refund(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    let now = shared.clock.now();
    answer(shared.change(|state| give_back(state, &form, now)))
}

fn give_back(state: &mut Known, form: &PostedForm, now: SystemTime) -> Result<Value, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    let merchant_oid = form.signed("merchant_oid");
    if merchant_oid.is_empty() {
        return Err(BAD_OID);
    }
    let posted = form.signed("return_amount");
    let amount = amounts::parse_major(posted).filter(|amount| *amount > 0);
    let amount = amount.ok_or(BAD_AMOUNT)?;
    if !REFUND.accepts(form, &state.credentials) {
        return Err(BAD_REFUND_TOKEN);
    }
    let reference_no = form.get("reference_no").filter(|text| !text.is_empty());
    let request = RefundRequest {
        merchant_oid,
        amount,
        reference_no: reference_no.map(str::to_owned),
        bank_reference: random::text(12).unwrap_or_default(),
    };
    state.refund(request, now)?;
    let order = state.order(merchant_oid);
    let payment = order.and_then(|order| order.payment.as_ref());
    let is_test = payment.is_some_and(|payment| payment.test_mode);
    Ok(json!({
        "status": "success",
        "is_test": if is_test { "1" } else { "0" },
        "merchant_oid": merchant_oid,
        "return_amount": posted,
        "reference_no": reference_no,
    }))
}

impl From<RefundRefused> for Refused {
    fn from(refused: RefundRefused) -> Self {
        match refused {
            RefundRefused::NoSuccessfulPayment => {
                Self::new("005", "merchant_oid ile basarili odeme bulunamadi")
            }
            RefundRefused::NotAcknowledged => Self::new(
                "007",
                "merchant_oid bulundu ancak odeme henuz siteye bildirilmemis",
            ),
            RefundRefused::MoreThanRemaining => {
                Self::new("009", "Toplam iade tutari odeme tutarindan fazla olamaz")
            }
            RefundRefused::BalanceTooLow => Self::new("010", "Net bakiyeniz yetersiz"),
            RefundRefused::OlderThanOneYear => Self::new(
                "011",
                "Bir yildan eski islemler icin iade islemi yapilamaz.",
            ),
        }
    }
}
