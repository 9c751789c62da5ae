//! Between the types of `paid-once` and the texts that the scripts keep and answer.

use std::time::{Duration, SystemTime};

use paid_once::{
    DueOrder, Expected, HandlerFailure, Mode, Money, OrderRecord, OrderState, Payment, StoreError,
    Undelivered,
};
use redis::Value;

use crate::fault::corrupt;
use crate::keys::order_of;

/// The answer of a script: a list of texts, read from the front.
pub(crate) struct Reply(std::vec::IntoIter<Value>);

impl Reply {
    pub(crate) fn of(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Array(values) => Ok(Self(values.into_iter())),
            _ => Err(corrupt("a list")),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    /// The next text, or `None` where the script has none.
    pub(crate) fn optional(&mut self, what: &'static str) -> Result<Option<String>, StoreError> {
        match self.0.next() {
            Some(Value::BulkString(bytes)) => String::from_utf8(bytes)
                .map(Some)
                .map_err(|_| corrupt(what)),
            Some(Value::Nil) => Ok(None),
            _ => Err(corrupt(what)),
        }
    }

    pub(crate) fn text(&mut self, what: &'static str) -> Result<String, StoreError> {
        self.optional(what)?.ok_or_else(|| corrupt(what))
    }

    pub(crate) fn number(&mut self, what: &'static str) -> Result<u64, StoreError> {
        self.text(what)?.parse().map_err(|_| corrupt(what))
    }

    pub(crate) fn time(&mut self, what: &'static str) -> Result<SystemTime, StoreError> {
        since_1970(self.number(what)?).ok_or_else(|| corrupt(what))
    }

    /// Every text that is left.
    pub(crate) fn texts(mut self, what: &'static str) -> Result<Vec<String>, StoreError> {
        let mut texts = Vec::new();
        while !self.is_empty() {
            texts.push(self.text(what)?);
        }
        Ok(texts)
    }

    /// Every list that is left.
    pub(crate) fn lists(self) -> impl Iterator<Item = Result<Self, StoreError>> {
        self.0.map(Self::of)
    }

    /// The order that `record.lua` answers.
    pub(crate) fn record(mut self) -> Result<OrderRecord, StoreError> {
        self.next_record()
    }

    /// The order that `due_record.lua` answers.
    pub(crate) fn due_order(mut self) -> Result<DueOrder, StoreError> {
        let record = self.next_record()?;
        let age = Duration::from_micros(self.number("age")?);
        let taken = u32::try_from(self.number("taken")?).unwrap_or(u32::MAX);
        Ok(DueOrder::new(record, age, taken))
    }

    pub(crate) fn optional_time(
        &mut self,
        what: &'static str,
    ) -> Result<Option<SystemTime>, StoreError> {
        let Some(text) = self.optional(what)? else {
            return Ok(None);
        };
        let time = text.parse().ok().and_then(since_1970);
        time.map(Some).ok_or_else(|| corrupt(what))
    }

    pub(crate) fn optional_money(
        &mut self,
        what: &'static str,
    ) -> Result<Option<Money>, StoreError> {
        self.optional(what)?.as_deref().map(money).transpose()
    }

    /// Money, or nothing where the text is empty.
    pub(crate) fn money_or_nothing(
        &mut self,
        what: &'static str,
    ) -> Result<Option<Money>, StoreError> {
        let text = self.text(what)?;
        (!text.is_empty()).then(|| money(&text)).transpose()
    }

    pub(crate) fn next_record(&mut self) -> Result<OrderRecord, StoreError> {
        let order = order_of(&self.text("member")?)?;
        let opened_at = self.time("opened_at")?;
        let kind = self.text("expected_kind")?;
        let expected = expected(&kind, &self.text("expected")?)?;
        let mode = mode(&self.text("mode")?)?;
        let session = self.optional("session")?;
        let state = self.text("state")?;
        let total = self.optional_money("total")?;
        let attempts = self.number("unsettled_claims")?;
        let since = self.optional("undelivered_since")?;
        let last_failure = self.optional("last_failure")?;
        let refunded = self.optional("refunded")?;
        let state = match (state.as_str(), total) {
            ("paid", Some(total)) => OrderState::Paid {
                total,
                refunded: refunded_of(total, refunded.as_deref())?,
            },
            ("undelivered", Some(total)) => {
                let since = since.and_then(|since| since.parse().ok());
                let since = since.and_then(since_1970);
                let failure = last_failure.map(|name| {
                    HandlerFailure::from_name(&name).ok_or_else(|| corrupt("last_failure"))
                });
                OrderState::Undelivered(Undelivered::new(
                    total,
                    u32::try_from(attempts).unwrap_or(u32::MAX),
                    since.ok_or_else(|| corrupt("undelivered_since"))?,
                    failure.transpose()?,
                ))
            }
            // While a success is handled the first time its total is there too.
            ("pending", _) => OrderState::Pending,
            ("failed", _) => OrderState::Failed,
            ("review", _) => OrderState::Review,
            ("closed", _) => OrderState::Closed,
            _ => return Err(corrupt("state")),
        };
        Ok(OrderRecord::new(
            order, expected, mode, session, state, opened_at,
        ))
    }
}

fn since_1970(micros: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_micros(micros))
}

