use std::sync::Arc;
use std::time::Duration;

use paytr_core::{
    CallbackGate, CashoutResultGate, DrainTimeout, EftNoticeGate, LinkGate, MountPoint,
    PlatformResultGate, TransferResultGate,
};
use tower_layer::Layer;

use super::NotificationService;

/// Guards one path of a service for one kind of PayTR's notifications; see the [crate docs](crate).
///
/// Use it by the name of its kind: [`PaytrCallbackLayer`], [`LinkCallbackLayer`], [`EftNoticeLayer`],
/// [`TransferResultLayer`], [`CashoutResultLayer`], [`PlatformResultLayer`].
#[derive(Debug, Clone)]
pub struct NotificationLayer<G> {
    gate: G,
    path: Arc<str>,
}

/// Takes payment notifications. The handler gets a
/// [`VerifiedPayment`](paytr_core::VerifiedPayment).
pub type PaytrCallbackLayer = NotificationLayer<CallbackGate>;

/// Takes the notifications of payment links. The handler gets a
/// [`LinkPayment`](paytr_core::LinkPayment).
///
/// A gate of another kind does not fit:
///
/// ```compile_fail
/// # fn mount(gate: paytr_core::CallbackGate) {
/// let layer = paytr_tower::LinkCallbackLayer::new(gate, "/paytr/link");
/// # }
/// ```
pub type LinkCallbackLayer = NotificationLayer<LinkGate>;

/// Takes the notices that a buyer announced a bank transfer; nothing is paid yet. The handler gets an
/// [`EftNotice`](paytr_core::EftNotice).
///
/// If the gate drops personal data, the restored body has none either.
pub type EftNoticeLayer = NotificationLayer<EftNoticeGate>;

/// Takes the results of platform transfers. The handler gets a
/// [`TransferResult`](paytr_core::TransferResult).
pub type TransferResultLayer = NotificationLayer<TransferResultGate>;

/// Takes the results of cashouts, whose outcome is not signed. The handler gets a
/// [`CashoutResult`](paytr_core::CashoutResult).
pub type CashoutResultLayer = NotificationLayer<CashoutResultGate>;

/// Takes the results of transfers and of cashouts, which arrive at one address. The handler gets a
/// [`PlatformResult`](paytr_core::PlatformResult).
pub type PlatformResultLayer = NotificationLayer<PlatformResultGate>;

impl<G: MountPoint> NotificationLayer<G> {
    /// A layer that takes notifications at `path`, such as `/paytr/callback`.
    ///
    /// # Panics
    ///
    /// If `path` does not start with a slash: such a path would guard nothing.
    #[must_use]
    pub fn new(gate: G, path: impl Into<Arc<str>>) -> Self {
        let path = path.into();
        assert!(path.starts_with('/'), "{}", G::TEXTS.no_slash);
        Self { gate, path }
    }

    /// Waits until no notification is being handled, at most for `deadline`. Call it on shutdown,
    /// after the server stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.gate.tasks().drain(deadline).await
    }
}

impl<S, G: MountPoint> Layer<S> for NotificationLayer<G> {
    type Service = NotificationService<S, G>;

    fn layer(&self, inner: S) -> Self::Service {
        NotificationService::new(inner, self.gate.clone(), Arc::clone(&self.path))
    }
}
