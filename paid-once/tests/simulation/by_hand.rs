//! A framework that takes the gate's steps itself: it claims, works without the gate's time limit, and settles, releases
//! or drops the claim.

use std::sync::Arc;
use std::time::Duration;

use paid_once::*;
use tokio::time::sleep;

use crate::line::Line;
use crate::node::{AtWork, HANDLER_TIMEOUT, LEASE};
use crate::world::{Faults, HandlerKind};

/// Takes a payment all the way. Whoever hangs up drops this, in the middle of anything.
pub(crate) async fn take(gate: Gate, line: Arc<Line>, payment: Payment) -> Decision {
    let claimed = match gate.admit(payment).await {
        Admission::Decided(decision) => return decision,
        Admission::Claimed(claimed) => claimed,
    };
    let world = line.world.clone();
    let delivery = claimed.delivery().clone();
    let lease = &delivery.lease;
    world.count(|count| count.by_hand += 1);
    world.book().is_given(&delivery.payment);
    world.book().runs(lease, None);
    let ends = |how| world.book().runs(lease, Some(how));
    if world.has_broken_handler(&delivery.payment) || world.below(8) == 0 {
        let failure = HandlerFailure::Error;
        ends(Err(failure));
        claimed.release(failure).await;
        return Decision::HandlerFailed(failure);
    }
    if world.below(8) == 0 {
        drop(claimed);
        // It is given back by a task of its own.
        sleep(Duration::from_millis(1)).await;
        let (order, why) = (lease.order(), HandlerFailure::Interrupted);
        world.book().has_failed(order, why);
        return Decision::HandlerFailed(HandlerFailure::Interrupted);
    }
    // Such a framework may outlive its lease. Only its effect shows then whether it does harm.
    let settles_itself = world.handler == HandlerKind::SettlesWithItsEffect;
    let outlives = settles_itself && world.faults != Faults::Delays && world.below(3) > 0;
    let at_work = (!outlives).then(|| AtWork::begin(&line, &delivery.payment));
    if outlives {
        sleep(LEASE / 2).await;
    }
    let longest = if outlives {
        2 * LEASE
    } else {
        HANDLER_TIMEOUT / 2
    };
    world.wait_up_to_duration(longest).await;
    line.unless_dead().await;
    if !settles_itself {
        world.book().enter(&delivery);
        drop(at_work);
        ends(Ok(()));
        return claimed.settle().await;
    }
    let settled = world.settle(lease).await;
    let is_lost = matches!(settled, Ok(Settled::Lost));
    match settled {
        Ok(Settled::Now) => world.book().enter(&delivery),
        Ok(Settled::Lost) => {
            world.count(|count| count.late_holders += 1);
            if world.below(2) == 0 {
                let failure = HandlerFailure::LeaseLost;
                ends(Err(failure));
                claimed.release(failure).await;
                return Decision::HandlerFailed(failure);
            }
        }
        other => {
            let broken = format!("settled by another hand: {lease:?}, {other:?}");
            world.book().breaks(broken);
        }
    }
    drop(at_work);
    ends(Ok(()));
    let decision = claimed.settle().await;
    if is_lost && decision.is_acknowledged() {
        let broken = format!("a lost lease is acknowledged: {lease:?}");
        world.book().breaks(broken);
    }
    decision
}
