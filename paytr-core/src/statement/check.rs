//! The comparison itself.

use std::time::SystemTime;

use paid_once::back_office::{OrderFilter, OrderLife};
use paid_once::refund::RefundState;
use paid_once::{Mode, Money, OrderKey, OrderState, ReviewFilter, ReviewId, StoreError};

use super::listed::{Amounts, Listed, Order, span};
use super::{Difference, DifferenceKind, Statement, StatementCheck, StatementError};
use crate::api::TransactionReport;
use crate::callback::LinkCallback;
use crate::wire::{Date, ReplyDate};
use crate::{MerchantOid, PaytrError};

/// Orders and reviews that are read at a time.
const PAGE: u32 = 500;

pub(super) async fn of_day(
    statement: &Statement,
    day: Date,
) -> Result<StatementCheck, StatementError> {
    let listed = report(statement, day).await?;
    let orders = listed.orders.values();
    let mut check = StatementCheck {
        day,
        payments: orders
            .clone()
            .filter(|one| !one.payments.is_empty())
            .count(),
        refunds: orders.map(|one| one.refunds.len()).sum(),
        unreadable: listed.unreadable,
        differences: Vec::new(),
    };
    for (id, order) in &listed.orders {
        match find(statement, id).await? {
            Some((key, life)) => compare(statement, key, life, order, &mut check).await?,
            None => check.unreadable += 1,
        }
    }
    for (key, total) in missing_there(statement, day, &listed).await? {
        let kind = DifferenceKind::MissingThere { total };
        check.differences.push(Difference::new(key, kind));
    }
    Ok(check)
}

async fn report(statement: &Statement, day: Date) -> Result<Listed, StatementError> {
    let request = TransactionReport::new(day.start(), day.end());
    let report = statement.client.transactions(&request).await?;
    let rows = report.rows().ok_or(StatementError::UnknownReport)?;
    Ok(Listed::read(rows))
}

/// The key of an id that PayTR lists, and what the ledger knows of it. `None`: it is the id of no order.
async fn find(
    statement: &Statement,
    id: &str,
) -> Result<Option<(OrderKey, Option<OrderLife>)>, StoreError> {
    let Ok(oid) = MerchantOid::new(id) else {
        return Ok(None);
    };
    let merchant = statement.client.credentials().merchant_id();
    let key = oid.order_key(merchant);
    if let Some(life) = statement.ledger.life(&key).await? {
        return Ok(Some((key, Some(life))));
    }
    for link in &statement.links {
        let of_link = LinkCallback::key(merchant, link, &oid);
        if let Some(life) = statement.ledger.life(&of_link).await? {
            return Ok(Some((of_link, Some(life))));
        }
    }
    Ok(Some((key, None)))
}

/// Compares what PayTR lists of an order with what the ledger has.
async fn compare(
    statement: &Statement,
    key: OrderKey,
    life: Option<OrderLife>,
    order: &Order,
    check: &mut StatementCheck,
) -> Result<(), StoreError> {
    let state = life.as_ref().map(|life| life.record.state);
    for listed in &order.payments {
        let kind = match state.and_then(|state| state.paid_total()) {
            Some(here) => differs(here, *listed),
            None => Some(missing_here(statement, &key, state, *listed).await?),
        };
        let difference = kind.map(|kind| Difference::new(key.clone(), kind));
        check.differences.extend(difference);
    }
    if order.refunds.is_empty() {
        return Ok(());
    }
    let surcharge = life.as_ref().and_then(surcharge);
    for amount in refunds_missing_here(statement, &key, surcharge, order).await? {
        let kind = DifferenceKind::RefundMissingHere { amount };
        check.differences.push(Difference::new(key.clone(), kind));
    }
    Ok(())
}

fn differs(here: Money, listed: Amounts) -> Option<DifferenceKind> {
    let there = listed.paid();
    if listed.is(here) {
        None
    } else if here.currency() == there.currency() {
        Some(DifferenceKind::OtherAmount { here, there })
    } else {
        Some(DifferenceKind::OtherCurrency { here, there })
    }
}

async fn missing_here(
    statement: &Statement,
    key: &OrderKey,
    state: Option<OrderState>,
    listed: Amounts,
) -> Result<DifferenceKind, StoreError> {
    Ok(DifferenceKind::MissingHere {
        total: listed.paid(),
        state,
        review: review_of(statement, key, listed).await?,
    })
}

/// The newest entry of the review queue about this payment.
async fn review_of(
    statement: &Statement,
    key: &OrderKey,
    listed: Amounts,
) -> Result<Option<ReviewId>, StoreError> {
    let filter = ReviewFilter::of_order(key.clone());
    let reviews = statement.ledger.reviews(&filter, PAGE).await?;
    let same = |total: Option<Money>| total.is_some_and(|total| listed.is(total));
    let found = reviews.into_iter().find(|review| same(review.total()));
    Ok(found.map(|review| review.id))
}

