//! What happens to transfers and cashouts when their time has come.

use std::sync::Arc;
use std::time::SystemTime;

use crate::shared::Shared;
use crate::{ActionError, Sandbox};

impl Sandbox {
    /// Lets the seller's bank send a platform transfer back. It stands in the list of returned transfers
    /// from now on, and its amount is in the account again.
    ///
    /// # Errors
    ///
    /// [`ActionError::UnknownTransfer`] when it was not made, or came back already.
    pub fn return_transfer(&self, trans_id: &str) -> Result<(), ActionError> {
        self.shared.return_transfer(trans_id)
    }
}

impl Shared {
    /// Lets the seller's bank send a transfer back.
    pub(crate) fn return_transfer(&self, trans_id: &str) -> Result<(), ActionError> {
        let now = self.clock.now();
        let is_done = self.change(|state| state.return_transfer(trans_id, now));
        is_done.then_some(()).ok_or(ActionError::UnknownTransfer)
    }

    /// Makes the transfers that are due at this time, and tells of them.
    pub(crate) fn make_transfers_in_time(self: &Arc<Self>, due: SystemTime) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            shared.clock.sleep_until(due).await;
            let now = shared.clock.now();
            if let Some(subject) = shared.change(|state| state.make_due_transfers(now)) {
                shared.deliver(&subject);
            }
        });
    }

    /// Processes the cashouts that are due at this time, and tells of each.
    pub(crate) fn process_cashouts_in_time(self: &Arc<Self>, due: SystemTime) {
        let shared = Arc::clone(self);
        self.spawn(async move {
            shared.clock.sleep_until(due).await;
            let now = shared.clock.now();
            for subject in shared.change(|state| state.process_due_cashouts(now)) {
                shared.deliver(&subject);
            }
        });
    }
}
