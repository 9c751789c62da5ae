//! Relays that die at any step, and two relays on one database.

use std::time::Duration;

use database_servers::Redis;
use paytr_core::testing::PaymentNotification;

use shop_suite::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::app::{Answers, Hold};
use crate::world::{PATIENCE, Relay, World};

#[tokio::test]
async fn a_relay_killed_while_the_app_is_at_work_tells_it_again_under_the_same_id() {
    let world = World::new().await;
    world.app.answers(Answers::Never);
    let mut relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.app.tries(1).await;
    relay.process.kill();
    world.app.answers(Answers::Taken);
    let relay = world.relay().await;
    world.acknowledged(&oid).await;
    let received = world.app.received();
    assert!(received.len() >= 2, "the app was told again");
    assert_eq!(
        world.app.booked().len(),
        1,
        "an app that keeps the id sees one payment"
    );
    let last = &received[received.len() - 1];
    assert!(last.body["data"]["attempt"].as_u64() >= Some(2));
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
}

#[tokio::test]
async fn a_relay_killed_after_the_settlement_tells_nobody_again() {
    let world = World::new().await;
    let mut relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    relay.process.kill();
    let relay = world.relay().await;
    let body = PaymentNotification::success(&oid, 12_990)
        .sign(&world.credentials())
        .to_body();
    let again = world.notify(&relay, "/callback/acme", body).await;
    assert_eq!(again.text().await.unwrap(), "OK");
    assert_eq!(world.app.received().len(), 1);
}

#[tokio::test]
async fn a_relay_killed_again_and_again_loses_no_payment() {
    let world = World::new().await;
    let mut oids = Vec::new();
    for pause in [0, 2, 5, 10, 20, 40, 80] {
        let mut relay = world.relay().await;
        oids.push(world.buy(&relay).await);
        // Wherever it is by then: reading, claiming, telling the app, settling, answering.
        tokio::time::sleep(Duration::from_millis(pause)).await;
        relay.process.kill();
    }
    let relay = world.relay().await;
    for oid in &oids {
        world.acknowledged(oid).await;
        assert_eq!(world.state(&relay, oid).await["state"], "paid");
    }
    assert_eq!(world.app.booked().len(), oids.len());
}

/// Two relays get each notification at the same time, and one of them dies.
async fn two_relays_are_one(world: &World) {
    let mut first = world.relay().await;
    let second = world.another_relay().await;
    world
        .sandbox
        .set_notify_url("http://127.0.0.1:9/nobody")
        .unwrap();
    let notification = |oid: &str| {
        let paid = PaymentNotification::success(oid, 12_990);
        paid.sign(&world.credentials()).to_body()
    };
    for _ in 0..5 {
        let oid = world.buy(&first).await;
        let tell = |relay| world.notify(relay, "/callback/acme", notification(&oid));
        let answers = tokio::join!(tell(&first), tell(&second), tell(&first), tell(&second));
        let answers = [answers.0, answers.1, answers.2, answers.3];
        let statuses = answers.map(|answer| answer.status().as_u16());
        assert!(statuses.contains(&200), "{statuses:?}");
        let are_known = statuses.iter().all(|status| [200, 503].contains(status));
        assert!(are_known, "{statuses:?}");
        let after = tell(&second).await;
        assert_eq!(after.text().await.unwrap(), "OK");
    }
    assert_eq!(world.app.received().len(), 5);
    assert_eq!(world.app.booked().len(), 5);

    // What the first one was at when it died is the second one's when its lease has run out.
    world.app.answers(Answers::Never);
    let oid = world.buy(&first).await;
    let request = world.http.post(format!("{}/callback/acme", first.url));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let cut = tokio::spawn(request.body(notification(&oid)).send());
    world.app.tries(6).await;
    first.process.kill();
    assert!(cut.await.unwrap().is_err(), "nobody answers PayTR");
    world.app.answers(Answers::Taken);
    let taken = shop_suite::eventually("the second relay takes over", async || {
        let answer = world
            .notify(&second, "/callback/acme", notification(&oid))
            .await;
        Ok((answer.status() == 200).then_some(()))
    });
    taken.await.unwrap();
    assert_eq!(world.app.booked().len(), 6);
    assert_eq!(world.state(&second, &oid).await["state"], "paid");
}

#[tokio::test]
async fn two_relays_on_one_file_tell_each_payment_once() {
    two_relays_are_one(&World::new().await).await;
}

#[tokio::test]
async fn two_relays_on_one_postgresql_tell_each_payment_once() {
    two_relays_are_one(&World::on_postgres().await).await;
}

#[tokio::test]
async fn two_relays_on_one_redis_tell_each_payment_once() {
    let server = Redis::start().unwrap();
    let mut world = World::new().await;
    world.database = Some(server.url());
    two_relays_are_one(&world).await;
}

#[tokio::test]
async fn paytr_that_hangs_up_does_not_stop_the_message() {
    let world = World::new().await;
    world.app.answers(Answers::Never);
    let relay = world.relay().await;
    world
        .sandbox
        .set_notify_url("http://127.0.0.1:9/nobody")
        .unwrap();
    let oid = world.buy(&relay).await;
    let body = PaymentNotification::success(&oid, 12_990)
        .sign(&world.credentials())
        .to_body();
    let hangs_up = tokio::time::timeout(
        Duration::from_millis(300),
        world.notify(&relay, "/callback/acme", body),
    );
    assert!(hangs_up.await.is_err());
    assert_eq!(world.app.tries(1).await.len(), 1);
    world.app.answers(Answers::Taken);
    let repeated = shop_suite::eventually("PayTR's next notification is taken", async || {
        let body = PaymentNotification::success(&oid, 12_990)
            .sign(&world.credentials())
            .to_body();
        let answer = world.notify(&relay, "/callback/acme", body).await;
        Ok((answer.status() == 200).then_some(()))
    });
    repeated.await.unwrap();
    assert_eq!(world.app.booked().len(), 1);
}

