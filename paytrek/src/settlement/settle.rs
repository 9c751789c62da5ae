use paid_once::{Decision, FailureReason, OrderKey, OrderState, Payment, ReviewReason};

use super::{Reading, Rejection, Settlement, Verdict, WhenAuthorized, return_token};
use crate::api::Sale;
use crate::{DecodeError, OrderId, PaytrekError, SaleStatus, SaleToken};

impl Settlement {
    /// The buyer's browser came back: `order` from the path of the return address, `query` as it came.
    ///
    /// The token must be the one that was remembered for the order. Then the sale is read, and settled if it
    /// is paid. Refreshing the page, or coming back twice, is harmless.
    pub async fn returned(&self, order: &OrderId, query: &str) -> Verdict {
        let verdict = match return_token(query) {
            Ok(token) => self.look(order, Some(&token)).await,
            Err(error) => Verdict::Rejected(error.into()),
        };
        log(order, verdict)
    }

    /// Reads the sale of an order and settles it if it is paid: without a return, after a capture, or when a
    /// charge said [`ReadSale`](crate::api::NextStep::ReadSale).
    pub async fn settle(&self, order: &OrderId) -> Verdict {
        log(order, self.look(order, None).await)
    }

    async fn look(&self, order: &OrderId, brought: Option<&SaleToken>) -> Verdict {
        let key = self.order_key(order);
        let record = match self.0.ledger.get(&key).await {
            Ok(Some(record)) => record,
            Ok(None) => return Verdict::Rejected(Rejection::UnknownOrder),
            Err(error) => return Verdict::StoreUnavailable(error),
        };
        let stored = record.session.as_deref();
        let stored = stored.and_then(|session| SaleToken::new(session).ok());
        match (stored, brought) {
            (stored, Some(brought)) if stored.as_ref() != Some(brought) => {
                self.look_at_another_sale(order, key, brought).await
            }
            // The own record first: what was refunded later does not undo a settlement.
            _ if matches!(record.state, OrderState::Paid { .. }) => Verdict::AlreadySettled,
            (Some(token), _) => self.look_at_sale(order, key, &token).await,
            (None, _) => Verdict::Rejected(Rejection::NoSale),
        }
    }

    async fn look_at_sale(&self, order: &OrderId, key: OrderKey, token: &SaleToken) -> Verdict {
        let (reading, sale) = match self.read_sale(order, token).await {
            Ok(read) => read,
            Err(verdict) => return verdict,
        };
        match reading {
            Reading::Paid(total) => {
                let payment = self.payment(Payment::paid(key, total));
                Verdict::Decided(self.deliver(payment).await)
            }
            Reading::Held => Verdict::Held(sale.status),
            Reading::NotPaid => Verdict::NotPaid(sale.status),
            Reading::Expired => {
                let payment = self.payment(Payment::failed(key, reason(&sale)));
                Verdict::Expired(self.deliver(payment).await)
            }
            Reading::RefundedBefore(total) => {
                let payment = self.payment(Payment::paid(key, total));
                self.refuse_refunded(&payment).await
            }
            Reading::Rejected(rejection) => Verdict::Rejected(rejection),
        }
    }

    /// Reads the sale behind a token, and what it says about an order.
    pub(super) async fn read_sale(
        &self,
        order: &OrderId,
        token: &SaleToken,
    ) -> Result<(Reading, Sale), Verdict> {
        match self.client().sale(token).await {
            Ok(sale) => {
                let reading = Reading::of(&sale, order, token, self.0.when_authorized);
                Ok((reading, sale))
            }
            Err(error) if is_about_another_sale(&error) => {
                Err(Verdict::Rejected(Rejection::OtherToken))
            }
            Err(error) => Err(Verdict::Unread(Box::new(error))),
        }
    }

    /// A token that is not the order's. Mostly somebody else's sale; a second sale of this very order that is
    /// paid must not be lost.
    async fn look_at_another_sale(
        &self,
        order: &OrderId,
        key: OrderKey,
        brought: &SaleToken,
    ) -> Verdict {
        let rejected = Verdict::Rejected(Rejection::OtherToken);
        let Ok(sale) = self.client().sale(brought).await else {
            return rejected;
        };
        match Reading::of(&sale, order, brought, WhenAuthorized::TreatAsPaid) {
            Reading::Paid(total) => {
                let payment = self.payment(Payment::paid(key, total));
                self.report(&payment, ReviewReason::Conflict, Verdict::SecondSale)
                    .await
            }
            _ => rejected,
        }
    }

    /// A payment by this host: money of the sandbox is test money.
    pub(super) fn payment(&self, payment: Payment) -> Payment {
        payment.with_mode(self.client().host().mode())
    }

    pub(super) async fn deliver(&self, payment: Payment) -> Decision {
        let handler = self.0.handler.clone();
        let run = move |delivery| async move { handler.handle(delivery).await };
        self.0.gate.receive(payment, run).await
    }

    /// Delivers nothing for a payment of which money went back, and records it for a person.
    pub(super) async fn refuse_refunded(&self, payment: &Payment) -> Verdict {
        let why = ReviewReason::RefundedBefore;
        match self.0.gate.refuse(payment, why).await {
            Decision::RefusedForReview(_) => Verdict::RefundedBefore,
            Decision::Duplicate => Verdict::AlreadySettled,
            decision => Verdict::Decided(decision),
        }
    }

    /// Records what a person must look at.
    async fn report(&self, payment: &Payment, why: ReviewReason, recorded: Verdict) -> Verdict {
        match self.0.ledger.review(payment, why).await {
            Ok(()) => recorded,
            Err(error) => Verdict::StoreUnavailable(error),
        }
    }
}

/// Paytrek described another sale than the one that was asked about.
fn is_about_another_sale(error: &PaytrekError) -> bool {
    let other = DecodeError::Other { name: "sale_token" };
    matches!(error, PaytrekError::Undecodable { cause, .. } if *cause == other)
}

/// What the last try said.
pub(super) fn reason(sale: &Sale) -> FailureReason {
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

fn log(order: &OrderId, verdict: Verdict) -> Verdict {
    let name = verdict.as_str();
    match &verdict {
        Verdict::Rejected(rejection) => {
            tracing::warn!(order_id = %order, verdict = name, %rejection, "a return is rejected");
        }
        Verdict::RefundedBefore | Verdict::SecondSale => {
            tracing::warn!(order_id = %order, verdict = name, "a paid sale waits for review");
        }
        Verdict::Unread(error) => {
            tracing::warn!(order_id = %order, verdict = name, %error, "a sale could not be read");
        }
        Verdict::StoreUnavailable(error) => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(order_id = %order, verdict = name, cause, "the ledger did not answer");
        }
        Verdict::NotPaid(status) if matches!(status, SaleStatus::Other(_)) => {
            tracing::warn!(order_id = %order, verdict = name, %status, "a sale has an unknown status");
        }
        _ => tracing::info!(order_id = %order, verdict = name, "a sale was looked at"),
    }
    verdict
}
