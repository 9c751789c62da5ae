//! The back office: what waits for a person, and what that person may do, without a web framework.
//!
//! | page | shows | does |
//! |---|---|---|
//! | overview | what waits, and how many payments came in each hour | |
//! | orders | the orders that the shop opened, as pages and as CSV; one order's life | refunds |
//! | reviews | verified payments that were not delivered, with what to look at and what to do | delivers, refunds, dismisses |
//! | undelivered | what is paid and no handler has taken | tries now, takes as handled by hand |
//! | refunds | refunds with an unknown outcome | asks PayTR, releases |
//! | statement | where PayTR's report of a day and the ledger differ | records what is missing here as reviews |
//!
//! `paytr-axum` and `paytr-actix` mount it. Another framework gives every request below
//! [`BackOffice::path`] first to [`BackOffice::admit`], then, with its body, to [`BackOffice::answer`].
//!
//! # Rules
//!
//! * Nobody is shown anything whom the [`Guard`] did not admit; a back office without one cannot be made.
//! * A form counts only with a token that was made for this person and this purpose, at most an hour ago,
//!   and was not used before; and only when the browser says that a page of the shop's own public address
//!   sent it. Anything else is answered with 403, and nothing is done.
//! * Whatever moves goods or money is asked for once more before it is done.
//! * Of two people one decides; the other is told who it was.
//! * No page has a script.
//!
//! # Example
//!
//! ```
//! # use std::sync::Arc;
//! # use paytr_core::{BoxError, MemoryStore};
//! # use paytr_flow::PurchaseFlow;
//! use paytr_flow::back_office::{BackOffice, BasicGuard};
//!
//! # fn example(flow: &PurchaseFlow, ledger: Arc<MemoryStore>, password: &str) -> Result<BackOffice, BoxError> {
//! let guard = BasicGuard::new("admin", password)?; // or your own `Guard`
//! let back_office = BackOffice::builder(flow, ledger, guard).build()?;
//! assert_eq!(back_office.path(), "/back-office");
//! # Ok(back_office)
//! # }
//! ```

mod csv;
mod guard;
mod moment;
mod order;
mod orders;
mod origin;
mod overview;
mod page;
mod reasons;
mod refund;
mod refund_texts;
mod refunds;
mod request;
mod review;
mod reviews;
mod route;
mod statement;
mod timeline;
mod tokens;
mod trouble;
mod trouble_texts;
mod undelivered;
mod visit;
mod words;

use std::fmt;
use std::sync::Arc;

use paytr_core::callback::CallbackId;
use paytr_core::paid_once::ReviewQueue;
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::statement::Statement;

pub use guard::{BasicGuard, BasicGuardError, Guard, Operator, OperatorError};
pub use request::{Head, Request};

use crate::pages::random_bytes;
use crate::paths::is_prefix;
use crate::{FlowResponse, PurchaseFlow};
use request::Fields;
use route::Route;
use tokens::Tokens;
use trouble::Trouble;
use visit::{Answer, Visit};

/// The back office of a shop: see the [module](self).
///
/// Cheap to clone. Clones know each other's used forms.
#[derive(Clone)]
pub struct BackOffice {
    parts: Arc<Parts>,
}

/// What every clone shares.
struct Parts {
    flow: PurchaseFlow,
    ledger: Arc<dyn BackOfficeLedger>,
    queue: ReviewQueue,
    guard: Box<dyn Guard>,
    path: String,
    statement: Statement,
    tokens: Tokens,
}

impl BackOffice {
    /// Starts to make the back office of a flow. `ledger` must be the flow's own; `guard` decides who is
    /// let in.
    pub fn builder(
        flow: &PurchaseFlow,
        ledger: Arc<dyn BackOfficeLedger>,
        guard: impl Guard,
    ) -> BackOfficeBuilder {
        BackOfficeBuilder {
            flow: flow.clone(),
            ledger,
            guard: Box::new(guard),
            path: "/back-office".to_owned(),
            links: Vec::new(),
            form_key: None,
        }
    }