#[tokio::test]
async fn a_relay_that_is_asked_to_stop_waits_for_the_app_though_paytr_hung_up() {
    let world = World::new().await;
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    world.app.hold(Hold::BeforeItsAnswer);
    let told = world.notify(&relay, "/callback/acme", world.paid(&oid));
    tokio::select! {
        answer = told => panic!("{answer:?}"),
        () = world.app.holds(1) => {}
    }
    relay.process.terminate().unwrap();
    stops_listening(&world, &relay).await;
    world.app.hold(Hold::Nowhere);
    let exit = relay.process.end().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    // What the app said was heard and written down.
    let relay = world.another_relay().await;
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    world.notify_until_ok(&relay, &oid).await;
    assert_eq!(world.app.attempts(&oid), [1]);
}

#[tokio::test]
async fn a_relay_that_is_asked_to_stop_finishes_what_paytr_has_reset() {
    let world = World::new().await;
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    world.app.hold(Hold::BeforeItsAnswer);
    let mut stream = connect(&relay).await;
    stream.write_all(&request(&world.paid(&oid))).await.unwrap();
    world.app.holds(1).await;
    stream.set_zero_linger().unwrap();
    drop(stream);
    relay.process.terminate().unwrap();
    stops_listening(&world, &relay).await;
    world.app.hold(Hold::Nowhere);
    let exit = relay.process.end().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let relay = world.another_relay().await;
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    assert_eq!(world.app.attempts(&oid), [1]);
}

/// A stopping relay waits for connections for ten seconds; a payment that is being handled then has some more.
#[tokio::test]
async fn a_stop_waits_longer_for_the_app_than_for_connections() {
    let mut world = World::new().await;
    world.app_timeout = "30s";
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    world.app.hold(Hold::BeforeItsAnswer);
    let told = world.notify(&relay, "/callback/acme", world.paid(&oid));
    tokio::select! {
        answer = told => panic!("{answer:?}"),
        () = world.app.holds(1) => {}
    }
    relay.process.terminate().unwrap();
    stops_listening(&world, &relay).await;
    // By then the ten seconds are over for sure, and the twenty of `times.drain` are not.
    tokio::time::sleep(Duration::from_secs(12)).await;
    world.app.hold(Hold::Nowhere);
    let exit = relay.process.end().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    assert!(
        exit.stderr.contains("some connections are still busy"),
        "{}",
        exit.stderr
    );
    let relay = world.another_relay().await;
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    assert_eq!(world.app.attempts(&oid), [1]);
}

/// No connection waits for what the relay found out itself.
#[tokio::test]
async fn a_relay_that_is_asked_to_stop_finishes_what_nobody_waits_for() {
    let mut world = World::new().await;
    world.inquire_after = "100ms";
    let relay = world.relay().await;
    world.cut_paytr_off();
    world.app.hold(Hold::BeforeItsAnswer);
    let oid = world.buy(&relay).await;
    world.app.holds(1).await;
    relay.process.terminate().unwrap();
    stops_listening(&world, &relay).await;
    world.app.hold(Hold::Nowhere);
    let exit = relay.process.end().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    let relay = world.another_relay().await;
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    assert_eq!(world.app.attempts(&oid), [1], "its answer was written down");
}

/// A sender that closes its side right after its request, and waits.
#[tokio::test]
async fn a_sender_that_half_closes_hears_ok() {
    let world = World::new().await;
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    world.app.hold(Hold::BeforeItsAnswer);
    let body = world.paid(&oid);
    let mut stream = connect(&relay).await;
    stream.write_all(&request(&body)).await.unwrap();
    stream.shutdown().await.unwrap();
    world.app.holds(1).await;
    world.app.hold(Hold::Nowhere);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nOK"), "{answer}");
    assert_eq!(world.app.attempts(&oid), [1]);
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut() {
    let world = World::new().await;
    let relay = world.relay().await;
    let mut stream = connect(&relay).await;
    let begin = b"POST /callback/acme HTTP/1.1\r\nhost: pay.example\r\nx-filling: a";
    stream.write_all(begin).await.unwrap();
    let mut answer = Vec::new();
    let cut = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer));
    assert!(cut.await.is_ok(), "it is held for seconds, not for ever");
}

/// A notification, as it is on the line.
fn request(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /callback/acme HTTP/1.1\r\nhost: pay.example\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into()
}

async fn stops_listening(world: &World, relay: &Relay) {
    let stopping = eventually("the relay takes nobody any more", async || {
        let health = world.http.get(format!("{}/health", relay.url)).send().await;
        Ok(health.is_err().then_some(()))
    });
    stopping.await.unwrap();
}

async fn connect(relay: &Relay) -> TcpStream {
    let address = relay.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test]
async fn a_relay_that_is_asked_to_stop_finishes_what_it_tells() {
    let world = World::new().await;
    world.app.answers(Answers::Never);
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.app.tries(1).await;
    let exit = relay.process.stop().await.unwrap();
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    // The claim was given back, so that nothing has to run out first.
    world.app.answers(Answers::Taken);
    let relay = world.relay().await;
    world.acknowledged(&oid).await;
    assert_eq!(world.app.booked().len(), 1);
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
}
