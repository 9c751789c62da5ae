//! `kill -9` at each step of the relay and of the app, held there: by the app, by another transaction, or by the line
//! to PayTR. None of it depends on how long something takes.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use database_servers::Proxy;
use futures_util::future::join_all;
use reqwest::{Response, Result};
use shop_suite::eventually;
use tokio::task::JoinHandle;

use crate::app::Hold;
use crate::lock::Lock;
use crate::world::{Relay, World};

/// What the relay has not done yet when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Claim,
    /// The payment is claimed, and the app has done nothing.
    Delivery,
    /// The app has kept the message, and the relay has no answer.
    Answer,
    /// The relay has heard that the app took it, and could not write that down.
    Settlement,
    /// It is written down, and PayTR did not hear it.
    Ok,
}

impl Before {
    /// The attempts that the app hears of, all in all. An app that keeps `webhook-id` books once in every case.
    fn told(self) -> &'static [u64] {
        match self {
            Self::Claim | Self::Ok => &[1],
            Self::Delivery => &[2],
            Self::Answer | Self::Settlement => &[1, 2],
        }
    }
}

/// A notification on its way.
struct Delivery {
    line: Proxy,
    answer: JoinHandle<Result<Response>>,
}

impl Delivery {
    fn begin(world: &World, relay: &Relay, oid: &str) -> Self {
        let (_, port) = relay.url.rsplit_once(':').unwrap();
        let line = Proxy::before(port.parse().unwrap()).unwrap();
        // An answer that comes while the relay stands elsewhere is held as well, and would be seen.
        line.hold_answer_after(0);
        let url = format!("http://127.0.0.1:{}/callback/acme", line.port());
        let request = world.http.post(url).body(world.paid(oid));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = tokio::spawn(request.send());
        Self { line, answer }
    }

    /// Waits until the answer is on its way. It is held there.
    async fn is_answered(&self) {
        let held = eventually("the relay answers PayTR", async || {
            Ok(self.line.is_holding_an_answer().then_some(()))
        });
        held.await.unwrap();
    }

    async fn answer(self) -> Response {
        self.is_answered().await;
        self.line.go_on();
        self.answer.await.unwrap().unwrap()
    }

    /// The relay is dead: nothing can come any more.
    async fn ends_without_an_answer(self) {
        self.line.cut();
        let answer = self.answer.await.unwrap();
        assert!(answer.is_err(), "{answer:?}");
    }
}

/// A relay whose count of messages can be read.
async fn counted(world: &mut World) -> (Relay, String) {
    "metrics_listen = \"127.0.0.1:0\"".clone_into(&mut world.top);
    let mut relay = world.relay().await;
    let metrics = relay.process.printed("metrics: ").await.unwrap();
    (relay, metrics)
}

/// Waits until the relay has heard that the app took its first message.
async fn has_heard(world: &World, metrics: &str) {
    let heard = eventually("the relay has heard the app's answer", async || {
        let page = world.http.get(metrics).send().await?.text().await?;
        let mut lines = page.lines();
        let delivered = lines.find(|line| line.contains("outcome=\"delivered\""));
        let is_one =
            |line: &str| line.starts_with("paytr_relay_deliveries_total") && line.ends_with(" 1");
        Ok(delivered.is_some_and(is_one).then_some(()))
    });
    heard.await.unwrap();
}

/// Waits until the relay has read the numbers of its ledger, which it does at its start and then each half minute.
async fn has_looked_around(world: &World, metrics: &str) {
    let looked = eventually("the relay has read the numbers of its ledger", async || {
        let page = world.http.get(metrics).send().await?.text().await?;
        Ok(page.contains("\npaytr_ledger_up 1").then_some(()))
    });
    looked.await.unwrap();
}

