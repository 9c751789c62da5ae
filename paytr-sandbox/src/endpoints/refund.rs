//! `POST /odeme/iade`: refunds a part or all of a payment.

use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::answer::{INACTIVE, Refused, answer, is_merchant};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{RefundRefused, RefundRequest, State as Known};
use crate::token_check::REFUND;
use crate::{amount_text, random};

const BAD_OID: Refused = Refused::new("002", "Gecersiz merchant_oid");
const BAD_AMOUNT: Refused = Refused::new("003", "Gecersiz return_amount");
const BAD_TOKEN: Refused = Refused::new("004", "paytr_token gonderilmedi veya gecersiz");

pub(super) async fn refund(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
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
    let amount = amount_text::parse_major(posted).filter(|amount| *amount > 0);
    let amount = amount.ok_or(BAD_AMOUNT)?;
    if !REFUND.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
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
