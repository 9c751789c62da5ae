use std::ops::Deref;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use paytr_core::VerifiedPayment;

use crate::{Notification, NotificationRejection};

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

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let payment = Notification::<VerifiedPayment>::from_request_parts(parts, state).await?;
        Ok(Self(payment.into_inner()))
    }
}

/// The route is not behind [`PaytrCallbackLayer`](crate::PaytrCallbackLayer), or the layer guards
/// another path.
pub type VerifiedCallbackRejection = NotificationRejection;
