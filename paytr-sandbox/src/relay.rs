use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

/// Hands notifications to a listener and their replies back.
#[derive(Default)]
pub(crate) struct Relay {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The newest listener; an older one gets nothing more.
    listener: Option<mpsc::UnboundedSender<Relayed>>,
    waiting: HashMap<u64, oneshot::Sender<RelayedReply>>,
    last_id: u64,
}

/// A notification on its way to a listener.
#[derive(Serialize)]
pub(crate) struct Relayed {
    id: u64,
    kind: String,
    body: String,
}

/// The shop's answer.
pub(crate) struct RelayedReply {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Relay {
    pub(crate) fn listen(&self) -> mpsc::UnboundedReceiver<Relayed> {
        let (listener, notifications) = mpsc::unbounded_channel();
        self.lock().listener = Some(listener);
        notifications
    }

    /// Sends a notification to the listener. `None`: there is none.
    pub(crate) fn send(
        &self,
        kind: String,
        body: String,
    ) -> Option<oneshot::Receiver<RelayedReply>> {
        let mut inner = self.lock();
        // Whoever does not wait any more needs no reply.
        inner.waiting.retain(|_, waiting| !waiting.is_closed());
        inner.last_id += 1;
        let id = inner.last_id;
        let listener = inner.listener.as_ref()?;
        listener.send(Relayed { id, kind, body }).ok()?;
        let (waiting, reply) = oneshot::channel();
        inner.waiting.insert(id, waiting);
        Some(reply)
    }

    /// `false`: no caller waits for it any more.
    pub(crate) fn reply(&self, id: u64, reply: RelayedReply) -> bool {
        let waiting = self.lock().waiting.remove(&id);
        waiting.is_some_and(|waiting| waiting.send(reply).is_ok())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
