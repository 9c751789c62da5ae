//! Buttons for the sandbox as a whole. What they do, the control API does too, by the same functions.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::courier::notify_url;
use crate::shared::Shared;
use crate::{ActionError, FaultPlan, StoreKind};

const MINUTE: Duration = Duration::from_secs(60);

/// What a button came to: the dashboard again, or a sentence that says why not.
pub(super) type Done = Result<Redirect, Refused>;

/// Why a button did nothing.
pub(super) struct Refused(String);

impl Refused {
    pub(super) fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl From<ActionError> for Refused {
    fn from(error: ActionError) -> Self {
        Self::because(error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::CONFLICT, self.0).into_response()
    }
}

pub(super) fn done() -> Redirect {
    Redirect::to("/")
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub(super) enum ClockButton {
    Minute,
    HalfHour,
    Day,
    Freeze,
    Resume,
}

pub(super) async fn clock(
    State(shared): State<Arc<Shared>>,
    Form(button): Form<ClockButton>,
) -> Redirect {
    match button {
        ClockButton::Minute => shared.clock.advance(MINUTE),
        ClockButton::HalfHour => shared.clock.advance(MINUTE * 30),
        ClockButton::Day => shared.clock.advance(MINUTE * 60 * 24),
        ClockButton::Freeze => shared.clock.freeze(),
        ClockButton::Resume => shared.clock.resume(),
    }
    shared.tell_of_a_change();
    done()
}

#[derive(Deserialize)]
pub(super) struct FaultsForm {
    #[serde(default)]
    seed: String,
    r#do: FaultsButton,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FaultsButton {
    Chaos,
    None,
}

pub(super) async fn faults(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<FaultsForm>,
) -> Done {
    let plan = match form.r#do {
        FaultsButton::None => FaultPlan::none(),
        FaultsButton::Chaos => {
            let seed = form.seed.trim().parse();
            FaultPlan::chaos(seed.map_err(|_| Refused::because("a seed is a number"))?)
        }
    };
    shared.faults.set_plan(plan);
    shared.tell_of_a_change();
    Ok(done())
}

#[derive(Deserialize)]
pub(super) struct AddressForm {
    kind: AddressKind,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AddressKind {
    Payment,
    Eft,
    Platform,
    Link,
}

/// Sets one address; an empty text takes it away.
pub(super) async fn addresses(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<AddressForm>,
) -> Done {
    let url = match form.url.trim() {
        "" => None,
        text => Some(notify_url(text).map_err(|error| Refused::because(error.to_string()))?),
    };
    let [mut payment, mut eft, mut platform, mut link] = shared.read(|state| {
        [
            state.notify_url.clone(),
            state.interim_url.clone(),
            state.platform_url.clone(),
            state.link_url.clone(),
        ]
    });
    match form.kind {
        AddressKind::Payment => payment = url,
        AddressKind::Eft => eft = url,
        AddressKind::Platform => platform = url,
        AddressKind::Link => link = url,
    }
    shared.set_urls(payment, eft, platform, link);
    Ok(done())
}

/// One button sets one thing and leaves the other as it is.
#[derive(Deserialize)]
pub(super) struct StoreForm {
    kind: Option<String>,
    eft_amounts: Option<bool>,
}

pub(super) async fn store(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<StoreForm>,
) -> Redirect {
    let kind = form.kind.as_deref().and_then(StoreKind::from_name);
    shared.change(|state| {
        state.store_kind = kind.unwrap_or(state.store_kind);
        state.eft_amounts = form.eft_amounts.unwrap_or(state.eft_amounts);
    });
    done()
}

pub(super) async fn reset(State(shared): State<Arc<Shared>>) -> Redirect {
    shared.reset();
    done()
}

#[derive(Deserialize)]
pub(super) struct ResendForm {
    subject: String,
}

/// Sends the notification of transfers or of a cashout again.
pub(super) async fn resend(
    State(shared): State<Arc<Shared>>,
    Form(form): Form<ResendForm>,
) -> Done {
    let now = shared.clock.now();
    let has_any = shared.change(|state| {
        let outbox = state.outbox_mut(&form.subject);
        Ok::<_, ActionError>(outbox.ok_or(ActionError::NothingToSend)?.resend(now))
    })?;
    if !has_any {
        return Err(ActionError::NothingToSend.into());
    }
    shared.deliver(&form.subject);
    Ok(done())
}

/// Lets the seller's bank send a transfer back.
pub(super) async fn return_transfer(
    State(shared): State<Arc<Shared>>,
    Path(trans_id): Path<String>,
) -> Done {
    let now = shared.clock.now();
    if shared.change(|state| state.return_transfer(&trans_id, now)) {
        return Ok(done());
    }
    Err(Refused::because("no such transfer was made"))
}
