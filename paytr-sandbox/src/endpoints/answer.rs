use std::borrow::Cow;

use serde_json::{Value, json};

use crate::form::PostedForm;
use crate::state::State;

/// A refusal by the published tables: `err_no` and `err_msg`.
pub(super) struct Refused {
    err_no: &'static str,
    err_msg: Cow<'static, str>,
}

/// The merchant is missing, another one, or inactive: the same code in every table.
pub(super) const INACTIVE: Refused = Refused::new("001", "Gecersiz istek veya magaza aktif degil");

impl Refused {
    pub(super) const fn new(err_no: &'static str, err_msg: &'static str) -> Self {
        Self {
            err_no,
            err_msg: Cow::Borrowed(err_msg),
        }
    }

    /// With a text that names something.
    pub(super) fn with_text(err_no: &'static str, err_msg: String) -> Self {
        Self {
            err_no,
            err_msg: err_msg.into(),
        }
    }

    /// The same refusal where a service has another number for it.
    pub(super) fn with_code(self, usual: &str, here: &'static str) -> Self {
        if self.err_no == usual {
            return Self {
                err_no: here,
                ..self
            };
        }
        self
    }

    pub(super) fn into_json(self) -> Value {
        json!({ "status": "error", "err_no": self.err_no, "err_msg": self.err_msg })
    }
}

/// What an endpoint answers.
pub(super) fn answer(outcome: Result<Value, Refused>) -> axum::Json<Value> {
    axum::Json(outcome.unwrap_or_else(Refused::into_json))
}

/// A refusal of a service without codes: `err_msg` alone.
pub(super) fn uncoded(err_msg: impl Into<String>) -> Value {
    json!({ "status": "error", "err_msg": err_msg.into() })
}

/// Whether the form names the sandbox's merchant.
pub(super) fn is_merchant(form: &PostedForm, state: &State) -> bool {
    form.get("merchant_id") == Some(state.credentials.merchant_id().as_str())
}