/// Brings a notification, and kills the relay at this step of it.
async fn kill_at(step: Before, world: &World, (mut relay, metrics): (Relay, String), oid: &str) {
    let mut lock = None;
    if step == Before::Claim {
        lock = Some(Lock::take(world, oid).await);
    }
    world.app.hold(match step {
        Before::Delivery => Hold::BeforeItsEffect,
        Before::Answer | Before::Settlement => Hold::BeforeItsAnswer,
        Before::Claim | Before::Ok => Hold::Nowhere,
    });
    let delivery = Delivery::begin(world, &relay, oid);
    match step {
        Before::Claim => {}
        Before::Delivery | Before::Answer => world.app.holds(1).await,
        Before::Settlement => {
            world.app.holds(1).await;
            lock = Some(Lock::take(world, oid).await);
            world.app.hold(Hold::Nowhere);
            has_heard(world, &metrics).await;
        }
        Before::Ok => delivery.is_answered().await,
    }
    if let Some(lock) = &mut lock {
        lock.is_waited_for().await;
    }
    let is_answered = delivery.line.is_holding_an_answer();
    assert_eq!(is_answered, step == Before::Ok, "{step:?}");
    relay.process.kill();
    delivery.ends_without_an_answer().await;
    // What the app held for a relay that is gone, it drops.
    world.app.holds(0).await;
    world.app.hold(Hold::Nowhere);
    if let Some(lock) = lock {
        lock.end_after_a_death().await;
    }
}

/// The payment is settled, the app was told as often as this step makes it, and is told no more.
async fn told_as_often_as(step: Before, world: &World, relay: &Relay, oid: &str) {
    assert_eq!(world.state(relay, oid).await["state"], "paid", "{step:?}");
    world.notify_until_ok(relay, oid).await;
    assert_eq!(world.app.attempts(oid), step.told(), "{step:?}");
    assert_eq!(
        world.app.booked().len(),
        1,
        "an app that keeps webhook-id books once"
    );
}

/// The relay is started again, and PayTR repeats its notification.
async fn killed_and_started_again(step: Before, mut world: World) {
    let relay = counted(&mut world).await;
    world.cut_paytr_off();
    let oid = world.buy(&relay.0).await;
    kill_at(step, &world, relay, &oid).await;
    let relay = world.another_relay().await;
    world.notify_until_ok(&relay, &oid).await;
    told_as_often_as(step, &world, &relay, &oid).await;
}

/// Another relay on the same database goes on. Where the dead one had claimed the payment, nobody but it need do
/// anything: PayTR says nothing again.
async fn killed_and_another_goes_on(step: Before, mut world: World) {
    let relay = counted(&mut world).await;
    world.top.clear();
    let other = world.another_relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay.0).await;
    kill_at(step, &world, relay, &oid).await;
    if step == Before::Claim {
        world.notify_until_ok(&other, &oid).await;
    }
    world.make_due(&oid).await;
    let paid = eventually("the other relay settles it", async || {
        Ok((world.state(&other, &oid).await["state"] == "paid").then_some(()))
    });
    paid.await.unwrap();
    told_as_often_as(step, &world, &other, &oid).await;
}

/// Where the app stands when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AppStep {
    BeforeItsEffect,
    BetweenEffectAndAnswer,
    AfterItsAnswer,
}

/// The app is killed there, and is back: the relay tells it by itself, without PayTR.
async fn app_killed(step: AppStep, mut world: World) {
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    let (hold, told) = match step {
        AppStep::BeforeItsEffect => (Hold::BeforeItsEffect, &[2][..]),
        AppStep::BetweenEffectAndAnswer => (Hold::BeforeItsAnswer, &[1, 2][..]),
        AppStep::AfterItsAnswer => (Hold::Nowhere, &[1][..]),
    };
    world.app.hold(hold);
    let delivery = Delivery::begin(&world, &relay, &oid);
    let answer = if hold == Hold::Nowhere {
        delivery.is_answered().await;
        world.app.die();
        delivery.answer().await
    } else {
        world.app.holds(1).await;
        world.app.die();
        delivery.answer().await
    };
    let (status, state) = match step {
        AppStep::AfterItsAnswer => (200, "paid"),
        _ => (500, "undelivered"),
    };
    assert_eq!(answer.status(), status, "{step:?}");
    assert_eq!(world.state(&relay, &oid).await["state"], state, "{step:?}");
    world.app.holds(0).await;
    world.app.hold(Hold::Nowhere);
    world.app.up().await;
    world.make_due(&oid).await;
    let paid = eventually("the relay settles it", async || {
        Ok((world.state(&relay, &oid).await["state"] == "paid").then_some(()))
    });
    paid.await.unwrap();
    let attempts = world.app.attempts(&oid);
    assert_eq!(attempts, told, "{step:?}");
    assert_eq!(world.app.booked().len(), 1, "{step:?}");
}