/// What was paid above the price of the order.
fn surcharge(life: &OrderLife) -> Option<u64> {
    let (total, price) = (
        life.record.state.paid_total()?,
        life.record.expected.amount()?,
    );
    total.minor_units().checked_sub(price.minor_units())
}

/// The refunds that are listed and have no counterpart in the ledger. PayTR gives the surcharge back by itself
/// with the refund that uses the price up.
async fn refunds_missing_here(
    statement: &Statement,
    key: &OrderKey,
    surcharge: Option<u64>,
    order: &Order,
) -> Result<Vec<Money>, StoreError> {
    let refunds = statement.ledger.refunds(key).await?;
    let counts = refunds
        .into_iter()
        .filter(|one| one.state != RefundState::Cancelled);
    let mut here: Vec<Money> = counts.map(|one| one.amount).collect();
    let mut missing = Vec::new();
    for listed in &order.refunds {
        let with_surcharge = |amount: Money| {
            let more = amount.minor_units().checked_add(surcharge?)?;
            Some(Money::new(more, amount.currency()))
        };
        let same = here.iter().position(|amount| listed.is(*amount));
        let found = same.or_else(|| {
            let with_surcharge = |amount| with_surcharge(amount).is_some_and(|sum| listed.is(sum));
            here.iter().position(|amount| with_surcharge(*amount))
        });
        match found {
            Some(place) => drop(here.swap_remove(place)),
            None => missing.push(listed.paid()),
        }
    }
    Ok(missing)
}

/// The orders that the ledger settled on this day and PayTR does not have as paid on this day or about it.
async fn missing_there(
    statement: &Statement,
    day: Date,
    listed: &Listed,
) -> Result<Vec<(OrderKey, Money)>, StatementError> {
    let mut unlisted = settled_and_unlisted(statement, day, listed).await?;
    if let (Some(before), false) = (day.plus_days(-1), unlisted.is_empty()) {
        let before = report(statement, before).await?;
        unlisted.retain(|(key, _)| !before.has_payment_of(key.order_id()));
    }
    let mut missing = Vec::new();
    for (key, total) in unlisted {
        if !is_of_another_day(statement, &key, day).await? {
            missing.push((key, total));
        }
    }
    Ok(missing)
}

/// The orders that were opened here, settled on this day, and are not listed.
async fn settled_and_unlisted(
    statement: &Statement,
    day: Date,
    listed: &Listed,
) -> Result<Vec<(OrderKey, Money)>, StatementError> {
    let Ok(day) = span(day) else {
        return Ok(Vec::new());
    };
    let oldest = day.start.checked_sub(statement.longest_pending);
    let oldest = oldest.unwrap_or(SystemTime::UNIX_EPOCH);
    let merchant = statement.client.credentials().merchant_id();
    let mut filter = OrderFilter::of_merchant(merchant.as_str()).in_state("paid");
    let mut found = Vec::new();
    loop {
        let page = statement.ledger.orders(&filter, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        let is_over = last.opened_at < oldest;
        filter = filter.after(last.order.clone());
        for record in page {
            let is_of_the_time = (oldest..day.end).contains(&record.opened_at);
            let is_listed = listed.has_payment_of(record.order.order_id());
            if !is_of_the_time || is_listed || record.mode == Mode::Test {
                continue;
            }
            let life = statement.ledger.life(&record.order).await?;
            let paid_at = life.and_then(|life| life.paid_at);
            if let (Some(at), Some(total)) = (paid_at, record.state.paid_total())
                && day.contains(&at)
            {
                found.push((record.order, total));
            }
        }
        if is_over {
            return Ok(found);
        }
    }
}

/// Whether PayTR, asked about the order, says that it was paid on another day, or with a test payment, which
/// is in no report.
async fn is_of_another_day(
    statement: &Statement,
    key: &OrderKey,
    day: Date,
) -> Result<bool, StatementError> {
    let Ok(oid) = MerchantOid::new(key.order_id()) else {
        return Ok(false);
    };
    match statement.client.status(&oid).await {
        Ok(status) => {
            let paid_on = status.payment_date.as_ref().and_then(ReplyDate::date);
            Ok(status.test_mode == Some(true) || paid_on.is_some_and(|other| other != day))
        }
        Err(PaytrError::Refused(refusal)) if refusal.code.as_deref() == Some("004") => Ok(false),
        Err(error) => Err(error.into()),
    }
}
