//! Cards and what they cost.
//!
//! * `POST /odeme/capi/list`: the stored cards of a user.
//! * `POST /odeme/capi/delete`: forgets a stored card.
//! * `POST /odeme/api/bin-detail`: what the first digits of a card tell.
//! * `POST /odeme/taksit-oranlari`: what instalments cost the buyer. The rates are those of the payment
//!   pages.
//!
//! The banks and programs of the test cards are the sandbox's own.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use serde_json::{Map, Value, json};

use super::Route;
use super::answer::{INACTIVE, Refused, answer, is_merchant, uncoded};
use crate::form::PostedForm;
use crate::shared::Shared;
use crate::state::{State as Known, StoredCard};
use crate::token_check::{BIN, CARD_DELETE, CARD_LIST, INSTALLMENT_RATES};
use crate::{TestCard, amounts};

pub(super) const ROUTES: &[Route] = &[
    ("/odeme/capi/list", || post(card_list)),
    ("/odeme/capi/delete", || post(card_delete)),
    ("/odeme/api/bin-detail", || post(bin)),
    ("/odeme/taksit-oranlari", || post(installment_rates)),
];

async fn card_list(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(shared.read(|state| list(state, &form)))
}

/// A bare array without a `status`, as PayTR sends it.
fn list(state: &Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let utoken = form.signed("utoken");
    if utoken.is_empty() {
        return uncoded("Gecersiz utoken");
    }
    if !CARD_LIST.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    state.cards.of_user(utoken).map(entry).collect()
}

fn entry(stored: &StoredCard) -> Value {
    let facts = facts_of(stored.card);
    let number = stored.card.number();
    json!({
        "ctoken": stored.ctoken,
        "last_4": number.get(12..),
        "require_cvv": stored.require_cvv(),
        "month": stored.month,
        "year": stored.year,
        "c_bank": facts.as_ref().map_or("", |facts| facts.bank),
        "c_name": stored.holder,
        "c_brand": facts.as_ref().map_or("none", |facts| facts.program),
        "c_type": "credit",
        "businessCard": "n",
        "initial": number.get(..1),
        "schema": facts.map_or("OTHER", |facts| facts.schema),
    })
}

async fn card_delete(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(shared.change(|state| delete(state, &form)))
}

fn delete(state: &mut Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let (utoken, ctoken) = (form.signed("utoken"), form.signed("ctoken"));
    if utoken.is_empty() || ctoken.is_empty() {
        return uncoded("Gecersiz utoken veya ctoken");
    }
    if !CARD_DELETE.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    if state.cards.delete(utoken, ctoken) {
        json!({ "status": "success" })
    } else {
        uncoded("Kart yok veya daha önce silinmiş")
    }
}

async fn bin(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
    Json(shared.read(|state| look_up(state, &form)))
}

fn look_up(state: &Known, form: &PostedForm) -> Value {
    if !is_merchant(form, state) {
        return uncoded("Gecersiz istek veya magaza aktif degil");
    }
    let digits = form.signed("bin_number");
    let fits = (6..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !fits {
        return uncoded("Gecersiz bin_number");
    }
    if !BIN.accepts(form, &state.credentials) {
        return uncoded("paytr_token gonderilmedi veya gecersiz");
    }
    let mut cards = TestCard::ALL.into_iter();
    let facts = cards
        .find(|card| card.number().starts_with(digits))
        .and_then(facts_of);
    match facts {
        None => json!({ "status": "failed" }),
        Some(facts) => json!({
            "status": "success",
            "cardType": "credit",
            "businessCard": "n",
            "bank": facts.bank,
            "brand": facts.program,
            "schema": facts.schema,
            "bankCode": facts.bank_code,
            "allow_non3d": "Y",
        }),
    }
}

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

async fn installment_rates(State(shared): State<Arc<Shared>>, form: PostedForm) -> Json<Value> {
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
    let all: Map<String, Value> = all
        .map(|name| (name.to_owned(), rates_of_one_program()))
        .collect();
    let mut reply = json!({
        "status": "success",
        "request_id": request_id,
        "max_inst_non_bus": amounts::MOST_INSTALLMENTS.to_string(),
        "oranlar": all,
    });
    // The names of these two are not documented.
    for (asked, percent) in [
        ("single_ratio", amounts::COMMISSION_PERCENT),
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

fn rates_of_one_program() -> Value {
    let counts = 2..=amounts::MOST_INSTALLMENTS;
    let rates = counts.map(|count| {
        let percent = f64::from(amounts::installment_basis_points(count)) / 100.0;
        (format!("taksit_{count}"), Value::from(percent))
    });
    Value::Object(rates.collect())
}

/// What a BIN tells of a card.
struct CardFacts {
    bank: &'static str,
    bank_code: u16,
    /// The instalment program.
    program: &'static str,
    schema: &'static str,
}

/// `None` for the declining cards: a BIN that PayTR does not know, as of a card from abroad.
fn facts_of(card: TestCard) -> Option<CardFacts> {
    let facts = |bank, bank_code, program, schema| CardFacts {
        bank,
        bank_code,
        program,
        schema,
    };
    match card {
        TestCard::Visa => Some(facts("Akbank", 46, "axess", "VISA")),
        TestCard::Mastercard => Some(facts("Garanti BBVA", 62, "bonus", "MASTERCARD")),
        TestCard::Troy => Some(facts("Yapı Kredi", 67, "world", "TROY")),
        _ => None,
    }
}

/// `kart_marka` of the reports: the program in capitals, or nothing.
pub(super) fn program_name(card: Option<TestCard>) -> String {
    let facts = card.and_then(facts_of);
    facts.map_or_else(String::new, |facts| facts.program.to_ascii_uppercase())
}
