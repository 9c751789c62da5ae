//! Rules for what stands around the body of a notification: the method and the header lines.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    CallbackGate, Credentials, Currency, Expected, MemoryStore, MerchantOid, Money, NewOrder,
    OrderLedger as _,
};
use paytr_tower::PaytrCallbackLayer;
use paytr_tower::callback::RequestBody;
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Stands in the data for a rightly signed body.
const SIGNED: &[u8] = b"<signed>";
const ORDER: &str = "FUZZ0001";

fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").expect("good credentials")
}

/// The data are a method, header lines, an empty line and a body. Only a form that is posted and rightly signed runs
/// the handler and is `OK`; whatever else comes gets a short answer and runs nothing.
pub(crate) fn only_a_posted_and_signed_form_is_ok(data: &[u8]) {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().expect("a runtime")
    });
    let Some((request, is_signed)) = request(data) else {
        return;
    };
    let is_post = request.method() == Method::POST;
    let is_form = is_a_form(&request);
    let says_more = ["content-length", "content-encoding"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    let runs = Arc::new(AtomicU32::new(0));
    let (status, body) = runtime.block_on(answer(request, Arc::clone(&runs)));
    let runs = runs.load(Ordering::Relaxed);
    if status == 200 {
        assert_eq!((&*body, runs), ("OK", 1));
        assert!(
            is_signed && is_post && is_form,
            "{}",
            String::from_utf8_lossy(data)
        );
    } else {
        assert_eq!(runs, 0, "{status} {body}");
        assert!(matches!(status, 400 | 405 | 413 | 415), "{status} {body}");
        assert!(
            body.starts_with("PAYTR notification failed: ") && body.len() < 80,
            "{body}"
        );
        let is_good = is_signed && is_post && is_form && !says_more;
        assert!(
            !is_good,
            "{status} {body}: {}",
            String::from_utf8_lossy(data)
        );
    }
}

/// `None` for what no HTTP server would hand on. The second says whether the body is the signed one.
fn request(data: &[u8]) -> Option<(Request<Full<Bytes>>, bool)> {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let method = Method::from_bytes(lines.next()?).ok()?;
    let mut request = Request::builder().method(method).uri("/paytr/callback");
    let mut rest = lines.next()?;
    loop {
        let mut parts = rest.splitn(2, |byte| *byte == b'\n');
        let line = parts.next()?;
        rest = parts.next()?;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = HeaderName::from_bytes(name).ok()?;
        let value = value.get(1..)?.trim_ascii();
        request = request.header(name, HeaderValue::from_bytes(value).ok()?);
    }
    let is_signed = rest == SIGNED;
    let body = if is_signed {
        let notification = PaymentNotification::new(ORDER, "success", "3456");
        notification.sign(&credentials()).to_body().into()
    } else {
        Bytes::copy_from_slice(rest)
    };
    Some((request.body(Full::new(body)).ok()?, is_signed))
}

/// By a reader that is not ours: one content type, and its essence is that of a form.
fn is_a_form(request: &Request<Full<Bytes>>) -> bool {
    let mut types = request.headers().get_all("content-type").iter();
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    let essence = only.as_bytes().split(|byte| *byte == b';').next();
    essence.is_some_and(|essence| {
        let essence = essence.trim_ascii();
        essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    })
}

async fn answer(request: Request<Full<Bytes>>, runs: Arc<AtomicU32>) -> (u16, String) {
    let ledger = Arc::new(MemoryStore::new());
    let order = MerchantOid::new(ORDER).expect("an order id");
    let order = order.order_key(credentials().merchant_id());
    let price = Expected::Exactly(Money::new(3_456, Currency::TRY));
    let opened = ledger.open(NewOrder::new(order, price)).await;
    let _ = opened.expect("memory opens an order");

    let gate = CallbackGate::with_ledger(credentials(), ledger);
    let handler = service_fn(move |_: Request<RequestBody<Full<Bytes>>>| {
        runs.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::new()))) }
    });
    let answer = PaytrCallbackLayer::new(gate)
        .layer(handler)
        .oneshot(request);
    let answer = answer.await.unwrap_or_else(|never| match never {});
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await;
    let body = body.expect("the answer is in memory").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}
