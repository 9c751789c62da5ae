//! `POST /orders/{oid}/refund`: gives money back, once for each idempotency key.

use axum::http::StatusCode;
use paytr_core::api::{ReferenceNo, Refund};
use paytr_core::client::{RefundError, ReservedBy};
use paytr_core::paid_once::causes;
use paytr_core::{Money, PaytrError};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::ApiProblem;
use super::open::hex;
use super::read::{RefundView, find, ledger_problem};
use crate::merchant::Merchant;

/// A refund to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRefund {
    /// In minor units of the order's currency.
    amount: u64,
}

/// Refunds. With an idempotency key a repeated call sends nothing: it is told how the refund of that key stands.
///
/// The status is 200 when the refund is executed, 202 when it may be: then PayTR is asked until it is known.
pub(crate) async fn refund(
    merchant: &Merchant,
    oid: &str,
    new: &NewRefund,
    idempotency_key: &str,
) -> Result<(StatusCode, RefundView), ApiProblem> {
    let (oid, record) = find(merchant, oid).await?;
    let paid = record.state.paid_total();
    let paid = paid.ok_or_else(|| conflict("not_paid", "nothing is paid with this order"))?;
    let amount = Money::new(new.amount, paid.currency());
    let reference = reference(oid.as_str(), idempotency_key);
    let refund = Refund::new(oid, amount).reference(reference.clone());
    let by = ReservedBy::new(format!("{} (API)", merchant.settings.name));
    let ledger = &*merchant.ledger.orders;
    // A task of its own: an app that hangs up must not leave it half done.
    let (client, refunds) = (merchant.client.clone(), merchant.ledger.orders.clone());
    let sent = refund.clone();
    let work = tokio::spawn(async move { client.refund_reserved_as(&*refunds, &sent, &by).await });
    let outcome = work.await.map_err(|_| ApiProblem::unavailable())?;
    match outcome {
        Ok(_) | Err(RefundError::Unknown(_) | RefundError::ReferenceUsed) => {}
        Err(error) => return Err(problem(&error)),
    }
    let refunds = ledger.refunds(&record.order).await;
    let refunds = refunds.map_err(|error| ledger_problem(&error))?;
    let ours = refunds
        .iter()
        .find(|known| known.reference == reference.as_str());
    let ours = ours.ok_or_else(ApiProblem::unavailable)?;
    if ours.amount != amount {
        let message = "Idempotency-Key: it stands for another amount; use a new one";
        return Err(conflict("key_reused", message));
    }
    let view = RefundView::of(ours);
    let status = match view.state {
        "reserved" => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    };
    Ok((status, view))
}

/// The reference that one key of one order has for ever.
fn reference(oid: &str, key: &str) -> ReferenceNo {
    let mut hash = Sha256::new();
    hash.update(b"paytr-relay refund 1");
    hash.update((oid.len() as u64).to_be_bytes());
    hash.update(oid.as_bytes());
    hash.update(key.as_bytes());
    let hex = hex(&hash.finalize());
    let short = hex.get(..32).unwrap_or(&hex);
    #[expect(clippy::expect_used, reason = "letters and digits, half of what fits")]
    ReferenceNo::new(short).expect("32 letters and digits")
}

fn conflict(code: &str, message: &str) -> ApiProblem {
    ApiProblem::new(StatusCode::CONFLICT, code, message)
}

fn problem(error: &RefundError) -> ApiProblem {
    match error {
        RefundError::Exceeds { left, .. } => {
            let message = format!(
                "only {} minor units are left of the order",
                left.minor_units()
            );
            conflict("exceeds", &message)
        }
        RefundError::NotPaid => conflict("not_paid", "the payment of the order is not settled"),
        RefundError::UnknownOrder => ApiProblem::unknown_order(),
        RefundError::Ledger(error) => ledger_problem(error),
        RefundError::NotRefunded(PaytrError::Invalid(invalid)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            ApiProblem::new(status, "not_payable", invalid.to_string())
        }
        error => {
            let cause = causes(error);
            tracing::warn!(cause, "{error}");
            let message = format!("nothing was refunded: {}", cause.unwrap_or_default());
            ApiProblem::new(StatusCode::BAD_GATEWAY, "not_refunded", message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_stands_for_one_key_of_one_order() {
        let one = reference("SHOP1", "key");
        assert_eq!(one.as_str(), reference("SHOP1", "key").as_str());
        for (oid, key) in [("SHOP2", "key"), ("SHOP1", "other"), ("SHOP1k", "ey")] {
            assert_ne!(one.as_str(), reference(oid, key).as_str(), "{oid} {key}");
        }
    }
}
