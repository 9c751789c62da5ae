//! Faults that somebody lets happen now, to a notification that was made before.

use std::sync::Arc;

use futures_util::future::join_all;

use super::delivery::Due;
use super::{Fault, FaultKind};
use crate::ActionError;
use crate::shared::Shared;
use crate::state::Told;

impl Shared {
    /// Sends, on top of the newest notification that fits, what this fault makes of it: three copies at
    /// once, or an altered one. The attempts are kept with the name of the fault, and the notification's
    /// own state stays as it is.
    pub(crate) fn fault_now(
        self: &Arc<Self>,
        subject: &str,
        fault: Fault,
    ) -> Result<(), ActionError> {
        let (index, told, target, body, url) = self.read(|state| {
            let outbox = state.outbox(subject).ok_or(ActionError::UnknownOrder)?;
            let fits = |told| !fault.kind().concerns_successes_only() || told == Told::Success;
            let newest_first = outbox.notices().iter().enumerate().rev();
            let mut fitting = newest_first.filter(|(_, notice)| fits(notice.told()));
            let (index, notice) = fitting.next().ok_or(ActionError::NothingToSend)?;
            let url = state
                .url_of(notice.target())
                .ok_or(ActionError::NoAddress)?;
            let (target, body) = (notice.target().clone(), notice.body().to_owned());
            Ok::<_, ActionError>((index, notice.told(), target, body, url))
        })?;
        let (shared, subject) = (Arc::clone(self), subject.to_owned());
        self.spawn(async move {
            let due = Due {
                subject: &subject,
                index,
                told,
                target,
                url,
                body,
            };
            match fault {
                Fault::Duplicate { copies } => {
                    let sent = (0..=copies).map(|_| shared.post_body(&due, due.body.clone()));
                    for copy in join_all(sent).await {
                        shared.record_on_top(&due, FaultKind::Duplicate, copy);
                    }
                }
                fault => shared.send_altered(&due, fault).await,
            }
        });
        Ok(())
    }
}