/// `3456 TRY`. The same money is always the same text.
pub(crate) fn money_text(money: Money) -> String {
    format!("{} {}", money.minor_units(), money.currency().code())
}

/// The total of a success, or nothing for a failure.
pub(crate) fn total_text(payment: &Payment) -> String {
    payment.total().map(money_text).unwrap_or_default()
}

pub(crate) fn money(text: &str) -> Result<Money, StoreError> {
    let parts = || {
        let (units, currency) = text.split_once(' ')?;
        Some(Money::new(units.parse().ok()?, currency.parse().ok()?))
    };
    parts().ok_or_else(|| corrupt("money"))
}

/// What was given back of a total. More than can be paid was given back only by refunds that were cancelled first.
fn refunded_of(total: Money, digits: Option<&str>) -> Result<Money, StoreError> {
    let sum: u128 = digits
        .unwrap_or("0")
        .parse()
        .map_err(|_| corrupt("refunded"))?;
    let sum = u64::try_from(sum).unwrap_or(u64::MAX);
    Ok(Money::new(sum, total.currency()))
}

pub(crate) fn expected_texts(expected: Expected) -> (&'static str, String) {
    let kind = match expected {
        Expected::Exactly(_) => "exactly",
        Expected::AtLeast(_) => "at_least",
        Expected::Unknown => "unknown",
    };
    (kind, expected.amount().map(money_text).unwrap_or_default())
}

pub(crate) fn expected(kind: &str, amount: &str) -> Result<Expected, StoreError> {
    match kind {
        "exactly" => Ok(Expected::Exactly(money(amount)?)),
        "at_least" => Ok(Expected::AtLeast(money(amount)?)),
        "unknown" if amount.is_empty() => Ok(Expected::Unknown),
        _ => Err(corrupt("expected_kind")),
    }
}

pub(crate) fn mode(text: &str) -> Result<Mode, StoreError> {
    match text {
        "live" => Ok(Mode::Live),
        "test" => Ok(Mode::Test),
        _ => Err(corrupt("mode")),
    }
}

pub(crate) fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

/// Whole microseconds as digits, rounded up, so that no time comes out shorter than asked. At most a
/// hundred years: sums with the clock stay exact in a double.
pub(crate) fn micros(duration: Duration) -> String {
    const MOST: u128 = 100 * 366 * 86_400 * 1_000_000;
    duration.as_nanos().div_ceil(1_000).min(MOST).to_string()
}

#[cfg(test)]
mod tests {
    use paid_once::Currency;

    use super::*;

    #[test]
    fn money_is_read_back_to_the_last_unit() {
        for minor_units in [0, 1, 9_007_199_254_740_993, u64::MAX] {
            let amount = Money::new(minor_units, Currency::TRY);
            assert_eq!(money(&money_text(amount)).unwrap(), amount);
        }
        for wrong in [
            "",
            "1",
            " TRY",
            "1 try",
            "-1 TRY",
            "1.0 TRY",
            "18446744073709551616 TRY",
        ] {
            assert!(money(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_are_rounded_up_and_bounded() {
        assert_eq!(micros(Duration::ZERO), "0");
        assert_eq!(micros(Duration::from_nanos(1)), "1");
        assert_eq!(micros(Duration::from_millis(60)), "60000");
        // With the clock of the year 2100 still exact in a double.
        let most: u64 = micros(Duration::MAX).parse().unwrap();
        assert!(most + 4_200_000_000_000_000 < 1 << 53);
    }
}