/// Killed when the database has done what the relay asked of it, and before the answer is there: at every answer of a
/// delivery, from the first look at the order to the settlement.
#[tokio::test]
async fn a_relay_killed_at_every_answer_of_its_database_leaves_each_payment_to_the_other() {
    let mut world = World::on_postgres().await;
    // The line is for the delivery alone.
    world.inquire_every = "1h";
    let direct = world.database.clone().unwrap();
    let port = sqlx::postgres::PgConnectOptions::from_str(&direct)
        .unwrap()
        .get_port();
    let line = Proxy::before(port).unwrap();
    let through = direct.replace(&format!(":{port}"), &format!(":{}", line.port()));
    let other = world.another_relay().await;
    world.cut_paytr_off();
    let (mut orders, mut answers) = (Vec::new(), 0);
    for rounds in 0.. {
        assert!(rounds < 60, "a delivery never ends: {answers}");
        world.database = Some(through.clone());
        let (mut victim, metrics) = counted(&mut world).await;
        world.cut_paytr_off();
        // What it asks at its start is answered then, its connections are there, and its statements known.
        has_looked_around(&world, &metrics).await;
        let first = world.buy(&victim).await;
        world.notify_until_ok(&victim, &first).await;
        let oid = world.buy(&other).await;
        line.hold_answer_after(answers);
        let delivery = Delivery::begin(&world, &victim, &oid);
        let done = eventually("an answer of the database or of the relay", async || {
            let is_answered = delivery.line.is_holding_an_answer();
            Ok((line.is_holding_an_answer() || is_answered).then_some(is_answered))
        });
        if done.await.unwrap() {
            if line.is_waiting_for_an_answer() {
                break;
            }
            // What was held was an answer to something else: once more.
            line.go_on();
            continue;
        }
        answers += 1;
        victim.process.kill();
        line.cut();
        delivery.ends_without_an_answer().await;
        orders.push(oid);
    }
    let told = orders.iter().map(|oid| world.notify_until_ok(&other, oid));
    join_all(told).await;
    let mut seen = BTreeSet::new();
    for oid in &orders {
        assert_eq!(world.state(&other, oid).await["state"], "paid");
        seen.insert(world.app.attempts(oid));
    }
    eprintln!("{} answers: {seen:?}", orders.len());
    let known = [vec![1], vec![1, 2], vec![2]];
    assert!(seen.is_subset(&known.into()), "{seen:?}");
    assert!(seen.contains(&vec![2]), "no kill came after the claim");
    assert!(
        seen.contains(&vec![1]),
        "no kill came before it or after the settlement"
    );
}

macro_rules! killed {
    ($($name:ident: $run:ident $step:expr;)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn on_sqlite() {
                $run($step, World::new().await).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                $run($step, World::on_postgres().await).await;
            }
        }
    )*};
}

killed! {
    a_relay_killed_before_the_claim: killed_and_started_again Before::Claim;
    a_relay_killed_before_the_delivery: killed_and_started_again Before::Delivery;
    a_relay_killed_before_it_has_the_answer: killed_and_started_again Before::Answer;
    a_relay_killed_before_the_settlement: killed_and_started_again Before::Settlement;
    a_relay_killed_before_ok: killed_and_started_again Before::Ok;
    one_of_two_killed_before_the_claim: killed_and_another_goes_on Before::Claim;
    one_of_two_killed_before_the_delivery: killed_and_another_goes_on Before::Delivery;
    one_of_two_killed_before_it_has_the_answer: killed_and_another_goes_on Before::Answer;
    one_of_two_killed_before_the_settlement: killed_and_another_goes_on Before::Settlement;
    one_of_two_killed_before_ok: killed_and_another_goes_on Before::Ok;
    an_app_killed_before_its_effect: app_killed AppStep::BeforeItsEffect;
    an_app_killed_before_its_answer: app_killed AppStep::BetweenEffectAndAnswer;
    an_app_killed_after_its_answer: app_killed AppStep::AfterItsAnswer;
}
