//! The conformance kit finds the mistakes that stores make.
//!
//! Each store here is `MemoryStore` with one mistake, and the named case must fail on it.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paid_once::testing::{NodeClock, Subject, run, store};
use paid_once::*;

/// One way to get a store wrong. The defaults are right.
trait Mistake: Send + Sync + 'static {
    /// Whether settle and release act for anybody who knows the order.
    const TRUSTS_ANY_LEASE: bool = false;
    /// Whether the first claim of an order awaits between reading and writing.
    const READS_THEN_WRITES: bool = false;
    /// Whether a claim that is asked for again is a new one.
    const FORGETS_CLAIMANTS: bool = false;

    fn key(order: &OrderKey) -> OrderKey {
        order.clone()
    }

    fn total(total: Money) -> Money {
        total
    }

    fn lease_for(lease_for: Duration, _clock: NodeClock) -> Duration {
        lease_for
    }
}

#[derive(Default)]
struct Inner {
    right: MemoryStore,
    holders: Mutex<HashMap<OrderKey, Lease>>,
}

struct Wrong<M> {
    inner: Arc<Inner>,
    clock: NodeClock,
    mistake: PhantomData<M>,
}

impl<M: Mistake> Wrong<M> {
    fn payment(payment: &Payment) -> Payment {
        let order = M::key(&payment.order);
        match payment.total() {
            Some(total) => Payment::paid(order, M::total(total)),
            None => Payment::failed(order, FailureReason::default()),
        }
    }

    fn lease(&self, lease: &Lease) -> Lease {
        let order = M::key(lease.order());
        match self.inner.holders.lock().unwrap().get(&order) {
            Some(holder) if M::TRUSTS_ANY_LEASE => holder.clone(),
            _ => Lease::new(order, lease.claimant(), lease.attempt(), lease.fence()),
        }
    }
}

#[async_trait]
impl<M: Mistake> OrderStore for Wrong<M> {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let wrong = Self::payment(payment);
        let new = !self
            .inner
            .holders
            .lock()
            .unwrap()
            .contains_key(&wrong.order);
        let (attempt, fence) = if M::READS_THEN_WRITES && new {
            tokio::task::yield_now().await;
            (1, 1)
        } else {
            let asks = if M::FORGETS_CLAIMANTS {
                Claimant::unique()
            } else {
                claimant
            };
            let lease_for = M::lease_for(lease_for, self.clock);
            match self.inner.right.claim(&wrong, asks, lease_for).await? {
                Claim::Granted(lease) => (lease.attempt(), lease.fence()),
                other => return Ok(other),
            }
        };
        let held = Lease::new(wrong.order.clone(), claimant, attempt, fence);
        self.inner.holders.lock().unwrap().insert(wrong.order, held);
        let lease = Lease::new(payment.order.clone(), claimant, attempt, fence);
        Ok(Claim::Granted(lease))
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.inner.right.settle(&self.lease(lease)).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.inner.right.standing(&Self::payment(payment)).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.inner.right.release(&self.lease(lease), why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.inner.right.review(&Self::payment(payment), why).await
    }
}

struct WrongSubject<M>(Arc<Inner>, PhantomData<M>);

#[async_trait]
impl<M: Mistake> Subject for WrongSubject<M> {
    type Store = Wrong<M>;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self(Arc::default(), PhantomData))
    }

    async fn node(&self, clock: NodeClock) -> Result<Arc<Wrong<M>>, BoxError> {
        let (inner, mistake) = (self.0.clone(), PhantomData);
        Ok(Arc::new(Wrong {
            inner,
            clock,
            mistake,
        }))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Ok(self)
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.0.right.reviews(&ReviewFilter::all(), 100).await?)
    }
}

fn assert_found(case: impl Future<Output = ()>) {
    assert!(
        catch_unwind(AssertUnwindSafe(|| run(case))).is_err(),
        "the kit missed a mistake"
    );
}

struct NoMistake;
impl Mistake for NoMistake {}

#[test]
fn a_store_without_a_mistake_passes() {
    run(store::a_stale_settle_is_lost_and_touches_nothing::<
        WrongSubject<NoMistake>,
    >());
    run(store::of_64_concurrent_claims_one_wins::<
        WrongSubject<NoMistake>,
    >());
    run(store::keys_that_look_alike_do_not_meet::<
        WrongSubject<NoMistake>,
    >());
}

