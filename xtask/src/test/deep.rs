//! `cargo xtask test --deep`: what takes longer than anybody waits for.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::{bench, simulate};

/// One part, and how it is run.
type Part<'a> = (&'static str, &'a dyn Fn() -> Result<()>);

/// The usual tests, and then the others.
///
/// # Errors
///
/// A part failed. The others were run all the same.
pub(super) fn test(usual: impl Fn() -> Result<()>) -> Result<()> {
    run(&[
        ("tests", &usual),
        ("simulation, 100 000 seeds", &simulate::many_seeds),
        ("simulation, every broken rule", &simulate::mutants),
        ("growth, ten million orders", &bench::deep_growth),
    ])
}

fn run(parts: &[Part<'_>]) -> Result<()> {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for (name, part) in parts {
        let start = Instant::now();
        let outcome = part();
        let line = line(name, &outcome, start.elapsed());
        eprintln!("\n{line}");
        lines.push(line);
        if outcome.is_err() {
            failed.push(*name);
        }
    }
    eprintln!("\ndeep:\n{}", lines.join("\n"));
    ensure!(failed.is_empty(), "failed: {}", failed.join("; "));
    Ok(())
}

fn line(name: &str, outcome: &Result<()>, took: Duration) -> String {
    let minutes = took.as_secs().div_ceil(60);
    match outcome {
        Ok(()) => format!("  passed  {name} ({minutes} min)"),
        Err(error) => format!("  FAILED  {name} ({minutes} min): {error:#}"),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use anyhow::bail;

    use super::*;

    #[test]
    fn a_part_that_fails_is_named_and_the_others_are_run() {
        let ran = Cell::new(0);
        let good = || {
            ran.set(ran.get() + 1);
            Ok(())
        };
        let bad = || bail!("no luck");
        let error = run(&[("one", &good), ("two", &bad), ("three", &good)]).unwrap_err();
        assert_eq!(error.to_string(), "failed: two");
        assert_eq!(ran.get(), 2);
        assert!(run(&[("one", &good)]).is_ok());
    }

    #[test]
    fn the_summary_says_how_a_part_went_and_how_long_it_took() {
        let minute = Duration::from_secs(61);
        assert_eq!(line("one", &Ok(()), minute), "  passed  one (2 min)");
        let failed = Err(anyhow::anyhow!("no luck"));
        assert_eq!(
            line("two", &failed, minute),
            "  FAILED  two (2 min): no luck"
        );
    }
}
