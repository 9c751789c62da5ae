use std::sync::Arc;
use std::time::Duration;

use paytr_core::gate::{Kind, NotificationGate};
use paytr_core::paid_once::DrainTimeout;
use paytr_core::{
    CashoutResult, EftNotice, LinkPayment, PlatformResult, TransferResult, VerifiedPayment,
};
use tower_layer::Layer;

use super::NotificationService;

/// Guards a service, or one path of it, for one kind of PayTR's notifications; see the
/// [crate docs](crate).
///
/// Use it by the name of its kind: [`PaytrCallbackLayer`], [`LinkCallbackLayer`], [`EftNoticeLayer`],
/// [`TransferResultLayer`], [`CashoutResultLayer`], [`PlatformResultLayer`].
#[derive(Debug, Clone)]
pub struct NotificationLayer<K: Kind> {
    gate: NotificationGate<K>,
    path: Option<Arc<str>>,
}

/// Takes payment notifications. The handler gets a
/// [`VerifiedPayment`](paytr_core::VerifiedPayment).
pub type PaytrCallbackLayer = NotificationLayer<VerifiedPayment>;

/// Takes the notifications of payment links. The handler gets a
/// [`LinkPayment`](paytr_core::LinkPayment).
///
/// A gate of another kind does not fit:
///
/// ```compile_fail
/// # fn mount(gate: paytr_core::CallbackGate) {
/// let layer = paytr_tower::LinkCallbackLayer::new(gate);
/// # }
/// ```
pub type LinkCallbackLayer = NotificationLayer<LinkPayment>;

/// Takes the notices that a buyer announced a bank transfer; nothing is paid yet. The handler gets an
/// [`EftNotice`](paytr_core::EftNotice).
///
/// If the gate drops personal data, the restored body has none either.
pub type EftNoticeLayer = NotificationLayer<EftNotice>;

/// Takes the results of platform transfers. The handler gets a
/// [`TransferResult`](paytr_core::TransferResult).
pub type TransferResultLayer = NotificationLayer<TransferResult>;

/// Takes the results of cashouts, whose outcome is not signed. The handler gets a
/// [`CashoutResult`](paytr_core::CashoutResult).
pub type CashoutResultLayer = NotificationLayer<CashoutResult>;

/// Takes the results of transfers and of cashouts, which arrive at one address. The handler gets a
/// [`PlatformResult`](paytr_core::PlatformResult).
pub type PlatformResultLayer = NotificationLayer<PlatformResult>;

impl<K: Kind> NotificationLayer<K> {
    /// A layer around the handler of one route: every request that reaches it is a notification.
    #[must_use]
    pub fn new(gate: NotificationGate<K>) -> Self {
        Self { gate, path: None }
    }

    /// The same layer around a whole application: it takes notifications at `path`, such as
    /// `/paytr/callback`, and lets requests to other paths through.
    ///
    /// The path is compared with the request's as this layer sees it. An application nested below a
    /// prefix sees its paths without it; a layer outside of the nesting sees the whole path.
    ///
    /// # Panics
    ///
    /// If `path` does not start with a slash: such a path would guard nothing.
    #[must_use]
    pub fn at(mut self, path: impl Into<Arc<str>>) -> Self {
        let path = path.into();
        assert!(path.starts_with('/'), "{}", K::TEXTS.no_slash);
        self.path = Some(path);
        self
    }

    /// Waits until no notification is being handled, at most for `deadline`. Call it on shutdown,
    /// after the server stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.gate.drain(deadline).await
    }
}

impl<S, K: Kind> Layer<S> for NotificationLayer<K> {
    type Service = NotificationService<S, K>;

    fn layer(&self, inner: S) -> Self::Service {
        NotificationService::new(inner, self.gate.clone(), self.path.clone())
    }
}
