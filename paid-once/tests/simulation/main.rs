//! Several nodes, one store, one provider that repeats itself or gives up: simulated with seeds, in virtual time.
//!
//! Every node has a gate and a reconciler. Calls of the store are slow, fail before their effect or lose their answer; nodes die in the middle of anything and
//! are replaced; notifications come twice, late and in the wrong order, to any node. Whatever the seed, the payments come
//! out right. A failed seed is printed; `SIMULATION_SEED=… cargo test -p paid-once --test simulation` runs it alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod book;
mod line;
mod node;
mod provider;
mod troubles;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use node::LEASE;
use world::{Faults, HandlerKind, World};

const SEEDS: u64 = 1_000;
/// Where only the reconcilers make up for what is lost.
const SEEDS_OF_LOSSES: u64 = 10_000;

#[test]
fn settling_with_the_effect_has_it_exactly_once_whatever_dies() {
    every_seed(HandlerKind::SettlesWithItsEffect, Faults::All);
}

#[test]
fn a_payment_whose_notification_is_lost_is_delivered_once_or_listed_whatever_dies() {
    every_seed_of(SEEDS_OF_LOSSES, |seed| {
        World::new(seed, HandlerKind::SettlesWithItsEffect, Faults::All).losing_notifications()
    });
}

#[test]
fn a_plain_handler_runs_once_for_a_lost_notification_while_no_node_dies() {
    every_seed_of(SEEDS, |seed| {
        World::new(seed, HandlerKind::Plain, Faults::Delays).losing_notifications()
    });
}

#[test]
fn a_plain_handler_has_its_effect_once_while_no_node_dies_and_the_store_answers() {
    every_seed(HandlerKind::Plain, Faults::Delays);
}

#[test]
fn a_plain_handler_has_its_effect_once_on_one_node_however_long_the_store_is_away() {
    let faults = Faults::StoreAway(Duration::from_secs(4));
    every_seed_of(SEEDS, |seed| {
        World::new(seed, HandlerKind::Plain, faults).on_one_node()
    });
    every_seed_of(SEEDS, |seed| {
        let world = World::new(seed, HandlerKind::Plain, faults).on_one_node();
        world.losing_notifications()
    });
}

#[test]
fn a_plain_handler_has_its_effect_once_on_many_nodes_while_the_store_is_away_for_much_less_than_a_lease()
 {
    let faults = Faults::StoreAway(LEASE / 4);
    every_seed_of(SEEDS, |seed| {
        World::new(seed, HandlerKind::Plain, faults).losing_notifications()
    });
}

#[test]
fn settling_with_the_effect_has_it_exactly_once_however_long_the_store_is_away() {
    let faults = Faults::StoreAway(Duration::from_secs(4));
    every_seed_of(SEEDS, |seed| {
        World::new(seed, HandlerKind::SettlesWithItsEffect, faults).losing_notifications()
    });
}

#[test]
fn a_plain_handler_repeats_its_effect_only_as_a_later_attempt() {
    every_seed(HandlerKind::Plain, Faults::All);
}

fn every_seed(handler: HandlerKind, faults: Faults) {
    every_seed_of(SEEDS, |seed| World::new(seed, handler, faults));
}

fn every_seed_of(seeds: u64, world: impl Fn(u64) -> World) {
    let only = std::env::var("SIMULATION_SEED").ok();
    let only = only.map(|seed| seed.parse().expect("SIMULATION_SEED is a number"));
    let seeds = only.map_or(0..seeds, |seed: u64| seed..seed + 1);
    let mut faults_seen = world::FaultCount::default();
    let mut faults = Faults::Delays;
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        // The pauses of the reconcilers are drawn from it.
        fastrand::seed(seed);
        let world = Arc::new(world(seed));
        let run = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(world.clone().run());
        }));
        if let Err(panic) = run {
            eprintln!("SIMULATION_SEED={seed} fails");
            std::panic::resume_unwind(panic);
        }
        faults_seen.add(&world.fault_count());
        faults = world.faults;
    }
    if only.is_none() {
        faults_seen.assert_all_happened(faults);
    }
}
