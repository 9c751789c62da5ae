//! Medians and how to print them.

/// The value at a fraction of the sorted samples; 0.5 is the median.
pub fn quantile(samples: &mut [f64], fraction: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index between 0 and the number of samples"
    )]
    let index = (last as f64 * fraction).round() as usize;
    samples.get(index).copied().unwrap_or(f64::NAN)
}

/// Minimum, median and maximum in one text.
pub fn spread(samples: &mut [f64], decimals: usize) -> String {
    let [least, median, most] = [0.0, 0.5, 1.0].map(|at| quantile(samples, at));
    format!("{median:.decimals$} ({least:.decimals$} to {most:.decimals$})")
}

/// A count as a float, for rates.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
pub fn float(count: usize) -> f64 {
    count as f64
}
