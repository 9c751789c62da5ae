//! What PayTR's report of a day lists, by order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, SystemTime};

use paid_once::Money;

use crate::api::{TransactionKind, TransactionRow};
use crate::wire::{Date, DateError};

/// What is listed of the orders of a day.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) orders: BTreeMap<String, Order>,
    /// Rows that belong to no order or have no amount.
    pub(super) unreadable: usize,
}

/// What is listed of one order.
#[derive(Default)]
pub(super) struct Order {
    /// The sum of its payments in each currency.
    pub(super) payments: Vec<Amounts>,
    pub(super) refunds: Vec<Amounts>,
}

/// The two amounts of a row. One that is absent is as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amounts {
    paid: Money,
    of_transaction: Money,
}

impl Amounts {
    fn of(row: &TransactionRow) -> Option<Self> {
        let paid = row.paid.or(row.amount)?.to_money()?;
        let of_transaction = row.amount.or(row.paid)?.to_money()?;
        Some(Self {
            paid,
            of_transaction,
        })
    }

    fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            paid: self.paid.checked_add(other.paid)?,
            of_transaction: self.of_transaction.checked_add(other.of_transaction)?,
        })
    }

    /// Whether one of the two is this sum.
    pub(super) fn is(self, sum: Money) -> bool {
        self.paid == sum || self.of_transaction == sum
    }

    pub(super) fn paid(self) -> Money {
        self.paid
    }
}

impl Listed {
    pub(super) fn read(rows: &[TransactionRow]) -> Self {
        let mut listed = Self::default();
        for row in rows {
            if listed.add(row).is_none() {
                listed.unreadable += 1;
            }
        }
        listed
    }

    fn add(&mut self, row: &TransactionRow) -> Option<()> {
        let amounts = Amounts::of(row)?;
        let id = row.order.clone()?;
        match row.kind.as_ref()? {
            TransactionKind::Sale => self.orders.entry(id).or_default().add_payment(amounts),
            TransactionKind::Refund => {
                self.orders.entry(id).or_default().refunds.push(amounts);
                Some(())
            }
            _ => None,
        }
    }

    pub(super) fn has_payment_of(&self, order: &str) -> bool {
        let found = self.orders.get(order);
        found.is_some_and(|order| !order.payments.is_empty())
    }
}

impl Order {
    fn add_payment(&mut self, amounts: Amounts) -> Option<()> {
        let currency = amounts.paid.currency();
        let same = self.payments.iter_mut();
        match same.into_iter().find(|sum| sum.paid.currency() == currency) {
            Some(sum) => *sum = sum.checked_add(amounts)?,
            None => self.payments.push(amounts),
        }
        Some(())
    }
}

/// From when to when a day of Turkey is: UTC+3 all year.
pub(super) fn span(day: Date) -> Result<Range<SystemTime>, DateError> {
    const EAST: i64 = 3 * 3_600;
    let epoch = Date::new(1970, 1, 1)?.start();
    let seconds = epoch.seconds_until(day.start()) - EAST;
    let offset = Duration::from_secs(seconds.unsigned_abs());
    let start = if seconds < 0 {
        SystemTime::UNIX_EPOCH - offset
    } else {
        SystemTime::UNIX_EPOCH + offset
    };
    Ok(start..start + Duration::from_secs(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(moment: SystemTime) -> u64 {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap().as_secs()
    }

    #[test]
    fn a_day_of_turkey_begins_three_hours_before_that_of_utc_in_summer_too() {
        for (day, utc_midnight) in [
            ("1970-01-02", 86_400),
            ("2026-01-01", 1_767_225_600),
            ("2026-07-01", 1_782_864_000),
            ("2028-02-29", 1_835_395_200),
        ] {
            let span = span(day.parse().unwrap()).unwrap();
            assert_eq!(seconds(span.start), utc_midnight - 10_800, "{day}");
            assert_eq!(seconds(span.end), utc_midnight + 75_600, "{day}");
        }
        let old = span("1900-01-01".parse().unwrap()).unwrap();
        assert!(old.end < SystemTime::UNIX_EPOCH);
    }
}