    /// Where it is mounted, such as `/back-office`. Everything below is its own too.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.parts.path
    }

    /// Asks the guard who this is.
    ///
    /// # Errors
    ///
    /// The answer to somebody who is not let in.
    pub async fn admit(&self, head: &Head<'_>) -> Result<Operator, FlowResponse> {
        self.parts.guard.admit(head).await
    }

    /// Answers a request of somebody who was let in. The adapter holds the body to
    /// [`MAX_BODY`](crate::MAX_BODY) and [`BODY_DEADLINE`](crate::BODY_DEADLINE).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn answer(&self, request: Request<'_>) -> FlowResponse {
        let visit = Visit::new(&self.parts, &request.operator, request.head);
        let Some(route) = visit.route() else {
            return visit.trouble_page(&Trouble::NotFound);
        };
        let method = request.head.method;
        if !route.takes(method) {
            return FlowResponse::method_not_allowed(route.allow());
        }
        let answer = if method == "POST" {
            match visit.read_form(request.body) {
                Ok(form) => visit.post(route, &form).await,
                Err(trouble) => Err(trouble),
            }
        } else {
            visit.get(route).await
        };
        answer.unwrap_or_else(|trouble| visit.trouble_page(&trouble))
    }
}

impl Visit<'_> {
    async fn get(&self, route: &Route) -> Answer {
        match route {
            Route::Overview => self.overview().await,
            Route::Orders => self.orders().await,
            Route::OrdersCsv => self.orders_csv().await,
            Route::Order(order) => self.order(order).await,
            Route::Refund(order) => self.confirm_refund(order).await,
            Route::Reviews => self.reviews().await,
            Route::Review(entry) => self.review(*entry).await,
            Route::Resolve(entry, act) => self.confirm_resolve(*entry, *act).await,
            Route::Undelivered => self.undelivered().await,
            Route::ByHand(order) => self.confirm_by_hand(order).await,
            Route::Refunds => self.refunds().await,
            Route::ReleaseRefund(order, reference) => self.confirm_release(order, reference).await,
            Route::Statement => self.statement().await,
            Route::TryNow(_) | Route::AskRefund(..) => Err(Trouble::NotFound),
        }
    }

    async fn post(&self, route: &Route, form: &Fields) -> Answer {
        match route {
            Route::Refund(order) => self.refund(order, form).await,
            Route::Resolve(entry, act) => self.resolve(*entry, *act, form).await,
            Route::TryNow(order) => self.try_now(order, form).await,
            Route::ByHand(order) => self.handled_by_hand(order, form).await,
            Route::AskRefund(order, reference) => self.ask_refund(order, reference, form).await,
            Route::Statement => self.record_orphans(form).await,
            Route::ReleaseRefund(order, reference) => {
                self.release_refund(order, reference, form).await
            }
            _ => Err(Trouble::NotFound),
        }
    }
}

/// Makes a [`BackOffice`].
#[must_use = "a back office is made by build()"]
pub struct BackOfficeBuilder {
    flow: PurchaseFlow,
    ledger: Arc<dyn BackOfficeLedger>,
    guard: Box<dyn Guard>,
    path: String,
    links: Vec<CallbackId>,
    form_key: Option<[u8; 32]>,
}

impl BackOfficeBuilder {
    /// Where it is mounted. Default `/back-office`.
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The payment links of the shop, deleted ones too. Default: none.
    ///
    /// **A shop with links must name them all**: in the statement, a payment of any other link is missing here,
    /// and whoever delivers it as a review delivers it twice. See
    /// [`Statement::links`](paytr_core::statement::Statement::links).
    pub fn links(mut self, links: impl IntoIterator<Item = CallbackId>) -> Self {
        self.links.extend(links);
        self
    }

    /// The key of the forms' tokens, 32 random bytes, the same on every node, so that a form of one node
    /// can be sent to another. Default: random, new in each process.
    pub fn form_key(mut self, key: [u8; 32]) -> Self {
        self.form_key = Some(key);
        self
    }

    /// Checks the settings and makes the back office.
    ///
    /// # Errors
    ///
    /// [`BackOfficeError`] when the path is not one.
    pub fn build(self) -> Result<BackOffice, BackOfficeError> {
        if !is_prefix(&self.path) {
            return Err(BackOfficeError);
        }
        let gate = self.flow.gate().gate().clone();
        let client = self.flow.parts().client.clone();
        let statement = Statement::new(client, self.ledger.clone()).links(self.links);
        let key = self.form_key.unwrap_or_else(random_bytes);
        let parts = Parts {
            queue: ReviewQueue::new(gate, self.ledger.clone()),
            flow: self.flow,
            ledger: self.ledger,
            guard: self.guard,
            path: self.path,
            statement,
            tokens: Tokens::new(&key),
        };
        let parts = Arc::new(parts);
        Ok(BackOffice { parts })
    }
}

/// A path that a back office cannot be mounted at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the back office is mounted at a path such as /back-office: it starts with a slash, ends without \
     one, and has letters, digits, - and _"
)]
pub struct BackOfficeError;

impl fmt::Debug for BackOffice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackOffice")
            .field("path", &self.parts.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BackOfficeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackOfficeBuilder")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
