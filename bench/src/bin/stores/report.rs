//! The numbers as a table.

use bench::stats::{quantile, spread};

use crate::contender::{Round, median};
use crate::engine::Compared;

pub(crate) fn head(title: &str) {
    println!("\n{title}");
    println!(
        "  {:7} {:34} {:>10} {:>10}   of the floor",
        "writers", "", "payments/s", "p99 ms"
    );
}

/// The contenders of one engine with one number of writers. The first is the floor.
pub(crate) fn lines(writers: usize, measured: &[(&Compared, Vec<Round>)]) {
    let Some((_, floor)) = measured.first() else {
        return;
    };
    for (place, (compared, rounds)) in measured.iter().enumerate() {
        let ratio = if place == 0 {
            "floor".to_owned()
        } else {
            ratio(writers, compared, rounds, floor)
        };
        println!(
            "  {writers:7} {:34} {:10.0} {:10.2}   {ratio}",
            compared.contender.name(),
            median(rounds, |round| round.rate),
            median(rounds, |round| round.p99_ms),
        );
    }
}

/// Round by round: what slows the machine down slows both.
fn ratio(writers: usize, compared: &Compared, rounds: &[Round], floor: &[Round]) -> String {
    let pairs = rounds.iter().zip(floor);
    let mut ratios: Vec<f64> = pairs
        .map(|(round, floor)| round.rate / floor.rate)
        .collect();
    let spread = spread(&mut ratios, 2);
    match compared.aim {
        Some(aim) if aim.with_writers.contains(&writers) => {
            let verdict = if quantile(&mut ratios, 0.5) >= aim.ratio {
                "reached"
            } else {
                "MISSED"
            };
            format!("{spread}, aim {}: {verdict}", aim.ratio)
        }
        _ => spread,
    }
}
