//! What goes wrong by itself, time and again, while the world goes on.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::world::{Faults, World};

pub(crate) async fn begin(world: Arc<World>) {
    match world.faults {
        Faults::Delays => restarts(world).await,
        Faults::StoreAway(longest) => outages(world, longest).await,
        Faults::All => deaths(world).await,
    }
}

/// Nodes die, one after the other, and others take their place.
async fn deaths(world: Arc<World>) {
    loop {
        world.wait_up_to(400).await;
        let place = world.any_place();
        world.node_at(place).die();
        world.count(|count| count.deaths += 1);
        world.wait_up_to(200).await;
        world.replace_node(place);
    }
}

/// Nodes are stopped as a deployment does: another takes the place, and the old one finishes its work.
async fn restarts(world: Arc<World>) {
    loop {
        world.wait_up_to(800).await;
        let place = world.any_place();
        let old = world.node_at(place);
        world.replace_node(place);
        old.stop().await;
        world.count(|count| count.restarts += 1);
    }
}

/// The store is away for a while, and then there for a while.
async fn outages(world: Arc<World>, longest: Duration) {
    let longest = u64::try_from(longest.as_millis()).unwrap();
    loop {
        world.wait_up_to(500).await;
        let until = Instant::now() + Duration::from_millis(world.below(longest + 1));
        world.go_away(until);
        world.count(|count| count.outages += 1);
        sleep_until(until + THERE_FOR).await;
    }
}

/// At least so long the store is there between two times that it is away: longer than a lease.
const THERE_FOR: Duration = Duration::from_millis(600);
