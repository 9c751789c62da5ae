//! `POST /odeme/taksit-oranlari`: what instalments cost the buyer. The rates are those of the payment
//! pages.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::answer::{INACTIVE, Refused, answer, is_merchant};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::State as Known;
use crate::token_check::INSTALLMENT_RATES;
use crate::{commission, installments};

const BAD_TOKEN: Refused = Refused::new("003", "paytr_token gonderilmedi veya gecersiz");
const BAD_REQUEST_ID: Refused = Refused::new("006", "Gecersiz request_id");

const PROGRAMS: [&str; 7] = [
    "world",
    "axess",
    "cardfinans",
    "paraf",
    "advantage",
    "bonus",
    "saglamkart",
];

pub(super) async fn installment_rates(
    State(shared): State<Arc<Shared>>,
    form: PostedForm,
) -> Json<Value> {
    answer(shared.read(|state| rates(state, &form)))
}

fn rates(state: &Known, form: &PostedForm) -> Result<Value, Refused> {
    if !is_merchant(form, state) {
        return Err(INACTIVE);
    }
    let request_id = form.signed("request_id");
    if !(1..=32).contains(&request_id.chars().count()) {
        return Err(BAD_REQUEST_ID);
    }
    if !INSTALLMENT_RATES.accepts(form, &state.credentials) {
        return Err(BAD_TOKEN);
    }
    let all = PROGRAMS.into_iter();
    let all: Map<String, Value> = all.map(|name| (name.to_owned(), of_one())).collect();
    let mut reply = json!({
        "status": "success",
        "request_id": request_id,
        "max_inst_non_bus": installments::MOST.to_string(),
        "oranlar": all,
    });
    // The names of these two are not documented.
    for (asked, percent) in [
        ("single_ratio", commission::PERCENT),
        ("abroad_ratio", "3.99"),
    ] {
        if form.get(asked) == Some("1")
            && let Some(fields) = reply.as_object_mut()
        {
            fields.insert(asked.to_owned(), Value::from(percent.parse::<f64>().ok()));
        }
    }
    Ok(reply)
}

fn of_one() -> Value {
    let counts = 2..=installments::MOST;
    let rates = counts.map(|count| {
        let percent = f64::from(installments::basis_points(count)) / 100.0;
        (format!("taksit_{count}"), Value::from(percent))
    });
    Value::Object(rates.collect())
}
