//! A handler that counts, and fails when it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use payture::{BoxError, Delivery, DeliveryHandler, async_trait};
use tokio::sync::Semaphore;

/// What a run of the handler does instead of its work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    Error,
    Panic,
}

#[derive(Clone)]
pub(crate) struct Till(Arc<Parts>);

struct Parts {
    attempts: Mutex<Vec<u32>>,
    troubles: Mutex<VecDeque<Trouble>>,
    begun: Semaphore,
    open: Semaphore,
}

impl Default for Till {
    fn default() -> Self {
        Self(Arc::new(Parts {
            attempts: Mutex::default(),
            troubles: Mutex::default(),
            begun: Semaphore::new(0),
            open: Semaphore::new(Semaphore::MAX_PERMITS),
        }))
    }
}

impl Till {
    /// The attempt of each run that succeeded, oldest first.
    pub(crate) fn attempts(&self) -> Vec<u32> {
        self.0.attempts.lock().unwrap().clone()
    }

    pub(crate) fn fail_next(&self, trouble: Trouble) {
        self.0.troubles.lock().unwrap().push_back(trouble);
    }

    /// From now on runs wait in the middle of their work.
    pub(crate) fn shut(&self) {
        self.0.open.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(crate) fn reopen(&self) {
        self.0.open.add_permits(1);
    }

    /// Waits for the beginning of a run that nobody has waited for.
    pub(crate) async fn begun(&self) {
        self.0.begun.acquire().await.unwrap().forget();
    }
}

#[async_trait]
impl DeliveryHandler for Till {
    async fn handle(&self, delivery: Delivery) -> Result<(), BoxError> {
        self.0.begun.add_permits(1);
        let _open = self.0.open.acquire().await?;
        let trouble = self.0.troubles.lock().unwrap().pop_front();
        match trouble {
            Some(Trouble::Error) => return Err("no paper".into()),
            Some(Trouble::Panic) => panic!("a bug"),
            None => {}
        }
        let attempt = delivery.lease.attempt();
        self.0.attempts.lock().unwrap().push(attempt);
        Ok(())
    }
}
