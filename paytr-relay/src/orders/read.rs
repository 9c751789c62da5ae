//! `GET /orders/{oid}`: how an order stands.

use paytr_core::paid_once::{OrderRecord, causes};
use paytr_core::refund_ledger::RefundRecord;
use paytr_core::{MerchantOid, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiProblem;
use crate::merchant::Merchant;

/// How an order stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    merchant_oid: String,
    /// `pending`, `paid`, `undelivered` (paid, and the app has not taken it yet), `review`, `failed` or `closed`.
    state: &'static str,
    /// Whether it was opened for a test payment.
    test: bool,
    /// What was paid, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// What of it was given back, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// The refunds that were asked for.
    refunds: Vec<RefundView>,
}

/// How a refund stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundView {
    pub(crate) reference: String,
    /// In minor units.
    pub(crate) amount: u64,
    pub(crate) currency: String,
    /// `reserved` (perhaps executed, PayTR is asked), `executed` or `cancelled`.
    pub(crate) state: &'static str,
}

impl RefundView {
    pub(crate) fn of(record: &RefundRecord) -> Self {
        Self {
            reference: record.reference.clone(),
            amount: record.amount.minor_units(),
            currency: record.amount.currency().code().to_owned(),
            state: record.state.as_str(),
        }
    }
}

/// The order with this id, of this merchant.
pub(crate) async fn find(
    merchant: &Merchant,
    oid: &str,
) -> Result<(MerchantOid, OrderRecord), ApiProblem> {
    let oid = MerchantOid::new(oid).map_err(|_| ApiProblem::unknown_order())?;
    let key = oid.order_key(merchant.id());
    let record = merchant.ledger.orders.get(&key).await;
    let record = record.map_err(|error| ledger_problem(&error))?;
    let record = record.ok_or_else(ApiProblem::unknown_order)?;
    Ok((oid, record))
}

pub(crate) async fn read(merchant: &Merchant, oid: &str) -> Result<OrderView, ApiProblem> {
    let (oid, record) = find(merchant, oid).await?;
    let refunds = merchant.ledger.orders.refunds(&record.order).await;
    let refunds = refunds.map_err(|error| ledger_problem(&error))?;
    let total = record.state.paid_total();
    Ok(OrderView {
        merchant_oid: oid.to_string(),
        state: record.state.as_str(),
        test: record.mode == paytr_core::Mode::Test,
        total: total.map(|total| total.minor_units()),
        refunded: record.state.refunded().map(|sum| sum.minor_units()),
        currency: total.map(|total| total.currency().code().to_owned()),
        refunds: refunds.iter().map(RefundView::of).collect(),
    })
}

/// The cause goes to the log, never to the app.
pub(crate) fn ledger_problem(error: &StoreError) -> ApiProblem {
    let cause = causes(error);
    tracing::error!(cause, "{error}");
    ApiProblem::unavailable()
}
