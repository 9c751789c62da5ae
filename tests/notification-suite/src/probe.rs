use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use paytr_core::{
    BoxError, CashoutResult, EftNotice, LinkPayment, PlatformResult, TransferResult,
    VerifiedPayment,
};
use tokio::sync::Semaphore;

/// What the handlers of a server under test do and see.
#[derive(Debug)]
pub struct Probe {
    seen: Mutex<Vec<String>>,
    finished: AtomicU32,
    failures: AtomicU32,
    door: Semaphore,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            seen: Mutex::default(),
            finished: AtomicU32::new(0),
            failures: AtomicU32::new(0),
            door: Semaphore::new(1_000_000),
        }
    }
}

impl Probe {
    /// The handler of payments.
    ///
    /// # Errors
    ///
    /// When the test wants this run to fail.
    pub async fn payment(&self, payment: &VerifiedPayment) -> Result<(), BoxError> {
        self.handle(format!("payment {}", payment.merchant_oid()))
            .await
    }

    /// The handler of link payments.
    ///
    /// # Errors
    ///
    /// When the suite wants this run to fail.
    pub async fn link(&self, payment: &LinkPayment) -> Result<(), BoxError> {
        assert!(payment.is_paid() && payment.attempt() >= 1);
        let what = format!("link {} {}", payment.callback_id(), payment.merchant_oid());
        self.handle(what).await
    }

    /// The handler of EFT notices.
    ///
    /// # Errors
    ///
    /// When the suite wants this run to fail.
    pub async fn eft(&self, notice: &EftNotice) -> Result<(), BoxError> {
        let person = notice.unsigned().get("user_name").is_some();
        let what = format!("eft {} {:?} {person}", notice.merchant_oid(), notice.bank());
        self.handle(what).await
    }

    /// The handler of transfer results.
    ///
    /// # Errors
    ///
    /// When the suite wants this run to fail.
    pub async fn transfers(&self, result: &TransferResult) -> Result<(), BoxError> {
        self.handle(format!("transfers {}", result.trans_ids().join(",")))
            .await
    }

    /// The handler of cashout results.
    ///
    /// # Errors
    ///
    /// When the suite wants this run to fail.
    pub async fn cashout(&self, result: &CashoutResult) -> Result<(), BoxError> {
        self.handle(format!("cashout {}", result.trans_id())).await
    }

    /// The handler of both.
    ///
    /// # Errors
    ///
    /// When the suite wants this run to fail.
    pub async fn platform(&self, result: &PlatformResult) -> Result<(), BoxError> {
        match result {
            PlatformResult::Transfer(result) => self.transfers(result).await,
            PlatformResult::Cashout(result) => self.cashout(result).await,
        }
    }

    async fn handle(&self, what: String) -> Result<(), BoxError> {
        self.seen.lock().unwrap().push(what);
        self.door.acquire().await?.forget();
        let fails = |left: u32| left.checked_sub(1);
        let order = Ordering::SeqCst;
        if self.failures.fetch_update(order, order, fails).is_ok() {
            return Err("details of the shop that nobody may see".into());
        }
        self.finished.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// What was seen since the last call.
    pub(crate) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// How often a handler was called since the last look at what was seen.
    pub fn runs(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// How often a handler came to its end without an error.
    pub fn finished(&self) -> u32 {
        self.finished.load(Ordering::SeqCst)
    }

    /// Lets the next run fail.
    pub fn fail_next(&self) {
        self.failures.store(1, Ordering::SeqCst);
    }

    /// Lets the handlers wait before they end.
    pub fn close_door(&self) {
        self.door.forget_permits(usize::MAX);
    }

    /// Lets them go on.
    pub fn open_door(&self) {
        self.door.add_permits(1_000_000);
    }
}
