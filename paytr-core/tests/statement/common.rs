//! A ledger with orders, and a server that answers with reports.

#[path = "../it/common/server.rs"]
#[allow(
    dead_code,
    reason = "shared with the other tests, which use more of it"
)]
pub(crate) mod server;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paytr_core::paid_once::back_office::BackOfficeLedger as _;
use paytr_core::paid_once::{Claim, Claimant, Opened, Payment};
use paytr_core::statement::{DifferenceKind, Statement, StatementCheck};
use paytr_core::wire::Date;
use paytr_core::{
    Credentials, Currency, Expected, MemoryStore, Mode, Money, NewOrder, OrderKey,
    OrderLedger as _, OrderStore as _,
};

use server::{Answer, Server, ok};

pub(crate) fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

pub(crate) fn key(id: &str) -> OrderKey {
    OrderKey::new("123456", id).unwrap()
}

/// PayTR's word for a refused inquiry of an order that nobody paid.
pub(crate) const NOT_PAID: &str = r#"{"status":"error","err_no":"004","err_msg":"yok"}"#;

/// A status of an order of 10.00 lira that was paid on a day.
pub(crate) fn paid_on(day: &str) -> Answer {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"10.00","payment_total":"10.00","currency":"TL",
            "payment_date":"{day}"}}"#
    ))
}

/// A row: sale or refund, order, amount, currency.
pub(crate) fn row(kind: &str, order: &str, amount: &str, currency: &str) -> String {
    format!(
        r#"{{"islem_tipi":"{kind}","siparis_no":"{order}","islem_tutari":"{amount}",
            "odeme_tutari":"{amount}","para_birimi":"{currency}","islem_tarihi":"24.06.2026"}}"#
    )
}

pub(crate) fn sale(order: &str, amount: &str) -> String {
    row("S", order, amount, "TL")
}

/// A report with these rows.
pub(crate) fn report<R: AsRef<str>>(rows: &[R]) -> Answer {
    let rows: Vec<_> = rows.iter().map(AsRef::as_ref).collect();
    ok(&format!(
        r#"{{"status":"success","list":[{}]}}"#,
        rows.join(",")
    ))
}

pub(crate) fn nothing() -> Answer {
    ok(r#"{"status":"failed"}"#)
}

/// A shop with a ledger in memory.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) ledger: Arc<MemoryStore>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let ledger = Arc::new(MemoryStore::new());
        Self { ledger }
    }

    pub(crate) async fn open(&self, id: &str) {
        self.open_in(id, Mode::Live).await;
    }

    /// Opens an order of 10.00 lira or more.
    pub(crate) async fn open_in(&self, id: &str, mode: Mode) {
        let new = NewOrder::new(key(id), Expected::AtLeast(lira(1_000))).with_mode(mode);
        assert_eq!(self.ledger.open(new).await.unwrap(), Opened::New);
    }

    /// Claims a payment, and settles it or leaves it there.
    pub(crate) async fn take(&self, payment: Payment, settles: bool) {
        let lease = Duration::from_secs(60);
        let claim = self.ledger.claim(&payment, Claimant::unique(), lease).await;
        let Ok(Claim::Granted(lease)) = claim else {
            panic!("{claim:?}");
        };
        if settles {
            let _ = self.ledger.settle(&lease).await.unwrap();
        }
    }

    /// An order of 10.00 lira that was paid and delivered now.
    pub(crate) async fn sell(&self, id: &str) {
        self.open(id).await;
        self.take(Payment::paid(key(id), lira(1_000)), true).await;
    }

    pub(crate) fn statement(&self, server: &Server) -> Statement {
        Statement::new(server.client(), self.ledger.clone())
    }

    /// Checks a day against a server with these answers.
    pub(crate) async fn check(&self, day: Date, answers: Vec<Answer>) -> StatementCheck {
        let server = Server::scripted(answers).await;
        self.statement(&server).check(day).await.unwrap()
    }

    /// When an order was settled.
    pub(crate) async fn paid_at(&self, id: &str) -> SystemTime {
        let life = self.ledger.life(&key(id)).await.unwrap().unwrap();
        life.paid_at.unwrap()
    }

    /// The day of Turkey on which an order was settled.
    pub(crate) async fn paid_day(&self, id: &str) -> Date {
        day_of(self.paid_at(id).await)
    }

    /// What happens from now on happens so much later, by the clock of the ledger.
    pub(crate) async fn let_pass(&self, time: Duration) {
        tokio::time::pause();
        tokio::time::advance(time).await;
        tokio::time::resume();
    }
}

/// The order and the kind of each difference.
pub(crate) fn kinds(check: &StatementCheck) -> Vec<(&str, DifferenceKind)> {
    let differences = check.differences.iter();
    differences
        .map(|one| (one.order.order_id(), one.kind))
        .collect()
}

/// The day of Turkey at a moment.
pub(crate) fn day_of(moment: SystemTime) -> Date {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let days = (since.as_secs() + 3 * 3_600) / 86_400;
    let epoch = Date::new(1970, 1, 1).unwrap();
    epoch.plus_days(i32::try_from(days).unwrap()).unwrap()
}
