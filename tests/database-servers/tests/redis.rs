//! A private Redis comes, hangs, crashes, comes back with its data, and leaves nothing behind.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use database_servers::{Redis, RedisCluster, RedisSentinels, Role};

/// The first line of the answer, or `None` if there is none within the time.
fn ask(port: u16, question: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .ok()?;
    stream.write_all(question.as_bytes()).ok()?;
    let answer = BufReader::new(stream).lines().next()?;
    answer.ok()
}

#[test]
fn a_server_is_there_until_it_is_stopped_or_dropped() {
    let mut redis = Redis::start().unwrap();
    let (port, folder) = (redis.port(), redis.folder().to_owned());
    assert!(redis.url().contains(&port.to_string()));
    assert!(redis.start_again().is_err(), "it runs already");
    assert_eq!(ask(port, "SET a 1\r\n").as_deref(), Some("+OK"));

    redis.crash().unwrap();
    assert_eq!(ask(port, "PING\r\n"), None);
    assert!(redis.stop().is_err(), "it does not run");
    redis.start_again().unwrap();
    assert_eq!(ask(port, "INCR a\r\n").as_deref(), Some(":2"));

    redis.stop().unwrap();
    assert_eq!(ask(port, "PING\r\n"), None);
    redis.start_again().unwrap();
    assert_eq!(ask(port, "INCR a\r\n").as_deref(), Some(":3"));

    drop(redis);
    assert_eq!(ask(port, "PING\r\n"), None);
    assert!(!folder.exists());
}

#[test]
fn a_paused_server_does_what_it_was_asked_when_it_goes_on() {
    let redis = Redis::start().unwrap();
    redis.pause().unwrap();
    assert_eq!(ask(redis.port(), "INCR a\r\n"), None);
    redis.resume().unwrap();
    assert_eq!(ask(redis.port(), "INCR a\r\n").as_deref(), Some(":2"));
    redis.pause().unwrap();
    let port = redis.port();
    drop(redis);
    assert_eq!(ask(port, "PING\r\n"), None, "a paused server is ended too");
}

#[test]
fn settings_are_the_servers() {
    let redis = Redis::start_with(&["--requirepass", "secret"]).unwrap();
    let refused = ask(redis.port(), "PING\r\n").unwrap();
    assert!(refused.starts_with("-NOAUTH"), "{refused}");
}

#[test]
fn a_cluster_has_a_replica_for_each_primary_and_one_takes_over() {
    let mut cluster = RedisCluster::start().unwrap();
    let roles =
        |cluster: &RedisCluster| -> Vec<_> { cluster.nodes().iter().map(Redis::role).collect() };
    let (primary, replica) = (Some(Role::Primary), Some(Role::Replica));
    assert_eq!(
        roles(&cluster),
        [primary, primary, primary, replica, replica, replica]
    );
    // The slot of "a" is 15495, which the third has.
    assert_eq!(cluster.primary_of("a"), Some(2));
    cluster.nodes_mut()[2].crash().unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while cluster.primary_of("a") != Some(5) {
        assert!(std::time::Instant::now() < until, "{:?}", roles(&cluster));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(cluster.url().starts_with("redis+cluster://127.0.0.1:"));
}

#[test]
fn sentinels_make_a_replica_the_primary() {
    let mut sentinels = RedisSentinels::start().unwrap();
    assert_eq!(sentinels.primary().unwrap(), 0);
    sentinels.servers_mut()[0].crash().unwrap();
    sentinels.crash_a_sentinel().unwrap();
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while !matches!(sentinels.primary(), Ok(1 | 2)) {
        assert!(
            std::time::Instant::now() < until,
            "{:?}",
            sentinels.primary()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(sentinels.url().ends_with("/mymaster"));
}
