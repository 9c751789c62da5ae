use std::fmt;
use std::ops::Deref;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use paytr_core::VerifiedPayment;
use paytr_core::gate::Kind;

/// What one of PayTR's notifications says, verified: `Notification<VerifiedPayment>`,
/// `Notification<LinkPayment>`, `Notification<EftNotice>`, `Notification<TransferResult>`,
/// `Notification<CashoutResult>` or `Notification<PlatformResult>`.
///
/// It needs the layer of its kind around the route; without it the answer is 500 and names the layer.
/// It may stand at any position among the arguments. [`VerifiedCallback`] is the extractor of payments.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// use paytr_axum::paytr_core::{CashoutResult, EftNotice, LinkPayment};
/// use paytr_axum::paytr_core::gate::{EftNoticeGate, LinkGate};
/// use paytr_axum::{EftNoticeLayer, LinkCallbackLayer, Notification};
///
/// /// Runs once per payment: the link of the shop's own id was paid, by PayTR's order id.
/// async fn link_paid(payment: Notification<LinkPayment>) {
///     println!("{} paid by {}", payment.callback_id(), payment.merchant_oid());
/// }
///
/// /// May run more than once for one notice. Nothing is paid yet.
/// async fn transfer_announced(notice: Notification<EftNotice>) {
///     println!("{} waits for {:?}", notice.merchant_oid(), notice.bank());
/// }
///
/// fn app(links: LinkGate, eft: EftNoticeGate) -> Router {
///     Router::new()
///         .route("/paytr/link", post(link_paid).layer(LinkCallbackLayer::new(links)))
///         .route("/paytr/eft", post(transfer_announced).layer(EftNoticeLayer::new(eft)))
/// }
/// ```
/// There is no `Option` form: a handler that runs without a verified notification is a mistake.
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
pub struct Notification<K>(K);

/// A payment that was verified, compared with the shop's records, and claimed for this handler.
///
/// It needs [`PaytrCallbackLayer`](crate::PaytrCallbackLayer) around the route; without it the answer
/// is 500 and names the layer.
pub type VerifiedCallback = Notification<VerifiedPayment>;

impl<K> Notification<K> {
    /// The notification itself.
    #[must_use]
    pub fn into_inner(self) -> K {
        self.0
    }
}

impl<K> Deref for Notification<K> {
    type Target = K;

    fn deref(&self) -> &K {
        &self.0
    }
}

impl<K: Kind, S: Sync> FromRequestParts<S> for Notification<K> {
    type Rejection = NotificationRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let handled = parts.extensions.get::<K>().cloned();
        let no_layer = NotificationRejection(K::TEXTS.no_layer);
        handled.map(Self).ok_or(no_layer)
    }
}

/// Why a handler with a [`VerifiedCallback`] does not run: see [`NotificationRejection`].
pub type VerifiedCallbackRejection = NotificationRejection;

/// The route is not behind the layer of this kind, or the layer guards another path.
#[derive(Debug)]
pub struct NotificationRejection(&'static str);

impl NotificationRejection {
    /// The status of the answer: 500.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    /// The text of the answer, which names the layer.
    #[must_use]
    pub fn body_text(&self) -> &'static str {
        self.0
    }
}

impl fmt::Display for NotificationRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.body_text())
    }
}

impl std::error::Error for NotificationRejection {}

impl IntoResponse for NotificationRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}
