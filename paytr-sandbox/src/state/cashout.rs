//! Cashouts: money of the account, such as returned transfers, sent to other accounts.

use std::time::{Duration, SystemTime};

use super::State;
use super::outbox::{Outbox, Target, Told};
use paytr_core::api::Iban;
use paytr_core::testing::{CashoutNotification, CashoutPayment};

/// One request with all its rows.
pub(crate) struct Cashout {
    pub(crate) trans_id: String,
    pub(crate) rows: Vec<CashoutRow>,
    /// When it is processed.
    pub(crate) due: SystemTime,
    pub(crate) is_processed: bool,
}

/// One payout.
pub(crate) struct CashoutRow {
    /// Minor units of lira.
    pub(crate) amount: u64,
    pub(crate) receiver: String,
    pub(crate) iban: String,
    pub(crate) state: CashoutState,
}

/// How a payout stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CashoutState {
    Waiting,
    Sent,
    /// The IBAN is wrong, or the account did not hold so much.
    Failed,
}

/// A cashout is processed in about five minutes.
const DELAY: Duration = Duration::from_secs(300);

impl State {
    /// Every cashout, oldest first.
    pub(crate) fn cashouts(&self) -> &[Cashout] {
        &self.cashouts
    }

    /// Takes a cashout. `None`: the id was used before.
    pub(crate) fn take_cashout(
        &mut self,
        trans_id: &str,
        rows: Vec<CashoutRow>,
        now: SystemTime,
    ) -> Option<SystemTime> {
        if self.cashouts.iter().any(|known| known.trans_id == trans_id) {
            return None;
        }
        let due = now + DELAY;
        self.cashouts.push(Cashout {
            trans_id: trans_id.to_owned(),
            rows,
            due,
            is_processed: false,
        });
        Some(due)
    }

    /// Processes every cashout that is due, row by row while the account holds enough. Gives the
    /// [subjects](State::outbox_mut) to deliver.
    pub(crate) fn process_due_cashouts(&mut self, now: SystemTime) -> Vec<String> {
        let mut subjects = Vec::new();
        while let Some(index) = self
            .cashouts
            .iter()
            .position(|one| !one.is_processed && one.due <= now)
        {
            let mut left = self.balance("TL", now);
            let Some(cashout) = self.cashouts.get_mut(index) else {
                break;
            };
            for row in &mut cashout.rows {
                let amount = i128::from(row.amount);
                let is_good = Iban::new(&row.iban).is_ok() && amount <= left;
                row.state = if is_good {
                    left -= amount;
                    CashoutState::Sent
                } else {
                    CashoutState::Failed
                };
            }
            cashout.is_processed = true;
            let results: Vec<_> = cashout.rows.iter().map(result).collect();
            let balance = u64::try_from(left).unwrap_or_default();
            let body = CashoutNotification::new(cashout.trans_id.clone(), &results, balance)
                .field("merchant_id", self.credentials.merchant_id().as_str())
                .sign(&self.credentials)
                .to_body();
            let subject = format!("cashout:{}", cashout.trans_id);
            let mut outbox = Outbox::new();
            outbox.push(Told::Cashout, Target::Platform, body, now);
            self.platform_outboxes.insert(subject.clone(), outbox);
            subjects.push(subject);
        }
        subjects
    }
}

fn result(row: &CashoutRow) -> CashoutPayment {
    match row.state {
        CashoutState::Sent => CashoutPayment::succeeded(row.amount, &row.receiver, &row.iban),
        _ => CashoutPayment::failed(row.amount, &row.receiver, &row.iban),
    }
}
