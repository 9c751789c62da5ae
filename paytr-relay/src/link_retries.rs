//! Payments of links that the app did not take, told again for as long as it takes.
//!
//! PayTR makes the order id of each payment of a link, so the relay never opened such an order, and nobody asks
//! about it. What the ledger lists as undelivered was verified when it was claimed: it is handed over again from
//! there, unless PayTR says meanwhile that something of it was given back.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use paytr_core::inquiry::{Answer, Inquiry, Pauses, Reconciler};
use paytr_core::paid_once::{Delivery, OrderRecord, Payment, ReviewReason, causes};
use paytr_core::{MerchantOid, Mode, OrderState, PaytrClient, PaytrError, VerifiedPayment};

use crate::merchant::Merchant;
use crate::webhook::payment;

/// How many undelivered payments of the merchant are looked at in a round.
const AT_ONCE: u32 = 1_000;

/// What stands between the merchant's id and the link's in the namespace of a link's payments.
const LINK: &str = ":link:";

/// Tells the app again what it did not take, every so often. Ends never.
pub(crate) async fn run(merchant: Arc<Merchant>) {
    if merchant.links.is_none() {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(merchant.times.inquire_every).await;
        for namespace in owed(&merchant).await {
            let Some(reconciler) = reconciler(&merchant, &namespace) else {
                continue;
            };
            if let Err(error) = reconciler.round().await {
                let cause = causes(&error);
                tracing::error!(
                    cause,
                    "undelivered link payments could not be taken: {error}"
                );
            }
        }
    }
}

/// The links of this merchant with payments that are owed to the app.
async fn owed(merchant: &Merchant) -> BTreeSet<String> {
    let ours = format!("{}{LINK}", merchant.id());
    let undelivered = merchant.own.undelivered(AT_ONCE).await;
    let undelivered = undelivered.unwrap_or_else(|error| {
        let cause = causes(&error);
        tracing::error!(cause, "undelivered payments could not be read: {error}");
        Vec::new()
    });
    let namespaces = undelivered.iter().map(|record| record.order.merchant());
    let namespaces = namespaces.filter(|namespace| namespace.starts_with(&ours));
    namespaces.map(ToOwned::to_owned).collect()
}

fn reconciler(merchant: &Arc<Merchant>, namespace: &str) -> Option<Reconciler> {
    let links = merchant.links.as_ref()?;
    let callback_id = namespace.split_once(LINK)?.1.to_owned();
    let inquiry = FromTheLedger {
        client: merchant.client.clone(),
        mode: merchant.settings.mode,
    };
    let handler = Arc::clone(merchant);
    let handle = move |delivery: Delivery| {
        let (merchant, callback_id) = (Arc::clone(&handler), callback_id.clone());
        async move {
            let paid = VerifiedPayment::inquired(delivery);
            let message = payment("link.paid", merchant.id(), &paid, Some(&callback_id));
            merchant.app.deliver(&message).await
        }
    };
    let times = &merchant.times;
    let ledger = merchant.ledger.orders.clone();
    let reconciler = Reconciler::builder(namespace, ledger, links.gate().clone(), inquiry, handle);
    let pauses = Pauses::new(times.retry_first, times.retry_longest);
    Some(reconciler.undelivered_pauses(pauses).build())
}

/// An undelivered payment was verified before; PayTR is only asked whether it was given back since.
struct FromTheLedger {
    client: PaytrClient,
    mode: Mode,
}

#[async_trait]
impl Inquiry for FromTheLedger {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let OrderState::Undelivered(owed) = order.state else {
            return Answer::StaysOpen;
        };
        let Ok(oid) = MerchantOid::new(order.order.order_id()) else {
            return Answer::Unavailable;
        };
        let payment = Payment::paid(order.order.clone(), owed.total).with_mode(self.mode);
        match self.client.status(&oid).await {
            Ok(status) if !status.returns.is_empty() => {
                Answer::Review(payment, ReviewReason::RefundedBefore)
            }
            Ok(_) => Answer::Paid(vec![payment]),
            // PayTR does not document that the ids of link payments can be asked for.
            Err(PaytrError::Refused(refusal)) if refusal.code.as_deref() == Some("004") => {
                Answer::Paid(vec![payment])
            }
            Err(error) => {
                tracing::warn!(%error, "the status inquiry of a link payment got no usable answer");
                Answer::Unavailable
            }
        }
    }
}
