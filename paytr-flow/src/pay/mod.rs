//! `POST /pay`: from a cart to a payment page.
//!
//! One file per step: reading the request (`request`), whether there are too many (`limiter`), telling clicks apart (`idempotency`), opening
//! the order once or waiting for the click that does (`attempt`), asking PayTR and what is kept of its
//! answer (`iframe`), and the answers to the browser (`answer`).

mod answer;
mod attempt;
mod idempotency;
mod iframe;
mod limiter;
mod request;

use std::fmt;
use std::net::IpAddr;

pub(crate) use iframe::Session;
pub(crate) use limiter::PayLimiter;

use crate::{FlowResponse, MAX_BODY, PurchaseFlow, language};
use answer::{Answer, PayProblem};
use attempt::Attempt;
use request::Purchase;

/// A `POST /pay`, as it came. Personal data: `Debug` shows none of it.
#[derive(Clone, Copy)]
pub struct PayRequest<'a> {
    /// The `Content-Type` header.
    pub content_type: Option<&'a [u8]>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a [u8]>,
    /// The buyer's address, from [`PurchaseFlow::client_ip`].
    pub client_ip: IpAddr,
    /// The whole body, at most [`MAX_BODY`] bytes.
    pub body: &'a [u8],
}

impl fmt::Debug for PayRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayRequest")
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl PurchaseFlow {
    /// Opens an order for a cart and asks PayTR for its payment page.
    ///
    /// The body is JSON: `basket` (a list of `{"product_id","quantity"}`), `email`, `user_name`,
    /// `user_address`, `user_phone`; optionally `lang` (`tr`, `en`), `payment_type` (`card`, `eft`)
    /// and `idempotency_key` (1 to 128 printable ASCII characters). Everything else in it is ignored:
    /// amounts and order ids are never taken from a browser.
    ///
    /// | status | body |
    /// |---|---|
    /// | 200 | `{"status":"success","merchant_oid","state","page_url"}`, and while the order can be paid `"token"` and `"iframe_url"` |
    /// | 400 | code `bad_json`, `invalid_field` |
    /// | 409 | code `key_reused`: the idempotency key stands for another cart or buyer |
    /// | 413, 415 | code `too_large`, `unsupported_media_type` |
    /// | 422 | code `unknown_product`, `out_of_stock` (both with `product_id`), `not_payable` |
    /// | 429 | code `too_many_requests`, with `Retry-After`: too many purchases of this buyer, or in all |
    /// | 502 | code `payment_provider`: PayTR refused or was not reached; the key is free again |
    /// | 503 | code `unavailable`, with `Retry-After` |
    ///
    /// With an idempotency key a repeated click gets the answer of the first. If that order is paid
    /// meanwhile (`"state":"paid"`) or its payment waits for a person (`"review"`), the answer has no
    /// token: send the buyer to `page_url`, which leads to the result.
    ///
    /// The [limits](crate::PurchaseFlowBuilder::pay_limit_per_buyer) count every purchase that can be read, before
    /// it is priced. A repeated click counts too: to find its order costs the shop as much as to open one. It loses
    /// nothing by a 429, since the key stands for the same order later.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn pay(&self, request: PayRequest<'_>) -> FlowResponse {
        match self.try_pay(request).await {
            Ok(answer) => answer.response(),
            Err(problem) => problem.response(),
        }
    }

    async fn try_pay(&self, request: PayRequest<'_>) -> Result<Answer, PayProblem> {
        if request.body.len() > MAX_BODY {
            return Err(PayProblem::TooLarge);
        }
        let purchase = Purchase::read(request.content_type, request.body)?;
        let admitted = self.parts().pay_limiter.admit(request.client_ip);
        admitted.map_err(PayProblem::TooMany)?;
        let priced = self.parts().checkout.price(purchase.cart()).await?;
        let other = self.parts().other_language;
        let language = language::choose(purchase.language(), request.accept_language, other);
        let client_ip = self.address_to_send(request.client_ip);
        let attempt = Attempt::new(self.clone(), purchase, priced, language, client_ip);
        attempt.run().await
    }
}
