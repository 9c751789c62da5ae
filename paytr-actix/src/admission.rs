use std::future::{Future, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{HttpRequest, web};
use paytr_core::{Disposition, HandlerFailure, MountPoint};

use crate::NotificationRejection;
use crate::incoming;

/// A notification on its way into an extractor.
pub(crate) type Admitting<T> = Pin<Box<dyn Future<Output = Result<T, NotificationRejection>>>>;

/// Takes a request as far as its handler: gate, head, body, hash, claim. `wrap` makes the extractor.
pub(crate) fn admitting<G, T>(
    request: &HttpRequest,
    payload: &mut Payload,
    wrap: fn(Box<G::Admitted>, G) -> T,
) -> Admitting<T>
where
    G: MountPoint,
    T: 'static,
{
    let mut payload = payload.take();
    let Some(gate) = gate_of::<G>(request).cloned() else {
        let rejection = NotificationRejection::no_gate(G::TEXTS.no_gate, payload);
        return Box::pin(ready(Err(rejection)));
    };
    let head = incoming::check_head(request, gate.limits());
    Box::pin(async move {
        let admitted = match head {
            Ok(()) => admit(&gate, &mut payload).await,
            Err(refused) => Err(refused),
        };
        match admitted {
            Ok(admitted) => Ok(wrap(admitted, gate)),
            Err(decided) => Err(NotificationRejection::decided(decided, payload)),
        }
    })
}

fn gate_of<G: 'static>(request: &HttpRequest) -> Option<&G> {
    let in_data = || request.app_data::<web::Data<G>>();
    let bare = request.app_data::<G>();
    bare.or_else(|| in_data().map(|data| &***data))
}

/// Reads, verifies and claims. The claim is made in a task of its own: cut off in the middle it would
/// leave a claim that nobody holds.
async fn admit<G: MountPoint>(
    gate: &G,
    payload: &mut Payload,
) -> Result<Box<G::Admitted>, Disposition> {
    let body = incoming::read(payload, gate.limits()).await?;
    let message = gate.verify(&body)?;
    let admitting = gate.clone();
    let admitted = gate
        .tasks()
        .detach(async move { admitting.admit(message).await.map(Box::new) });
    let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
    admitted.await.unwrap_or(Err(panicked))
}
