use std::sync::Arc;
use std::time::Duration;

use paytr_core::{CallbackGate, DrainTimeout};
use tower_layer::Layer;

use super::PaytrCallbackService;

/// Guards one path of a service for PayTR's payment notifications; see the [crate docs](crate).
#[derive(Debug, Clone)]
pub struct PaytrCallbackLayer {
    gate: CallbackGate,
    path: Arc<str>,
}

impl PaytrCallbackLayer {
    /// A layer that takes notifications at `path`, such as `/paytr/callback`.
    ///
    /// # Panics
    ///
    /// If `path` does not start with a slash: such a path would guard nothing.
    #[must_use]
    pub fn new(gate: CallbackGate, path: impl Into<Arc<str>>) -> Self {
        let path = path.into();
        assert!(
            path.starts_with('/'),
            "the path of PaytrCallbackLayer must start with a slash, such as /paytr/callback"
        );
        Self { gate, path }
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

impl<S> Layer<S> for PaytrCallbackLayer {
    type Service = PaytrCallbackService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        PaytrCallbackService::new(inner, self.gate.clone(), Arc::clone(&self.path))
    }
}
