//! PayTR's endpoints, one file for those that belong together. They take what was posted, never the
//! typed requests of the client: a slip there shows up here.

mod answer;
mod cards;
mod cashout;
mod direct;
mod elsewhere;
mod intake;
mod links;
mod payments;
mod reports;
mod transfers;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use crate::shared::Shared;

pub(crate) use elsewhere::{unknown_method, unknown_path};
pub(crate) use intake::MOST_OF_A_BODY;

/// A path and what answers there.
type Route = (&'static str, fn() -> MethodRouter<Arc<Shared>>);

/// What servers call with tokens, and the form of the Direct API that a browser posts from a page of
/// the shop.
const ROUTES: [&[Route]; 7] = [
    payments::ROUTES,
    direct::ROUTES,
    cards::ROUTES,
    reports::ROUTES,
    links::ROUTES,
    transfers::ROUTES,
    cashout::ROUTES,
];

pub(crate) fn routes(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let routes = ROUTES.into_iter().flatten();
    let routes = routes.fold(Router::new(), |router, (path, answer)| {
        router.route(path, answer())
    });
    routes.layer(from_fn_with_state(Arc::clone(shared), intake::take_in))
}

/// The path of every endpoint.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    let paths = ROUTES.into_iter().flatten().map(|(path, _)| *path);
    paths.filter(|path| !path.ends_with('/'))
}
