//! `GET /_sandbox/events`: an event whenever anything has changed, for pages that follow along.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;

use crate::shared::Shared;

/// The events tell nothing more: what there is to see is on the page, or in the control API. It ends with
/// the sandbox.
pub(super) async fn events(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = shared.changes();
    // The first event says that the connection stands, so nothing before it is missed.
    changes.mark_changed();
    let stop = shared.stop.clone();
    let stream = unfold((changes, stop), async |(mut changes, stop)| {
        tokio::select! {
            () = stop.cancelled() => None,
            next = changes.changed() => {
                next.ok()?;
                let event = Event::default().event("change").data("changed");
                Some((Ok(event), (changes, stop)))
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
