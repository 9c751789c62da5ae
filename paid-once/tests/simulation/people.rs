//! People who work the review queue, two at the same time, each on any node.

use std::sync::Arc;
use std::time::Duration;

use paid_once::refund::NewRefund;
use paid_once::*;
use tokio::time::timeout;

use crate::line::Line;
use crate::node::handle;
use crate::refunds::give_back;
use crate::story::{Person, Script};
use crate::world::World;

/// Nobody waits longer for a page of the back office.
const PATIENCE: Duration = Duration::from_millis(900);

/// Does what was drawn about the payment that was refused, until it is done or somebody else did it.
pub(crate) async fn work(world: Arc<World>, script: Script, name: &'static str) {
    let Some((odd, refused)) = script.refused() else {
        return;
    };
    let entry = found(&world, &script).await;
    let does = |step| until_done(&world, &script.order, entry, name, step);
    match script.person {
        Person::Nobody => return,
        Person::Mends => {
            let expected = odd.mended(refused).unwrap();
            world.book().allow(refused);
            does(Step::Mend(expected)).await;
        }
        Person::Delivers => {
            world.book().allow(refused);
            does(Step::Deliver).await;
        }
        Person::TakesOut => {
            does(Step::TakeOut).await;
            let total = refused.total().unwrap();
            give_back_all(&world, &script.order, total, name).await;
            does(Step::Refunded).await;
        }
        Person::Dismisses => does(Step::Dismiss).await,
    }
    world.count(|count| count.worked += 1);
}

/// One click of a person.
#[derive(Debug, Clone, Copy)]
enum Step {
    Mend(Expected),
    Deliver,
    TakeOut,
    Refunded,
    Dismiss,
}

/// Two people give back all of it, until the provider has done so once.
async fn give_back_all(world: &Arc<World>, order: &OrderKey, total: Money, name: &str) {
    for number in 0..1_000 {
        if world.given_back().sum(order) == total.minor_units() {
            return;
        }
        let refund = NewRefund::new(order.clone(), format!("{name}{number}"), total);
        give_back(world, refund).await;
        world.wait_up_to(500).await;
    }
    panic!("nobody can give the money back: {order}");
}

/// Where a person sits: at a node.
pub(crate) struct Desk {
    pub(crate) queue: ReviewQueue,
    pub(crate) ledger: Arc<Line>,
}

/// The entry of the review queue, as soon as there is one.
async fn found(world: &World, script: &Script) -> ReviewId {
    let filter = ReviewFilter::of_order(script.order.clone());
    for _ in 0..1_000 {
        let desk = world.any_node().desk();
        let page = timeout(PATIENCE, desk.ledger.reviews(&filter, 10)).await;
        if let Some(entry) = page.ok().and_then(Result::ok).unwrap_or_default().first() {
            return entry.id;
        }
        world.wait_up_to(300).await;
    }
    panic!("nobody sees what was refused: {script:?}");
}

async fn until_done(world: &World, order: &OrderKey, entry: ReviewId, name: &str, step: Step) {
    for _ in 0..1_000 {
        let desk = world.any_node().desk();
        let worked = timeout(PATIENCE, desk.does(order, entry, name, step)).await;
        match worked.ok().and_then(Result::ok) {
            Some(Worked::Done | Worked::AlreadyResolved(_)) => return,
            Some(Worked::Unknown) => panic!("an entry is gone: {entry}"),
            Some(Worked::NotTaken(_)) | None => world.wait_up_to(300).await,
        }
    }
    panic!("nobody gets an entry done: {order}, {entry}");
}

impl Desk {
    async fn does(
        &self,
        order: &OrderKey,
        entry: ReviewId,
        name: &str,
        step: Step,
    ) -> Result<Worked, StoreError> {
        let queue = &self.queue;
        match step {
            Step::Mend(expected) => {
                self.ledger.set_expected(order, expected).await?;
                queue.dismiss(entry, name, "mended").await
            }
            Step::Deliver => {
                let line = self.ledger.clone();
                let handler = |delivery| handle(line, delivery);
                queue.deliver(entry, name, "as told", handler).await
            }
            Step::TakeOut => queue.take_out(entry).await,
            Step::Refunded => queue.refunded(entry, name, "").await,
            Step::Dismiss => queue.dismiss(entry, name, "").await,
        }
    }
}

/// An entry keeps what the first person wrote.
pub(crate) async fn check_entries(world: &World) {
    let reviews = world.ledger.reviews(&ReviewFilter::all(), 1_000).await;
    for review in reviews.unwrap() {
        world.book().read(&review);
    }
}
