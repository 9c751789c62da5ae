//! What a back office reads: lists of orders, one order's life, counts.

use std::time::{Duration, SystemTime};

use paid_once::back_office::{HourCount, LedgerGauges, OrderFilter, OrderLife};
use paid_once::{OrderKey, StoreError};

use super::{Columns, corrupt, count, number, optional_time, record};

const HOUR: u64 = 3_600;

/// A filter, as the statement takes it. Order ids compare byte by byte, so those with one start are a range.
#[derive(Clone)]
pub(crate) struct OrderColumns {
    pub(crate) merchant: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) from: String,
    /// The first id after the range.
    pub(crate) before: String,
    pub(crate) after_merchant: Option<String>,
    pub(crate) after_order_id: Option<String>,
}

impl OrderColumns {
    /// `None` where no key and no state can be meant: none has a NUL, which not every database takes.
    pub(crate) fn of(filter: &OrderFilter) -> Option<Self> {
        let texts = [&filter.merchant, &filter.state].into_iter().flatten();
        let mut texts = texts.chain([&filter.starts_with]);
        if texts.any(|text| text.contains('\0')) {
            return None;
        }
        let after = filter.after.as_ref();
        Some(Self {
            merchant: filter.merchant.clone(),
            state: filter.state.clone(),
            from: filter.starts_with.clone(),
            before: end_of_range(&filter.starts_with),
            after_merchant: after.map(|order| order.merchant().to_owned()),
            after_order_id: after.map(|order| order.order_id().to_owned()),
        })
    }
}

/// The first text after all ids that start with `start`, by their bytes.
fn end_of_range(start: &str) -> String {
    // Code points sort as their bytes do.
    let shorter = start.trim_end_matches(char::MAX);
    let last = shorter.chars().next_back();
    let Some(next) = last.and_then(|last| (last..=char::MAX).nth(1)) else {
        // Longer than any id, and so after all of them.
        return char::MAX.to_string().repeat(OrderKey::MAX_ORDER_ID_LEN);
    };
    let mut end = shorter.to_owned();
    end.pop();
    end.push(next);
    end
}

/// An order's life, from its record and columns named as the fields.
pub(crate) fn life(row: &impl Columns) -> Result<OrderLife, StoreError> {
    let mut life = OrderLife::new(record(row)?);
    life.was_opened = row.flag("was_opened")?;
    life.attempts = number(row, "attempts")?;
    life.unsettled = count(row, "unsettled_claims")?;
    life.handler_until = optional_time(row, "handler_until")?;
    life.failed_at = optional_time(row, "failed_at")?;
    life.paid_at = optional_time(row, "paid_at")?;
    life.closed_at = optional_time(row, "closed_at")?;
    life.inquiries = count(row, "inquiries")?;
    life.next_inquiry = optional_time(row, "next_inquiry")?;
    Ok(life)
}

/// The last `hours` hours, from at least one row of the columns `this_hour` and `hour`, in hours since 1970, and
/// `paid` and `refused`.
pub(crate) fn hour_counts(rows: &[impl Columns], hours: u32) -> Result<Vec<HourCount>, StoreError> {
    let begin = |hour: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(hour * HOUR);
    let first = rows.first().ok_or_else(|| corrupt("this_hour"))?;
    let mut counts = HourCount::last(hours, begin(number(first, "this_hour")?));
    for row in rows {
        let hour = begin(number(row, "hour")?);
        if let Some(count) = counts.iter_mut().find(|count| count.begin == hour) {
            count.paid = number(row, "paid")?;
            count.refused = number(row, "refused")?;
        }
    }
    Ok(counts)
}

/// How the ledger stands, from columns named as the fields; `oldest_due` in milliseconds.
pub(crate) fn gauges(row: &impl Columns) -> Result<LedgerGauges, StoreError> {
    let mut gauges = LedgerGauges::new();
    gauges.undelivered = number(row, "undelivered")?;
    gauges.reviews_open = number(row, "reviews_open")?;
    gauges.refunds_undecided = number(row, "refunds_undecided")?;
    gauges.oldest_due = match row.integer("oldest_due")? {
        Some(_) => Some(Duration::from_millis(number(row, "oldest_due")?)),
        None => None,
    };
    gauges.claims_over_lease = number(row, "claims_over_lease")?;
    Ok(gauges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_before_the_next_start() {
        let last = char::MAX;
        for (start, end) in [
            ("SHOP", "SHOQ"),
            ("SHOP%", "SHOP&"),
            ("\u{7f}", "\u{80}"),
            ("ş", "Š"),
            ("\u{d7ff}", "\u{e000}"),
            (&format!("A{last}"), "B"),
        ] {
            assert_eq!(end_of_range(start), end, "{start}");
            assert!(*start < *end && !end.starts_with(start), "{start}");
        }
        let longest = last.to_string().repeat(63);
        for start in ["", &longest] {
            assert!(end_of_range(start) > longest, "{start}");
        }
    }
}
