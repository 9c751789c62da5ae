use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use paid_once::inquiry::{Answer, Inquiry, Reconciler, ReconcilerBuilder};
use paid_once::{
    BoxError, Delivery, Mode, OrderLedger, OrderRecord, Payment, ReadBack, ReadBackAnswer,
    ReviewReason,
};

use super::{PaytrClient, PaytrError};
use crate::api::OrderStatus;
use crate::{CallbackGate, MerchantOid, VerifiedPayment};

/// The inquiry of PayTR: the status inquiry of an order.
///
/// | PayTR says | answer |
/// |---|---|
/// | a successful payment | [`Paid`](Answer::Paid), with its total, amount, currency and mode: the gate compares them |
/// | a successful payment, of which something was refunded | [`Review`](Answer::Review): nothing may be delivered for it unseen |
/// | code 004: no such order, or no successful payment of it | [`NotYet`](Answer::NotYet): a pending order answers the same, so it is never a failure |
/// | any other refusal, or nothing readable | [`Unavailable`](Answer::Unavailable) |
///
/// Source: PayTR, Durum Sorgu. That code 004 also stands for a pending order is documented by its text
/// alone.
#[derive(Debug, Clone)]
pub struct StatusOfOrders {
    client: PaytrClient,
}

impl StatusOfOrders {
    /// Asks through this client. Its merchant is the one whose orders it may be asked about.
    #[must_use]
    pub fn new(client: PaytrClient) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Inquiry for StatusOfOrders {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let merchant = self.client.credentials().merchant_id();
        let Ok(oid) = MerchantOid::new(order.order.order_id()) else {
            // PayTR was never asked for a page of such an order.
            return Answer::NotYet;
        };
        if oid.order_key(merchant) != order.order {
            tracing::error!("an order of another merchant is not asked about");
            return Answer::Unavailable;
        }
        match self.client.status(&oid).await {
            Ok(status) => judge(order, &status),
            Err(PaytrError::Refused(refusal)) if refusal.code.as_deref() == Some("004") => {
                Answer::NotYet
            }
            Err(error) => {
                tracing::warn!(error = %error, "the status inquiry got no usable answer");
                Answer::Unavailable
            }
        }
    }
}

fn judge(order: &OrderRecord, status: &OrderStatus) -> Answer {
    let mode = match status.test_mode {
        Some(true) => Mode::Test,
        Some(false) => Mode::Live,
        None => order.mode,
    };
    let payment = Payment::paid(order.order.clone(), status.payment_total)
        .with_mode(mode)
        .with_requested(Some(status.payment_amount));
    if status.returns.is_empty() {
        Answer::Paid(vec![payment])
    } else {
        Answer::Review(payment, ReviewReason::RefundedBefore)
    }
}

/// The client and the gate of a reconciler are of two merchants: PayTR would be asked about the wrong
/// ones' orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client and the gate are of different merchants: make both from the same credentials")]
pub struct DifferentMerchants;

/// Starts to make the [`Reconciler`] of a PayTR shop: it asks PayTR about the orders of `ledger` that are
/// due, and delivers what is paid through the gate of the notifications, to the same `handler`.
///
/// ```no_run
/// use std::sync::Arc;
/// use paytr_core::{
///     BoxError, CallbackGate, Credentials, MemoryStore, PaytrClient, VerifiedPayment,
///     reconciler,
/// };
///
/// async fn book(payment: VerifiedPayment) -> Result<(), BoxError> {
///     println!("{} paid {:?}", payment.merchant_oid(), payment.total());
///     Ok(())
/// }
///
/// # async fn start(credentials: Credentials, stop: impl Future<Output = ()> + Send + 'static)
/// #     -> Result<(), BoxError> {
/// let ledger = Arc::new(MemoryStore::new());
/// let gate = CallbackGate::with_ledger(credentials.clone(), ledger.clone());
/// let client = PaytrClient::new(credentials)?;
/// let reconciler = reconciler(client, &gate, ledger, book)?.build();
/// tokio::spawn(async move { reconciler.run(stop).await });
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`DifferentMerchants`] when the client is not of the gate's merchant.
pub fn reconciler<H, F, E>(
    client: PaytrClient,
    gate: &CallbackGate,
    ledger: Arc<dyn OrderLedger>,
    handler: H,
) -> Result<ReconcilerBuilder, DifferentMerchants>
where
    H: Fn(VerifiedPayment) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<BoxError>,
{
    if client.credentials().merchant_id() != gate.merchant_id() {
        return Err(DifferentMerchants);
    }
    let merchant = gate.merchant_id().to_string();
    let inquiry = StatusOfOrders::new(client);
    let handle = move |delivery: Delivery| handler(VerifiedPayment::inquired(delivery));
    let gate = gate.gate().clone();
    Ok(Reconciler::builder(merchant, ledger, gate, inquiry, handle))
}

/// The read-back of PayTR: asks for the status of an order before its success is delivered.
///
/// It compares the amount, the total, the currency and the mode, and that nothing was refunded. PayTR
/// answers before the notification
/// is acknowledged, so this works inside the notification. Give it to
/// [`GateBuilder::read_back`](paid_once::GateBuilder::read_back).
#[derive(Debug, Clone)]
pub struct StatusReadBack {
    client: PaytrClient,
}

impl StatusReadBack {
    /// A read-back through this client.
    #[must_use]
    pub fn new(client: PaytrClient) -> Self {
        Self { client }
    }
}

#[async_trait]
impl ReadBack for StatusReadBack {
    async fn read_back(&self, payment: &Payment) -> ReadBackAnswer {
        let Ok(order) = MerchantOid::new(payment.order.order_id()) else {
            return ReadBackAnswer::Contradicted;
        };
        match self.client.status(&order).await {
            Ok(status) if agrees(&status, payment) => ReadBackAnswer::Confirmed,
            Ok(_) => ReadBackAnswer::Contradicted,
            Err(PaytrError::Refused(refusal)) if refusal.code.as_deref() == Some("004") => {
                ReadBackAnswer::Contradicted
            }
            Err(error) => {
                tracing::warn!(error = %error, "the read-back got no answer");
                ReadBackAnswer::Unavailable
            }
        }
    }
}

fn agrees(status: &OrderStatus, payment: &Payment) -> bool {
    let is_test = payment.mode == Mode::Test;
    status.returns.is_empty()
        && payment.total() == Some(status.payment_total)
        && payment
            .requested
            .is_none_or(|asked| asked == status.payment_amount)
        && status
            .test_mode
            .is_none_or(|test_mode| test_mode == is_test)
}
