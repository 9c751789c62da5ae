//! Deliverers who go on while servers come and go, and what must be true afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use paid_once::testing::eventually;
use paid_once::{Claim, Claimant, Currency, Money, OrderStore as _, Payment, Settled};
use paid_once_redis::{RedisLedger, redis};
use tokio::task::JoinSet;

use crate::shop::{LONG, order};

const DELIVERERS: usize = 8;

/// Eight who settle payments one after the other, each with a receipt in the same step.
pub(crate) struct Load {
    deliverers: JoinSet<Delivered>,
    over: Arc<AtomicBool>,
    settled: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
}

/// What one of them was told, by the numbers of the payments.
#[derive(Default)]
struct Delivered {
    settled: Vec<usize>,
    /// An error: settled or not.
    unknown: Vec<usize>,
}

impl Load {
    pub(crate) fn start(ledger: &RedisLedger) -> Self {
        let mut load = Self {
            deliverers: JoinSet::new(),
            over: Arc::default(),
            settled: Arc::default(),
            failed: Arc::default(),
        };
        for first in 0..DELIVERERS {
            let (ledger, over) = (ledger.clone(), Arc::clone(&load.over));
            let (settled, failed) = (Arc::clone(&load.settled), Arc::clone(&load.failed));
            load.deliverers.spawn(async move {
                let mut delivered = Delivered::default();
                let mut number = first;
                while !over.load(Ordering::Relaxed) {
                    if deliver(&ledger, number).await {
                        delivered.settled.push(number);
                        settled.fetch_add(1, Ordering::Relaxed);
                    } else {
                        delivered.unknown.push(number);
                        failed.fetch_add(1, Ordering::Relaxed);
                        // Where nobody listens an error comes at once.
                        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                    }
                    number += DELIVERERS;
                }
                delivered
            });
        }
        load
    }

    /// So many more payments than now are settled.
    pub(crate) async fn settles(&self, more: usize) {
        let until = self.settled.load(Ordering::Relaxed) + more;
        eventually("payments are settled", || async {
            (self.settled.load(Ordering::Relaxed) >= until).then_some(())
        })
        .await;
    }

    /// So many more calls than now fail.
    pub(crate) async fn fails(&self, more: usize) {
        let until = self.failed.load(Ordering::Relaxed) + more;
        eventually("calls fail", || async {
            (self.failed.load(Ordering::Relaxed) >= until).then_some(())
        })
        .await;
    }

    /// Ends the deliverers, and counts the payments that were answered as settled and are not, or have no receipt. No
    /// payment has a receipt without a settlement, and none has two.
    pub(crate) async fn lost(self, ledger: &RedisLedger) -> usize {
        self.over.store(true, Ordering::Relaxed);
        let mut lost = 0;
        for delivered in self.deliverers.join_all().await {
            for number in delivered.settled {
                lost += usize::from(!is_settled(ledger, number).await);
            }
            for number in delivered.unknown {
                is_settled(ledger, number).await;
            }
        }
        lost
    }
}

fn payment(number: usize) -> Payment {
    let order = order(&format!("LOAD{number}"));
    Payment::paid(order, Money::new(1, Currency::TRY))
}

async fn deliver(ledger: &RedisLedger, number: usize) -> bool {
    let claimed = ledger
        .claim(&payment(number), Claimant::unique(), LONG)
        .await;
    let Ok(Claim::Granted(lease)) = claimed else {
        return false;
    };
    let mut receipt = redis::pipe();
    receipt.incr(ledger.own_key(&format!("receipt{number}")), 1);
    match ledger.settle_with(&lease, &receipt).await {
        Ok(Settled::Now) => true,
        // A claim that was answered and is lost: somebody else may hold the order by now.
        Ok(_) | Err(_) => false,
    }
}

async fn is_settled(ledger: &RedisLedger, number: usize) -> bool {
    let claim = ledger
        .claim(&payment(number), Claimant::unique(), LONG)
        .await;
    let mut get = redis::cmd("GET");
    get.arg(ledger.own_key(&format!("receipt{number}")));
    let receipts: Option<u64> = ledger.query(&get).await.unwrap();
    let is_settled = claim.unwrap() == Claim::Duplicate;
    assert_eq!(receipts, is_settled.then_some(1), "{number}");
    is_settled
}
