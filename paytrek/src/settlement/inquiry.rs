use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paid_once::inquiry::{Answer, Inquiry};
use paid_once::{
    FailureReason, Money, OrderKey, OrderLedger, OrderRecord, Payment, ReviewReason, async_trait,
};

use super::{Merchant, Purchase};
use crate::api::Sale;
use crate::{PaytrekClient, SaleStatus, SaleToken};

/// The inquiry of Paytrek: an authenticated read of the sale, or of the plan.
///
/// | Paytrek says | answer |
/// |---|---|
/// | paid | [`Paid`](Answer::Paid), for a plan each payment that is paid: the gate compares the amounts |
/// | not paid, or a status that nobody documented | [`NotYet`](Answer::NotYet) |
/// | held, or a plan without a payment that is paid | [`StaysOpen`](Answer::StaysOpen) |
/// | not paid, and its time is over by Paytrek's clock | [`Failed`](Answer::Failed) |
/// | paid, and perhaps something was refunded before it was settled | [`Review`](Answer::Review) |
/// | another order or sale, nothing readable | [`Unavailable`](Answer::Unavailable) |
///
/// A plan of which something was refunded [`StaysOpen`](Answer::StaysOpen): each of its payments is an order of
/// its own by then, and the answer about that one is [`Review`](Answer::Review).
#[derive(Clone)]
pub(super) struct SaleInquiry(Arc<Parts>);

pub(super) struct Parts {
    pub(super) client: PaytrekClient,
    pub(super) merchant: Merchant,
    pub(super) ledger: Arc<dyn OrderLedger>,
    pub(super) when_authorized: WhenAuthorized,
    pub(super) inquire_after: Duration,
}

/// What the status `Authorized` stands for. The documentation lists it among the successes and does not say
/// whether the money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAuthorized {
    /// The money is held. Nothing is handed out.
    Hold,
    /// The money moved. For merchants who know that it does on their account.
    TreatAsPaid,
}

/// How long after its expiry an unpaid sale may still turn out paid: a 3-D Secure step begun in time.
const GRACE: Duration = Duration::from_mins(15);

impl SaleInquiry {
    pub(super) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(super) fn client(&self) -> &PaytrekClient {
        &self.0.client
    }

    pub(super) fn ledger(&self) -> &Arc<dyn OrderLedger> {
        &self.0.ledger
    }

    /// How old an order is when it is asked about first.
    pub(super) fn inquire_after(&self) -> Duration {
        self.0.inquire_after
    }

    pub(super) fn namespace(&self) -> String {
        self.0.merchant.namespace(self.client().host())
    }

    pub(super) fn key(&self, purchase: &Purchase) -> OrderKey {
        #[expect(
            clippy::expect_used,
            reason = "both parts are narrower than an order key"
        )]
        OrderKey::new(self.namespace(), purchase.to_text()).expect("both parts fit an order key")
    }

    async fn ask_sale(&self, record: &OrderRecord) -> Answer {
        let token = record.session.as_deref();
        let Some(token) = token.and_then(|session| SaleToken::new(session).ok()) else {
            // Without the token of a sale nobody can have paid.
            return Answer::NotYet;
        };
        match self.client().sale(&token).await {
            Ok(sale) => self.judge(&record.order, &token, &sale, self.0.when_authorized),
            Err(error) => {
                tracing::warn!(%error, "a sale could not be read");
                Answer::Unavailable
            }
        }
    }

    fn own(&self, key: &OrderKey) -> Option<Purchase> {
        Purchase::of(key).filter(|purchase| self.key(purchase) == *key)
    }
}

#[async_trait]
impl Inquiry for SaleInquiry {
    async fn ask(&self, record: &OrderRecord) -> Answer {
        match self.own(&record.order) {
            Some(Purchase::Sale(_)) => self.ask_sale(record).await,
            Some(Purchase::Plan(order)) => self.ask_plan(&order).await,
            Some(Purchase::Instalment {
                order,
                subscription,
            }) => self.ask_instalment(&order, &subscription).await,
            None => {
                tracing::error!("an order of another account is not asked about");
                Answer::Unavailable
            }
        }
    }
}

impl SaleInquiry {
    /// What a sale, which should be the one behind `token`, says about settling an order. The comparison
    /// with what the order costs is the gate's.
    pub(super) fn judge(
        &self,
        key: &OrderKey,
        token: &SaleToken,
        sale: &Sale,
        when_authorized: WhenAuthorized,
    ) -> Answer {
        if sale.sale_token != *token || sale.order_id != key.order_id() {
            tracing::warn!("Paytrek described a sale of another order");
            return Answer::Unavailable;
        }
        match (&sale.status, when_authorized) {
            (SaleStatus::Paid | SaleStatus::ReadyToSend, _)
            | (SaleStatus::Authorized, WhenAuthorized::TreatAsPaid) => {
                let payment = self.payment(key, sale.amount);
                let nothing_went_back = sale
                    .refunded_amount
                    .is_some_and(|refunded| refunded.minor_units() == 0);
                if sale.amount.minor_units() == 0 {
                    Answer::Review(payment, ReviewReason::AmountMismatch)
                } else if nothing_went_back {
                    Answer::Paid(vec![payment])
                } else {
                    Answer::Review(payment, ReviewReason::RefundedBefore)
                }
            }
            (SaleStatus::Created | SaleStatus::Declined, _) if is_over(sale) => {
                Answer::Failed(reason(sale))
            }
            (SaleStatus::Other(status), _) => {
                // Only a person knows what it means. It is no failure.
                tracing::warn!(%status, "a sale has an unknown status");
                Answer::NotYet
            }
            (SaleStatus::Authorized | SaleStatus::PreAuthorized, _) => Answer::StaysOpen,
            _ => Answer::NotYet,
        }
    }

    /// A payment by this host: money of the sandbox is test money.
    pub(super) fn payment(&self, key: &OrderKey, total: Money) -> Payment {
        Payment::paid(key.clone(), total).with_mode(self.client().host().mode())
    }
}

/// Whether the time to pay a sale is over, by Paytrek's own clock where the answer has it: the shop's may be
/// wrong.
fn is_over(sale: &Sale) -> bool {
    let now = sale.sys_time.unwrap_or_else(SystemTime::now);
    let end = sale.expires_at.and_then(|end| end.checked_add(GRACE));
    end.is_some_and(|end| now > end)
}

/// Why the last try to charge failed, as far as the sale says.
fn reason(sale: &Sale) -> FailureReason {
    let last = sale.transactions.last();
    let error = last.and_then(|transaction| transaction.paytrek_error.as_ref());
    FailureReason {
        code: error
            .and_then(|error| error.code.as_ref())
            .filter(|code| code.is_shown())
            .map(ToString::to_string),
        message: error.and_then(|error| error.customer_message.clone()),
    }
}

impl fmt::Debug for SaleInquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaleInquiry")
            .field("client", &self.0.client)
            .field("merchant", &self.0.merchant)
            .field("when_authorized", &self.0.when_authorized)
            .finish_non_exhaustive()
    }
}
