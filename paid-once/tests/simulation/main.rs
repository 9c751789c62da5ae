//! Several nodes, one store, one provider that repeats itself or gives up: simulated with seeds, in virtual time.
//!
//! Every node has a gate, a reconciler and desks for people who work the review queue and give money back. Calls of the
//! store are slow, fail before their effect, lose their answer, or arrive when nobody waits for them any more; nodes die in
//! the middle of anything and are replaced; notifications come twice, late, in the wrong order and with wrong amounts, to
//! any node; handlers outlive their leases; buyers click twice. Whatever the seed, the payments come out right.
//!
//! A failed seed is printed with the command that runs it alone: `cargo xtask simulate --from SEED --seeds 1 WORLD`.
//! Each rule that is broken on purpose is in `mutants.json`, for `cargo xtask simulate --mutants`; what finds it, in
//! `docs/simulation.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod alerts;
mod book;
mod buyer;
mod by_hand;
mod fault_count;
mod ledger;
mod line;
mod node;
mod people;
mod provider;
mod questions;
mod refunds;
mod retention;
mod rules;
mod standing;
mod story;
mod troubles;
mod world;

use std::any::Any;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use fault_count::FaultCount;
use node::LEASE;
use world::{Faults, HandlerKind, LONGEST_AWAY, World};

const SEEDS: u64 = 1_000;
/// Where only the reconcilers make up for what is lost.
const SEEDS_OF_LOSSES: u64 = 2_000;

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
    let faults = Faults::StoreAway(LONGEST_AWAY);
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
    let faults = Faults::StoreAway(LONGEST_AWAY);
    every_seed_of(SEEDS, |seed| {
        World::new(seed, HandlerKind::SettlesWithItsEffect, faults).losing_notifications()
    });
}

#[test]
fn a_plain_handler_repeats_its_effect_only_as_a_later_attempt() {
    every_seed(HandlerKind::Plain, Faults::All);
}

#[test]
fn a_seed_is_the_same_whenever_it_is_run() {
    for seed in 0..40 {
        let traces = [(); 2].map(|()| {
            let world = World::new(seed, HandlerKind::SettlesWithItsEffect, Faults::All);
            run(seed, world).book().trace()
        });
        assert_eq!(traces[0], traces[1], "seed {seed}");
    }
}

fn every_seed(handler: HandlerKind, faults: Faults) {
    every_seed_of(SEEDS, |seed| World::new(seed, handler, faults));
}

/// Runs the first so many seeds, or those that the environment names.
fn every_seed_of(seeds: u64, world: impl Fn(u64) -> World) {
    let number = |name: &str| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<u64>().expect("a number of seeds"))
    };
    let chosen = number("SIMULATION_SEEDS");
    let from = number("SIMULATION_FROM").unwrap_or(0);
    let mut faults_seen = FaultCount::default();
    let mut kind = None;
    for seed in from..from + chosen.unwrap_or(seeds) {
        let world = run(seed, world(seed));
        faults_seen.add(&world.fault_count());
        kind = Some((world.faults, world.handler));
    }
    if chosen.is_none_or(|chosen| chosen >= seeds)
        && let Some((faults, handler)) = kind
    {
        faults_seen.assert_all_happened(faults, handler);
    }
}

fn run(seed: u64, world: World) -> Arc<World> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    // The pauses of the reconcilers are drawn from it.
    fastrand::seed(seed);
    let world = Arc::new(world);
    let run = catch_unwind(AssertUnwindSafe(|| {
        alerts::listened_to(|| runtime.block_on(world.clone().run()));
    }));
    if let Err(panic) = run {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default();
        eprintln!("seed {seed} fails: cargo xtask simulate --from {seed} --seeds 1 {name}");
        if std::env::var_os("SIMULATION_STOPS").is_some() {
            // One failure is enough, and no other test may go on. Not through the test's own output, which is lost.
            let found = format!("FOUND {name} {seed} {}\n", reason(&*panic));
            let _ = std::io::stderr().write_all(found.as_bytes());
            std::process::exit(1);
        }
        std::panic::resume_unwind(panic);
    }
    world.close_down();
    world
}

/// What a panic says, in one line.
fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or(panic.downcast_ref::<&str>().copied());
    let lines = text.unwrap_or("a panic without words").lines();
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}
