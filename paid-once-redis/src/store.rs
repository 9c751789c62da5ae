use std::time::Duration;

use paid_once::{
    Claim, Claimant, Lease, OrderStore, Payment, ReviewReason, Settled, StoreError, async_trait,
};

use crate::RedisLedger;
use crate::fault::corrupt;
use crate::keys::member;
use crate::value::{Reply, micros, review_text, total_text};

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
                &[&keys.order(&member), &keys.done],
                &[
                    member.as_bytes(),
                    claimant.to_string().as_bytes(),
                    micros(lease_for).as_bytes(),
                    total_text(payment).as_bytes(),
                ],
            )
            .await?;
        claim(reply, payment, claimant)
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let member = member(lease.order());
        let keys = self.keys();
        let mut reply = self
            .run(
                &self.scripts().settle,
                &[&keys.order(&member), &keys.done, &keys.unsettled],
                &[member.as_bytes(), lease.claimant().to_string().as_bytes()],
            )
            .await?;
        settled(&reply.text("settled")?)
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        let order = self.keys().order(&member(lease.order()));
        let claimant = lease.claimant().to_string();
        self.run(&self.scripts().release, &[&order], &[claimant.as_bytes()])
            .await?;
        Ok(())
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let member = member(&payment.order);
        let review = review_text(&member, payment, why);
        let keys = self.keys();
        self.run(
            &self.scripts().review,
            &[&keys.reviews, &keys.reviewed],
            &[review.as_bytes(), member.as_bytes()],
        )
        .await?;
        Ok(())
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
        "duplicate" => Claim::Duplicate,
        "in_progress" => Claim::InProgress {
            retry_after: Duration::from_micros(reply.number("retry_after")?),
        },
        "superseded" => Claim::Superseded,
        "conflict" => Claim::Conflict,
        _ => return Err(corrupt("claim")),
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
