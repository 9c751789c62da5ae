use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::faults::Faults;
use crate::relay::Relay;
use crate::state::{Pace, State};
use crate::{ActionError, Courier, FaultPlan, StartError};

/// What the routes, the background tasks and the handle share.
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) pace: Pace,
    pub(crate) courier: Courier,
    pub(crate) any_host: bool,
    /// Where it listens itself.
    pub(crate) base_url: String,
    pub(crate) relay: Relay,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    /// The handle may be used outside of the runtime.
    runtime: Handle,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        pace: Pace,
        courier: Courier,
        any_host: bool,
        base_url: String,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock: Clock::new(),
            faults: Faults::new(FaultPlan::none()),
            pace,
            courier,
            any_host,
            base_url,
            relay: Relay::default(),
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        })
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        changed
    }

    /// For a change that is not in the state: of the clock, or of the faults.
    pub(crate) fn tell_of_a_change(&self) {
        self.changed.send_replace(());
    }

    /// Tells of every change.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Lets something happen on the page behind a token, and sends what follows from it.
    pub(crate) fn act(
        self: &Arc<Self>,
        token: &str,
        act: impl FnOnce(&mut State, SystemTime) -> Result<(), ActionError>,
    ) -> Result<(), ActionError> {
        let now = self.clock.now();
        let merchant_oid = self.change(|state| {
            act(state, now)?;
            let page = state.page(token).ok_or(ActionError::UnknownOrder)?;
            Ok(page.request.merchant_oid.clone())
        })?;
        self.deliver(&merchant_oid);
        Ok(())
    }

    /// Closes the page behind a token when its time is over.
    pub(crate) fn expire_in_time(self: &Arc<Self>, token: String, deadline: SystemTime) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            shared.clock.sleep_until(deadline).await;
            // A page that was paid or left has nothing to expire.
            let _ = shared.act(&token, |state, now| state.expire(&token, now));
        });
    }

    /// Runs until it is done or the sandbox stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let until_stopped = async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        };
        self.tasks.spawn_on(until_stopped, &self.runtime);
    }

    /// A token of a payment page.
    pub(crate) fn new_token() -> Result<String, StartError> {
        crate::random::text(48)
    }
}
