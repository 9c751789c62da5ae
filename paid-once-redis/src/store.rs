use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError, async_trait,
};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::member;
use crate::value::{Reply, micros, total_text};

/// When an order is due that was never opened, or not due any more, after a success of it was claimed; and at
/// the latest any order after its handler failed for the first time.
const DUE_AFTER_A_CLAIM: Duration = Duration::from_mins(1);

#[async_trait]
impl OrderStore for RedisLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let member = member(&payment.order);
        let keys = self.keys();
        let reply = self
            .run(
                &self.scripts().claim,
                &[
                    &keys.order(&member),
                    &keys.due(payment.order.merchant()),
                    &keys.unpaid,
                    &keys.undelivered,
                    &keys.merchants,
                ],
                &[
                    member.as_bytes(),
                    claimant.to_string().as_bytes(),
                    micros(lease_for).as_bytes(),
                    total_text(payment).as_bytes(),
                    micros(DUE_AFTER_A_CLAIM).as_bytes(),
                    payment.order.merchant().as_bytes(),
                ],
            )
            .await?;
        claim(reply, payment, claimant)
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let order = self.keys().order(&member(&payment.order));
        let total = total_text(payment);
        let script = &self.scripts().standing;
        let mut reply = self.run(script, &[&order], &[total.as_bytes()]).await?;
        standing(&reply.text("standing")?, &mut reply)
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let member = member(lease.order());
        let keys = self.keys();
        let mut reply = self
            .run(
                &self.scripts().settle,
                &[
                    &keys.order(&member),
                    &keys.due(lease.order().merchant()),
                    &keys.paid,
                    &keys.unpaid,
                    &keys.undelivered,
                ],
                &[member.as_bytes(), lease.claimant().to_string().as_bytes()],
            )
            .await?;
        settled(&reply.text("settled")?)
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let member = member(lease.order());
        let claimant = lease.claimant().to_string();
        let keys = self.keys();
        self.run(
            &self.scripts().release,
            &[
                &keys.order(&member),
                &keys.undelivered,
                &keys.due(lease.order().merchant()),
            ],
            &[
                claimant.as_bytes(),
                member.as_bytes(),
                why.as_str().as_bytes(),
                micros(DUE_AFTER_A_CLAIM).as_bytes(),
            ],
        )
        .await?;
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.record_review(payment, why).await
    }
}

fn claim(mut reply: Reply, payment: &Payment, claimant: Claimant) -> Result<Claim, StoreError> {
    Ok(match reply.text("claim")?.as_str() {
        "granted" => {
            let attempt = reply.number("attempt")?;
            let fence = reply.number("fence")?;
            Claim::Granted(Lease::new(
                payment.order.clone(),
                claimant,
                u32::try_from(attempt).unwrap_or(u32::MAX),
                fence,
            ))
        }
        stands => standing(stands, &mut reply)?.into_claim(),
    })
}

fn standing(stands: &str, reply: &mut Reply) -> Result<Standing, StoreError> {
    Ok(match stands {
        "open" => Standing::Open,
        "duplicate" => Standing::Duplicate,
        "in_progress" => Standing::InProgress {
            retry_after: Duration::from_micros(reply.number("retry_after")?),
        },
        "superseded" => Standing::Superseded,
        "conflict" => Standing::Conflict,
        _ => return Err(corrupt("standing")),
    })
}

pub(crate) fn settled(answer: &str) -> Result<Settled, StoreError> {
    match answer {
        "now" => Ok(Settled::Now),
        "already" => Ok(Settled::Already),
        "lost" => Ok(Settled::Lost),
        _ => Err(corrupt("settled")),
    }
}
