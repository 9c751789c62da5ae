use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::{Answer, Inquiry};
use paid_once::{OrderKey, OrderLedger, OrderRecord, async_trait};

use super::{Merchant, Purchase, WhenAuthorized};
use crate::{PaytrekClient, SaleToken};

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
            // No sale that anybody could pay is known.
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

impl fmt::Debug for SaleInquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaleInquiry")
            .field("client", &self.0.client)
            .field("merchant", &self.0.merchant)
            .field("when_authorized", &self.0.when_authorized)
            .finish_non_exhaustive()
    }
}
