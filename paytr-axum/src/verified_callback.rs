use std::fmt;
use std::ops::Deref;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use paytr_core::VerifiedPayment;

/// A payment that was verified, compared with the shop's records, and claimed for this handler.
///
/// It needs [`PaytrCallbackLayer`](crate::PaytrCallbackLayer) around the route; without it the answer
/// is 500 and names the layer. It may stand at any position among the arguments.
///
/// There is no `Option` form: a handler that runs without a verified payment is a mistake.
///
/// ```compile_fail
/// use axum::{Router, routing::post};
/// use paytr_axum::VerifiedCallback;
///
/// async fn paid(payment: Option<VerifiedCallback>) {}
///
/// let app: Router = Router::new().route("/paytr/callback", post(paid));
/// ```
#[derive(Debug, Clone)]
pub struct VerifiedCallback(VerifiedPayment);

impl VerifiedCallback {
    /// The payment itself.
    #[must_use]
    pub fn into_inner(self) -> VerifiedPayment {
        self.0
    }
}

impl Deref for VerifiedCallback {
    type Target = VerifiedPayment;

    fn deref(&self) -> &VerifiedPayment {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for VerifiedCallback {
    type Rejection = VerifiedCallbackRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let payment = parts.extensions.get::<VerifiedPayment>().cloned();
        payment.map(Self).ok_or(VerifiedCallbackRejection(()))
    }
}

/// The route is not behind [`PaytrCallbackLayer`](crate::PaytrCallbackLayer), or the layer guards
/// another path.
#[derive(Debug)]
pub struct VerifiedCallbackRejection(());

impl VerifiedCallbackRejection {
    /// The status of the answer: 500.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    /// The text of the answer.
    #[must_use]
    pub fn body_text(&self) -> &'static str {
        "VerifiedCallback needs PaytrCallbackLayer on this very path"
    }
}

impl fmt::Display for VerifiedCallbackRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.body_text())
    }
}

impl std::error::Error for VerifiedCallbackRejection {}

impl IntoResponse for VerifiedCallbackRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}
