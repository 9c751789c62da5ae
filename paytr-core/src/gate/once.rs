//! Notices that are handed over once, because a store remembers them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use paid_once::{
    Admission, BoxError, Decision, Expected, ExpectedAmount, FailureReason, Gate, HandlerTasks,
    OrderKey, OrderStore, Payment,
};
use sha2::{Digest as _, Sha256};

use super::admitted::Right;
use crate::callback::PersonalData;
use crate::credentials::MerchantId;
use crate::{CashoutResult, EftNotice, PlatformResult, TransferResult};

/// What the gate of a notice was told: what to drop, and where to remember what was handled.
#[derive(Clone)]
pub struct NoticeSettings {
    pub(super) personal_data: PersonalData,
    handler_timeout: Duration,
    once: Option<Once>,
}

/// Where handled notices are remembered.
#[derive(Clone)]
struct Once {
    store: Arc<dyn OrderStore>,
    /// It claims and settles in the store, and its handlers are the gate's.
    gate: Gate,
}

const STORE_TIMEOUT: Duration = Duration::from_secs(10);

impl NoticeSettings {
    /// Claims last so long after the handler's time is up and the store has answered twice.
    const SLACK: Duration = Duration::from_secs(10);
    /// No lease can be without an end, so no handler can be either.
    const LONGEST: Duration = Duration::from_secs(86_400);

    pub(super) fn new(handler_timeout: Duration) -> Self {
        Self {
            personal_data: PersonalData::default(),
            handler_timeout,
            once: None,
        }
    }

    /// The same with another limit for the handler, and the tasks to run handlers in.
    pub(super) fn handler_timeout(
        mut self,
        tasks: HandlerTasks,
        timeout: Duration,
    ) -> (Self, HandlerTasks) {
        self.handler_timeout = timeout;
        match self.once.take() {
            Some(once) => self.once(once.store),
            None => (self, tasks.handler_timeout(timeout)),
        }
    }

    /// The same with a store, and the tasks to run handlers in.
    pub(super) fn once(mut self, store: Arc<dyn OrderStore>) -> (Self, HandlerTasks) {
        let timeout = self
            .handler_timeout
            .clamp(Duration::from_millis(1), Self::LONGEST);
        let gate = Gate::builder(Arc::clone(&store), Arc::new(NothingExpected))
            .handler_timeout(timeout)
            .store_timeout(STORE_TIMEOUT)
            .lease_for(timeout + 2 * STORE_TIMEOUT + Self::SLACK)
            .build();
        #[expect(clippy::expect_used, reason = "the lease is made to fit the limits")]
        let gate = gate.expect("the lease is made to fit the limits");
        let tasks = gate.tasks().clone();
        self.once = Some(Once { store, gate });
        (self, tasks)
    }

    /// The right to handle a notice: the claim of its key where there is a store.
    pub(super) async fn admit(
        &self,
        tasks: &HandlerTasks,
        merchant: &MerchantId,
        notice: &impl Notice,
    ) -> Result<Right, Decision> {
        let Some(once) = &self.once else {
            return Ok(Right::AtLeastOnce(tasks.clone()));
        };
        // A failure moves no money: it is never due, never owed, and nobody expects an amount of it.
        let claim = Payment::failed(notice.key(merchant), FailureReason::default());
        match once.gate.admit(claim).await {
            Admission::Claimed(claimed) => Ok(Right::Claimed(claimed)),
            Admission::Decided(decision) => Err(decision),
        }
    }
}

impl fmt::Debug for NoticeSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoticeSettings")
            .field("personal_data", &self.personal_data)
            .field("handler_timeout", &self.handler_timeout)
            .field("once", &self.once.is_some())
            .finish()
    }
}

/// A notice has no amount.
struct NothingExpected;

#[async_trait]
impl ExpectedAmount for NothingExpected {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        Ok(Expected::Unknown)
    }
}

/// What tells one notice from another.
///
/// A field that says what happened is part of it, signed or not: a notice with a forged one is another
/// notice, and cannot keep the true one from its handler.
pub(super) trait Notice {
    /// Its key in a store: in a namespace of its kind, where no order of the shop can be.
    fn key(&self, merchant: &MerchantId) -> OrderKey;
}

impl Notice for EftNotice {
    fn key(&self, merchant: &MerchantId) -> OrderKey {
        // A buyer may fill in the form again, with another date. The date is kept whatever is to be
        // dropped, and says nothing about the person.
        let date = self.sent_date().unwrap_or_default();
        let (order, bank) = (self.merchant_oid(), self.bank().code());
        let digest = digest(&[date.as_bytes()]);
        key(merchant, "eft", &format!("{order}/{bank}/{digest}"))
    }
}

impl Notice for TransferResult {
    fn key(&self, merchant: &MerchantId) -> OrderKey {
        let ids = self.trans_ids().iter().map(String::as_bytes);
        let digest = digest(&ids.collect::<Vec<_>>());
        key(merchant, "transfer", &digest)
    }
}

impl Notice for CashoutResult {
    fn key(&self, merchant: &MerchantId) -> OrderKey {
        // The hash is in the body too, so nobody can guess a person or an account back from the key.
        let digest = digest(&[self.body()]);
        let id = format!("{}/{digest}", self.trans_id());
        key(merchant, "cashout", &id)
    }
}

impl Notice for PlatformResult {
    fn key(&self, merchant: &MerchantId) -> OrderKey {
        match self {
            Self::Transfer(result) => result.key(merchant),
            Self::Cashout(result) => result.key(merchant),
        }
    }
}

fn key(merchant: &MerchantId, kind: &str, id: &str) -> OrderKey {
    #[expect(
        clippy::expect_used,
        reason = "an id of 64 letters, the code of a bank and 43 characters fit an order key"
    )]
    OrderKey::new(format!("{merchant}:{kind}"), id).expect("all ids fit an order key")
}

/// The SHA-256 of some texts, each with its length before it: 43 characters of base64.
fn digest(texts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}
