//! Replicas that must have a write before it counts.

use std::future::Future;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::{Pipeline, RedisResult, Value, pipe};
use tokio::sync::Mutex;

use crate::RedisFault;

/// How many of them, and how long Redis waits for them.
#[derive(Debug, Clone)]
pub(crate) struct Replicas {
    count: NonZeroU32,
    limit: Duration,
    mark: String,
}

impl Replicas {
    /// For calls that may take so long: one round waits for a quarter of it. A call may find its connection busy with
    /// a round, and then another one that began too early for it, before its own.
    pub(crate) fn new(count: NonZeroU32, response_timeout: Duration, mark: &str) -> Self {
        Self {
            count,
            limit: response_timeout / 4,
            mark: mark.to_owned(),
        }
    }

    /// `WAIT` waits for what was written before the last command of its connection. A write of our own makes that
    /// everything, whoever wrote it: "it was settled before" is only told when the replicas know that too.
    fn round(&self) -> Pipeline {
        let mut round = pipe();
        round.cmd("SET").arg(&self.mark).arg(1);
        // 0 would be for ever.
        let limit = self.limit.as_millis().clamp(1, 1_000_000_000);
        round
            .cmd("WAIT")
            .arg(self.count.get())
            .arg(limit.to_string());
        round
    }

    fn judge(&self, answers: RedisResult<Vec<Value>>) -> Result<(), RedisFault> {
        let answers = answers.map_err(|error| RedisFault::from(&error))?;
        let mut answers = answers.into_iter().map(|answer| {
            let answer = answer.extract_error();
            answer.map_err(|error| RedisFault::from(&error))
        });
        let (Some(marked), Some(waited), None) = (answers.next(), answers.next(), answers.next())
        else {
            return Err(RedisFault::Corrupt("a reply"));
        };
        let required = self.count.get();
        let too_few = |reached| RedisFault::TooFewReplicas { reached, required };
        // What it was to mark is done, so this is no refusal: the server became a replica meanwhile, for example. A
        // full memory takes no mark and still takes settlements: then it waits for what this connection wrote.
        if !matches!(marked, Ok(_) | Err(RedisFault::OutOfMemory)) {
            return Err(too_few(0));
        }
        match waited {
            Ok(Value::Int(reached)) if reached >= i64::from(required) => Ok(()),
            Ok(Value::Int(reached)) => Err(too_few(u32::try_from(reached).unwrap_or_default())),
            Err(RedisFault::Permission) => Err(RedisFault::MissingPermission {
                permission: "+wait",
            }),
            Ok(_) | Err(_) => Err(too_few(0)),
        }
    }
}

/// The rounds of one connection. Redis answers nothing else on it during a round, so there is one at a time, for all
/// calls that were answered before it began.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// Calls that were answered, and wait.
    answered: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// How many of those it was for.
    covers: u64,
    came_of_it: Option<Result<(), RedisFault>>,
}

impl Rounds {
    /// Waits until the replicas have everything that was written before this is called, on the connection that `send`
    /// sends to. May be given up at any time: then the next call begins a round.
    pub(crate) async fn wait<F>(
        &self,
        replicas: &Replicas,
        send: impl FnOnce(Pipeline) -> F,
    ) -> Result<(), RedisFault>
    where
        F: Future<Output = RedisResult<Vec<Value>>>,
    {
        let mine = self.answered.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.covers >= mine
            && let Some(came_of_it) = last.came_of_it
        {
            return came_of_it;
        }
        let covers = self.answered.load(Ordering::SeqCst);
        let came_of_it = replicas.judge(send(replicas.round()).await);
        *last = Last {
            covers,
            came_of_it: Some(came_of_it),
        };
        came_of_it
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::Semaphore;

    use super::*;

    fn one() -> Replicas {
        Replicas::new(NonZeroU32::MIN, Duration::from_secs(4), "mark")
    }

    fn reached(count: i64) -> Vec<Value> {
        vec![Value::Okay, Value::Int(count)]
    }

    #[test]
    fn enough_replicas_are_those_that_are_asked_for() {
        let required = 1;
        assert_eq!(one().judge(Ok(reached(1))), Ok(()));
        assert_eq!(one().judge(Ok(reached(2))), Ok(()));
        let none = RedisFault::TooFewReplicas {
            reached: 0,
            required,
        };
        assert_eq!(one().judge(Ok(reached(0))), Err(none));
        let half = RedisFault::Corrupt("a reply");
        assert_eq!(one().judge(Ok(vec![Value::Okay])), Err(half));
    }

    /// The first round is under way when the other calls come: it began too early for them, and one more is for all.
    #[tokio::test]
    async fn calls_that_wait_share_a_round_that_begins_after_their_answers() {
        let (rounds, sent) = (Arc::new(Rounds::default()), Arc::new(AtomicUsize::new(0)));
        let gate = Arc::new(Semaphore::new(0));
        let mut calls = tokio::task::JoinSet::new();
        for call in 0..20 {
            let (rounds, told, gate) = (rounds.clone(), sent.clone(), gate.clone());
            calls.spawn(async move {
                rounds
                    .wait(&one(), |_| async move {
                        let first = told.fetch_add(1, Ordering::SeqCst) == 0;
                        gate.acquire().await.unwrap().forget();
                        Ok(reached(i64::from(!first)))
                    })
                    .await
            });
            if call == 0 {
                while sent.load(Ordering::SeqCst) == 0 {
                    tokio::task::yield_now().await;
                }
            }
        }
        while rounds.answered.load(Ordering::SeqCst) < 20 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(20);
        let answers = calls.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
        assert_eq!(sent.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_round_that_is_given_up_covers_nobody() {
        let (rounds, one) = (Rounds::default(), one());
        let never = rounds.wait(&one, |_| std::future::pending());
        assert!(
            tokio::time::timeout(Duration::from_millis(1), never)
                .await
                .is_err()
        );
        assert_eq!(
            rounds.wait(&one, |_| async { Ok(reached(1)) }).await,
            Ok(())
        );
    }
}
