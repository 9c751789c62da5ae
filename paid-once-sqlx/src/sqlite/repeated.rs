use std::collections::HashMap;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use sqlx::Executor as _;
use sqlx::sqlite::SqliteConnection;

use super::batch::Write;
use super::query::of_text;
use super::written::Written;

/// Statements in one text, at most.
const MOST: usize = 32;

/// Runs the same statement for several writes in one text: each trip to the thread of a connection
/// costs more than a statement.
///
/// That takes a statement whose parameters are `?` in their order, because those of the next one go on
/// where they end. Any other statement goes alone.
#[derive(Default)]
pub(super) struct Repeated {
    /// By statement and number. A few numbers only, so that the connection keeps their plans.
    texts: HashMap<(Arc<str>, usize), Arc<str>>,
}

impl Repeated {
    /// Runs all writes, and adds what each did. On an error it has added those of the writes before
    /// the one that failed.
    pub(super) async fn run(
        &mut self,
        mut writes: &[Write],
        connection: &mut SqliteConnection,
        answers: &mut Vec<Written>,
    ) -> sqlx::Result<()> {
        while let Some(first) = writes.first() {
            let same = writes.iter().take_while(|write| write.is_like(first));
            let (now, later) = writes.split_at(at_once(first, same.count()));
            self.run_in_one_text(now, connection, answers).await?;
            writes = later;
        }
        Ok(())
    }

    async fn run_in_one_text(
        &mut self,
        writes: &[Write],
        connection: &mut SqliteConnection,
        answers: &mut Vec<Written>,
    ) -> sqlx::Result<()> {
        let Some(first) = writes.first() else {
            return Ok(());
        };
        let key = (Arc::clone(&first.query.sql), writes.len());
        let text = self.texts.entry(key);
        let text = text.or_insert_with(|| vec![&*first.query.sql; writes.len()].join(";").into());
        let bound = writes
            .iter()
            .fold(of_text(text), |query, write| write.query.bind_to(query));
        let mut steps = connection.fetch_many(bound);
        let mut written = Written::default();
        while let Some(step) = steps.try_next().await? {
            if written.take(step) {
                answers.push(std::mem::take(&mut written));
            }
        }
        Ok(())
    }
}

/// How many of so many equal writes go into the next text: a power of two.
fn at_once(write: &Write, equal: usize) -> usize {
    if write.query.sql.contains("?1") {
        return 1;
    }
    let fitting = equal.clamp(1, MOST);
    1 << fitting.ilog2()
}
