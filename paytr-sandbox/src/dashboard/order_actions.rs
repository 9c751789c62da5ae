//! Buttons of one order. What they do, the control API does too, by the same functions.

use std::sync::Arc;

use axum::extract::{Form, Path, State};
use serde::Deserialize;

use super::actions::{Done, Refused, done};
use crate::shared::Shared;
use crate::state::{CardChoice, State as Known};
use crate::{ActionError, EftOutcome, Fault, TestCard};

/// Which button, and what was chosen beside it.
#[derive(Deserialize)]
pub(super) struct OrderForm {
    r#do: Button,
    #[serde(default)]
    card: String,
    #[serde(default)]
    installments: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    amount: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Button {
    Pay,
    Leave,
    Expire,
    Transfer,
    Refund,
    Resend,
    Stop,
    Duplicate,
    Forged,
    WrongTotal,
    OtherCurrency,
    LateAfterCancel,
}

pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    Path(merchant_oid): Path<String>,
    Form(form): Form<OrderForm>,
) -> Done {
    if let Some(fault) = fault(form.r#do) {
        shared.fault_now(&merchant_oid, fault)?;
        return Ok(done());
    }
    match form.r#do {
        Button::Pay => shared.pay(&merchant_oid, choice(&form)?)?,
        Button::Transfer => {
            let outcome = EftOutcome::from_name(&form.outcome);
            let outcome = outcome.ok_or_else(|| Refused::because("choose an outcome"))?;
            shared.act_on_order(&merchant_oid, |state, token, now| {
                state.decide_transfer(token, outcome, now)
            })?;
        }
        Button::Leave => shared.act_on_order(&merchant_oid, Known::leave)?,
        Button::Expire => shared.act_on_order(&merchant_oid, Known::expire)?,
        Button::Refund => shared.refund(&merchant_oid, Some(amount(&form)?))?,
        Button::Stop => shared.stop_notifications(&merchant_oid)?,
        _ => shared.resend(&merchant_oid)?,
    }
    Ok(done())
}

/// Buttons that let something go wrong at once.
fn fault(button: Button) -> Option<Fault> {
    match button {
        Button::Duplicate => Some(Fault::Duplicate { copies: 2 }),
        Button::Forged => Some(Fault::Forged),
        Button::WrongTotal => Some(Fault::WrongTotal { by: -1 }),
        Button::OtherCurrency => Some(Fault::OtherCurrency { currency: "USD" }),
        Button::LateAfterCancel => Some(Fault::LateAfterCancel {
            by: std::time::Duration::ZERO,
        }),
        _ => None,
    }
}

fn choice(form: &OrderForm) -> Result<CardChoice, Refused> {
    let card = TestCard::from_name(&form.card);
    let card = card.ok_or_else(|| Refused::because("choose a card"))?;
    let installments = form.installments.parse();
    let installments = installments.map_err(|_| Refused::from(ActionError::Installments))?;
    Ok(CardChoice { card, installments })
}

/// Major units as a person types them.
fn amount(form: &OrderForm) -> Result<u64, Refused> {
    let amount = paytr_core::amount::parse_major(form.amount.trim());
    let amount = amount.and_then(|amount| u64::try_from(amount).ok());
    let amount = amount.filter(|amount| *amount > 0);
    amount.ok_or_else(|| Refused::because("an amount is written as in 12.50"))
}
