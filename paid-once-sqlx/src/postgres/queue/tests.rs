#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use paid_once::{OrderKey, StoreError, async_trait};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};

use super::{GoOn, Kind, Queue, Turn};

/// Each call is answered with the order ids that were sent together, once that is allowed.
struct Sent {
    allowed: Semaphore,
}

/// An order id, and what has to agree.
type Ask = (OrderKey, u32);

#[async_trait]
impl Kind for Sent {
    type Ask = Ask;
    type Answer = String;

    fn order(ask: &Ask) -> &OrderKey {
        &ask.0
    }

    fn agree(one: &Ask, other: &Ask) -> bool {
        one.1 == other.1
    }

    async fn together(&self, asks: &[&Ask]) -> Vec<Option<Result<String, StoreError>>> {
        self.allowed.acquire().await.unwrap().forget();
        let ids: Vec<&str> = asks.iter().map(|ask| ask.0.order_id()).collect();
        let answer = |ask: &&Ask| (ask.0.order_id() != "ALONE").then(|| Ok(ids.join(" ")));
        asks.iter().map(answer).collect()
    }
}

fn queue(most: usize, allowed: usize) -> Queue<Sent> {
    let allowed = Semaphore::new(allowed);
    Queue::new(Sent { allowed }, most)
}

async fn enter(queue: &Queue<Sent>, id: &str, agreeing: u32) -> GoOn<Sent> {
    let order = OrderKey::new("m", id).unwrap();
    queue.enter(|| (order.clone(), agreeing)).await
}

async fn first(queue: &Queue<Sent>, id: &str) -> Turn<Sent> {
    match enter(queue, id, 0).await {
        GoOn::First(turn) => turn,
        _ => panic!("the first one goes at once"),
    }
}

/// A call that waits: what it was told in the end.
type Call = JoinHandle<String>;

fn call(queue: &Queue<Sent>, id: &'static str, agreeing: u32) -> Call {
    let queue = queue.clone();
    tokio::spawn(async move {
        match enter(&queue, id, agreeing).await {
            GoOn::Answered(together) => together.unwrap(),
            GoOn::First(_turn) => "first".to_owned(),
            GoOn::Alone => "alone".to_owned(),
        }
    })
}

/// Calls that are queued when this returns.
async fn calls<const N: usize>(queue: &Queue<Sent>, ids: [&'static str; N]) -> [Call; N] {
    let calls = ids.map(|id| call(queue, id, 0));
    let before = queue.0.state().waiting.len();
    while queue.0.state().waiting.len() < before + N {
        yield_now().await;
    }
    calls
}

async fn told<const N: usize>(calls: [Call; N]) -> Vec<String> {
    let mut told = Vec::new();
    for call in calls {
        told.push(call.await.unwrap());
    }
    told
}

#[tokio::test]
async fn a_call_goes_at_once_where_no_other_is_under_way() {
    let queue = queue(64, 0);
    for id in ["A", "A", "B"] {
        drop(first(&queue, id).await);
    }
}

#[tokio::test]
async fn calls_that_come_meanwhile_go_together_in_the_order_of_their_keys() {
    let queue = queue(64, 1);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["D", "B", "C"]).await;
    drop(turn);
    assert_eq!(told(calls).await, ["B C D"; 3]);
    drop(first(&queue, "E").await);
}

#[tokio::test]
async fn calls_that_are_ready_at_the_same_time_go_together_at_once() {
    let queue = queue(64, 1);
    let calls = ["A", "B", "C"].map(|id| call(&queue, id, 0));
    assert_eq!(told(calls).await, ["A B C"; 3]);
}

#[tokio::test]
async fn a_single_call_is_given_the_turn_itself() {
    let queue = queue(64, 0);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["B"]).await;
    drop(turn);
    assert_eq!(told(calls).await, ["first"]);
}

#[tokio::test]
async fn so_many_go_together_and_no_more() {
    let queue = queue(2, 3);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["F", "E", "D", "C", "B"]).await;
    drop(turn);
    assert_eq!(told(calls).await, ["E F", "E F", "C D", "C D", "first"]);
}

#[tokio::test]
async fn with_one_at_a_time_nobody_waits() {
    let queue = queue(1, 0);
    for _ in 0..3 {
        assert!(matches!(enter(&queue, "A", 0).await, GoOn::Alone));
    }
}

#[tokio::test]
async fn of_calls_about_one_order_the_first_goes_first_and_none_together() {
    let queue = queue(64, 9);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["B", "C", "B", "B", "C"]).await;
    drop(turn);
    assert_eq!(told(calls).await, ["B C", "B C", "B C", "first", "B C"]);
}

#[tokio::test]
async fn calls_that_do_not_agree_go_one_after_the_other() {
    let queue = queue(64, 9);
    let turn = first(&queue, "A").await;
    let calls = [("B", 1), ("C", 2), ("D", 1), ("E", 2)].map(|(id, with)| call(&queue, id, with));
    yield_now().await;
    drop(turn);
    assert_eq!(told(calls).await, ["B D", "C E", "B D", "C E"]);
}

#[tokio::test]
async fn a_call_without_an_answer_goes_alone_and_the_others_are_answered() {
    let queue = queue(64, 1);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["B", "ALONE", "C"]).await;
    drop(turn);
    assert_eq!(told(calls).await, ["ALONE B C", "alone", "ALONE B C"]);
}

#[tokio::test]
async fn a_dropped_call_is_not_sent_and_holds_nobody_up() {
    let queue = queue(64, 1);
    let turn = first(&queue, "A").await;
    let [b, c, d] = calls(&queue, ["B", "C", "D"]).await;
    c.abort();
    assert!(c.await.unwrap_err().is_cancelled());
    drop(turn);
    assert_eq!(told([b, d]).await, ["B D"; 2]);
}

#[tokio::test]
async fn callers_dropped_while_theirs_is_under_way_hold_nobody_up() {
    let queue = queue(64, 0);
    let turn = first(&queue, "A").await;
    let under_way = calls(&queue, ["B", "C"]).await;
    drop(turn);
    while !queue.0.state().waiting.is_empty() {
        yield_now().await;
    }
    let later = calls(&queue, ["D", "E"]).await;
    for call in under_way {
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    queue.0.kind.allowed.add_permits(2);
    assert_eq!(told(later).await, ["D E"; 2]);
}

#[tokio::test]
async fn a_first_caller_that_is_never_polled_again_holds_nobody_up_for_ever() {
    let queue = queue(64, 1);
    let turn = first(&queue, "A").await;
    let calls = calls(&queue, ["B", "C"]).await;
    assert_eq!(told(calls).await, ["B C"; 2]);
    // And when it goes on after all, nobody is disturbed.
    let other = first(&queue, "D").await;
    drop(turn);
    let calls = self::calls(&queue, ["E"]).await;
    drop(other);
    assert_eq!(told(calls).await, ["first"]);
}

#[test]
fn a_runtime_that_ends_with_what_it_was_to_send_leaves_the_others_to_themselves() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let (ending, ours) = (runtime().unwrap(), runtime().unwrap());
    let queue = queue(64, 0);
    let turn = ending.block_on(first(&queue, "A"));
    let calls = ours.block_on(calls(&queue, ["B", "C"]));
    drop(turn);
    drop(ending);
    ours.block_on(async {
        assert_eq!(told(calls).await, ["alone"; 2]);
        drop(first(&queue, "D").await);
    });
}
