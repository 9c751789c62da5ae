//! The purchase flow on actix: its routes, and how they are mounted.

mod routes;

use std::future::ready;

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::{self, Guard};
use actix_web::{Resource, Route, web};
use paytr_flow::{FlowResponse, PurchaseFlow};

use self::routes::{callback, fail, fail_posted, ok, ok_posted, order_state, pay, pay_page};
pub(crate) use self::routes::{read, respond};

/// The routes of a [`PurchaseFlow`], to be given to an app's or a scope's `service`:
///
/// | route | does |
/// |---|---|
/// | `POST /paytr/pay` | prices the cart on the server, opens the order, asks PayTR for a page; 429 for [too many](PurchaseFlow::pay) |
/// | `GET /paytr/pay/{oid}` | the page with PayTR's iframe |
/// | `POST /paytr/callback` | PayTR's notification, verified and handled once |
/// | `GET /paytr/ok`, `GET /paytr/fail` | where the buyer lands; they wait for the notification. `POST` leads there |
/// | `GET /paytr/orders/{oid}` | the state of an order as JSON |
///
/// The buyer's address comes from the connection; on a Unix socket there is none, and
/// `POST /paytr/pay` answers 500 and says so.
///
/// ```no_run
/// use actix_web::{App, HttpServer};
/// use paytr_actix::{paytr_flow::PurchaseFlow, purchase_flow};
///
/// # async fn serve(flow: PurchaseFlow) -> std::io::Result<()> {
/// HttpServer::new(move || App::new().service(purchase_flow(flow.clone())))
///     .bind("127.0.0.1:3000")?
///     .run()
///     .await
/// # }
/// ```
pub fn purchase_flow(flow: PurchaseFlow) -> impl HttpServiceFactory + 'static {
    let flow = web::Data::new(flow);
    let at = |path: &str| resource(path, spelled(path)).app_data(flow.clone());
    let below = |path: &str| {
        let guard = parent_spelled(path);
        resource(&format!("{path}/{{oid}}"), guard).app_data(flow.clone())
    };
    (
        only_post(at(flow.pay_path()), web::post().to(pay)),
        only_get(below(flow.pay_path()), get().to(pay_page)),
        // It answers every other method itself.
        at(flow.callback_path()).route(web::to(callback)),
        landing(
            at(flow.ok_path()).route(web::post().to(ok_posted)),
            get().to(ok),
        ),
        landing(
            at(flow.fail_path()).route(web::post().to(fail_posted)),
            get().to(fail),
        ),
        only_get(below(flow.orders_path()), get().to(order_state)),
    )
}

fn resource(path: &str, guard: impl Guard + 'static) -> Resource {
    web::resource(path).guard(guard)
}

/// Actix matches paths after decoding them. Only the plain spelling is a route here, as elsewhere.
fn spelled(path: &str) -> impl Guard + use<> {
    let path = path.to_owned();
    guard::fn_guard(move |context| context.head().uri.path().ends_with(&path))
}

fn parent_spelled(path: &str) -> impl Guard + use<> {
    let path = path.to_owned();
    guard::fn_guard(move |context| {
        let parent = context.head().uri.path().rsplit_once('/');
        parent.is_some_and(|(parent, _)| parent.ends_with(&path))
    })
}

fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn only_get(resource: Resource, route: Route) -> Resource {
    only("GET, HEAD", resource, route)
}

fn landing(resource: Resource, route: Route) -> Resource {
    only("GET, HEAD, POST", resource, route)
}

fn only_post(resource: Resource, route: Route) -> Resource {
    only("POST", resource, route)
}

fn only(allow: &'static str, resource: Resource, route: Route) -> Resource {
    let refuse = move || ready(respond(FlowResponse::method_not_allowed(allow)));
    resource.route(route).default_service(web::to(refuse))
}
