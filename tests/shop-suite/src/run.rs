use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::{Database, Nodes, Program};

/// No rule takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_secs(100);

/// Runs one rule against the shop at `path`. What [`shop_suite!`](crate::shop_suite) stamps calls it.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run<F: Future<Output = Result<()>>>(path: &str, rule: impl FnOnce(Program) -> F) {
    run_on(Database::Sqlite, path, rule);
}

/// The same with another database.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run_on<F: Future<Output = Result<()>>>(
    database: Database,
    path: &str,
    rule: impl FnOnce(Program) -> F,
) {
    if let Err(error) = try_run(rule(Program::new(path).on(database))) {
        panic!("{error:?}");
    }
}

/// Runs one fault rule with these nodes. What [`fault_suite!`](crate::fault_suite) stamps calls it.
///
/// # Panics
///
/// When the rule does not hold.
pub fn run_nodes<F: Future<Output = Result<()>>>(nodes: Nodes, rule: impl FnOnce(Nodes) -> F) {
    if let Err(error) = try_run(rule(nodes)) {
        panic!("{error:?}");
    }
}

fn try_run(rule: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let outcome = tokio::time::timeout(LIMIT, rule).await;
        outcome.context("the rule took too long")?
    })
}
