//! `POST /odeme`: the Direct API, with a typed card, a stored card, a recurring charge or BKM Express.

mod card;
mod outcome;
mod request;

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;

use crate::form::PostedForm;
use crate::payment_request::{Channel, Refused};
use crate::shared::Shared;
use crate::state::{CardChoice, State as Known};
use crate::{ActionError, FailedReason};
use outcome::Told;
use request::{Authentication, DirectRequest};

pub(super) async fn pay(State(shared): State<Arc<Shared>>, form: PostedForm) -> Response {
    let told = Told::of(&form);
    match start(&shared, &form) {
        Ok(token) => shared.read(|state| outcome::started(state, &token, told)),
        Err(reason) => {
            tracing::debug!(%reason, "payment refused");
            outcome::refused(&reason, told)
        }
    }
}

/// Opens the page of the payment, and does what can be done without the buyer.
fn start(shared: &Arc<Shared>, form: &PostedForm) -> Result<String, Refused> {
    let now = shared.clock.now();
    let request = shared.read(|state| DirectRequest::read(form, state, now))?;
    let token = Shared::new_token().map_err(|_| Refused::Inactive)?;
    let merchant_oid = request.payment.merchant_oid.clone();
    let expires = request.expires;
    let first_step = FirstStep::of(&request);
    let deadline = shared.change(|state| {
        // An id is used once here: a further try needs a new one.
        if let Some(order) = state.order(&merchant_oid) {
            let is_open = state
                .newest_page(order)
                .is_some_and(|(_, page)| page.is_open());
            return Err(if is_open {
                Refused::InProgress
            } else {
                Refused::OidUsed
            });
        }
        state.open(token.clone(), request.payment, now)?;
        let page = state.page_mut(&token).ok_or(Refused::Inactive)?;
        page.deadline = expires.unwrap_or(page.deadline);
        let deadline = page.deadline;
        // A declined card is an outcome, and it is told.
        let _ = first_step.take(state, &token, now);
        Ok(deadline)
    })?;
    shared.expire_in_time(token.clone(), deadline);
    shared.deliver(&merchant_oid);
    Ok(token)
}

/// What happens before the buyer sees anything of PayTR's.
enum FirstStep {
    /// The code of the bank is asked for.
    AskForCode(CardChoice),
    /// The card is charged.
    Charge(CardChoice),
    /// `non3d_test_failed`.
    Fail,
    /// The buyer approves in the app of BKM Express.
    Approve,
}

impl FirstStep {
    fn of(request: &DirectRequest) -> Self {
        match (&request.payment.channel, request.choice) {
            (Channel::Direct(_), Some(choice)) => match request.authentication {
                Authentication::ThreeDSecure => Self::AskForCode(choice),
                Authentication::Non3d => Self::Charge(choice),
                Authentication::Non3dFailing => Self::Fail,
            },
            _ => Self::Approve,
        }
    }

    fn take(self, state: &mut Known, token: &str, now: SystemTime) -> Result<(), ActionError> {
        match self {
            Self::AskForCode(choice) => state.choose_card(token, choice, now),
            Self::Charge(choice) => state.charge_card(token, choice, now),
            Self::Fail => state.fail(token, FailedReason::LIMIT, now),
            Self::Approve => Ok(()),
        }
    }
}
