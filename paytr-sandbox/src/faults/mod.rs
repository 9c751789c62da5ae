//! Faults: what goes wrong on the way between PayTR and a shop, planned by hand or drawn from a seed.

mod chaos;
mod fault;
mod plan;
mod plan_line;
mod planned;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use fault::{Fault, FaultKind};
pub use plan::{FaultPlan, FaultPlanError};
pub(crate) use planned::Occasion;
pub use planned::PlannedFault;

/// The plan that is in force, and how far it has come.
pub(crate) struct Faults {
    progress: Mutex<Progress>,
    /// Requests to endpoints since the plan was set.
    requests: AtomicU32,
}

struct Progress {
    plan: FaultPlan,
    /// What has happened: the fault's place in the plan, the subject and the notification.
    happened: HashSet<(usize, String, usize)>,
    /// Notifications that wait to be overtaken.
    held: Vec<Held>,
}

/// A notification that waits to be overtaken.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) subject: String,
    pub(crate) notification: usize,
}

impl Faults {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self {
            progress: Mutex::new(Progress {
                plan,
                happened: HashSet::new(),
                held: Vec::new(),
            }),
            requests: AtomicU32::new(0),
        }
    }

    pub(crate) fn plan(&self) -> FaultPlan {
        self.lock().plan.clone()
    }

    /// Puts a plan into force. It begins with request 1; its orders are counted since the sandbox was
    /// started or reset.
    pub(crate) fn set_plan(&self, plan: FaultPlan) {
        let mut progress = self.lock();
        progress.plan = plan;
        progress.happened.clear();
        self.requests.store(0, Ordering::Relaxed);
    }

    /// The next fault that is planned for this attempt and has not happened.
    pub(crate) fn next(&self, occasion: Occasion<'_>) -> Option<Fault> {
        let mut progress = self.lock();
        let Progress { plan, happened, .. } = &mut *progress;
        let mut planned = plan.at(occasion).map(|(index, fault)| {
            let key = (index, occasion.subject.to_owned(), occasion.notification);
            (key, fault)
        });
        let (key, fault) = planned.find(|(key, _)| !happened.contains(key))?;
        happened.insert(key);
        Some(fault)
    }

    /// What goes wrong in the request that comes now.
    pub(crate) fn in_next_request(&self) -> Vec<Fault> {
        let earlier = self.requests.fetch_add(1, Ordering::Relaxed);
        self.lock()
            .plan
            .in_request(earlier.saturating_add(1))
            .collect()
    }

    pub(crate) fn hold(&self, held: Held) {
        self.lock().held.push(held);
    }

    /// Lets go of every notification that was overtaken by this one.
    pub(crate) fn overtaken_by(&self, subject: &str, notification: usize) -> Vec<Held> {
        let is_same =
            |held: &mut Held| held.subject == subject && held.notification == notification;
        let mut progress = self.lock();
        // The notification that is sent now is held no longer.
        progress.held.extract_if(.., is_same).for_each(drop);
        std::mem::take(&mut progress.held)
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