struct TrustsAnyLease;
impl Mistake for TrustsAnyLease {
    const TRUSTS_ANY_LEASE: bool = true;
}

#[test]
fn a_store_that_settles_and_releases_for_anybody_is_found() {
    assert_found(store::a_stale_settle_is_lost_and_touches_nothing::<
        WrongSubject<TrustsAnyLease>,
    >());
    assert_found(store::a_stale_release_touches_nothing::<
        WrongSubject<TrustsAnyLease>,
    >());
}

struct ReadsThenWrites;
impl Mistake for ReadsThenWrites {
    const READS_THEN_WRITES: bool = true;
}

#[test]
fn a_store_that_reads_and_then_writes_is_found() {
    assert_found(store::of_64_concurrent_claims_one_wins::<
        WrongSubject<ReadsThenWrites>,
    >());
}

struct ForgetsClaimants;
impl Mistake for ForgetsClaimants {
    const FORGETS_CLAIMANTS: bool = true;
}

#[test]
fn a_store_that_forgets_who_asked_is_found() {
    type Subject = WrongSubject<ForgetsClaimants>;
    assert_found(store::a_claim_retried_after_a_lost_reply_is_still_its_owners::<Subject>());
}

struct UsesTheNodesClock;
impl Mistake for UsesTheNodesClock {
    fn lease_for(lease_for: Duration, clock: NodeClock) -> Duration {
        let hour = Duration::from_secs(3_600);
        match clock {
            NodeClock::Right => lease_for,
            NodeClock::HourAhead => lease_for + hour,
            NodeClock::HourBehind => lease_for.saturating_sub(hour),
        }
    }
}

#[test]
fn a_store_that_uses_the_nodes_clock_is_found() {
    type Subject = WrongSubject<UsesTheNodesClock>;
    assert_found(store::a_lease_made_by_a_node_with_a_wrong_clock_has_its_true_length::<Subject>());
}

struct EndsLeasesEarly;
impl Mistake for EndsLeasesEarly {
    fn lease_for(lease_for: Duration, _clock: NodeClock) -> Duration {
        lease_for / 2
    }
}

#[test]
fn a_store_that_ends_leases_early_is_found() {
    assert_found(store::a_lease_is_as_long_as_was_asked::<
        WrongSubject<EndsLeasesEarly>,
    >());
}

struct FoldsCase;
impl Mistake for FoldsCase {
    fn key(order: &OrderKey) -> OrderKey {
        OrderKey::new(order.merchant(), order.order_id().to_lowercase()).unwrap()
    }
}

struct JoinsParts;
impl Mistake for JoinsParts {
    fn key(order: &OrderKey) -> OrderKey {
        OrderKey::new("all", format!("{}/{}", order.merchant(), order.order_id())).unwrap()
    }
}

struct CutsKeys;
impl Mistake for CutsKeys {
    fn key(order: &OrderKey) -> OrderKey {
        let short: String = order.order_id().chars().take(64).collect();
        OrderKey::new(order.merchant(), short).unwrap()
    }
}

struct DropsTheMerchant;
impl Mistake for DropsTheMerchant {
    fn key(order: &OrderKey) -> OrderKey {
        OrderKey::new("all", order.order_id()).unwrap()
    }
}

#[test]
fn a_store_that_mixes_keys_up_is_found() {
    type Subject = WrongSubject<DropsTheMerchant>;
    assert_found(store::keys_that_look_alike_do_not_meet::<
        WrongSubject<FoldsCase>,
    >());
    assert_found(store::keys_that_look_alike_do_not_meet::<
        WrongSubject<JoinsParts>,
    >());
    assert_found(store::the_longest_keys_are_kept_whole::<
        WrongSubject<CutsKeys>,
    >());
    assert_found(store::the_same_order_id_of_two_merchants_does_not_meet::<
        Subject,
    >());
}

struct RoundsTotals;
impl Mistake for RoundsTotals {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "this is the mistake"
    )]
    fn total(total: Money) -> Money {
        Money::new(total.minor_units() as f64 as u64, total.currency())
    }
}

#[test]
fn a_store_that_keeps_totals_as_floats_is_found() {
    assert_found(store::totals_are_kept_to_the_last_unit::<
        WrongSubject<RoundsTotals>,
    >());
}
