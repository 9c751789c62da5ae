use std::time::Duration;

/// The longest pause between two questions.
const LONGEST: Duration = Duration::from_mins(10);

/// The pauses between two questions about one order, as Payture advises: 15 s after the buyer was sent to
/// the page, then every 3 s for 30 s, then every 5 s for 120 s, then longer and longer, up to 10 minutes.
/// It never ends.
///
/// ```
/// use payture::settlement::Polling;
///
/// let seconds: Vec<u64> = Polling::default().take(13).map(|pause| pause.as_secs()).collect();
/// assert_eq!(seconds, [15, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 5, 5]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Polling {
    asked: u32,
}

impl Iterator for Polling {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = match self.asked {
            0 => Duration::from_secs(15),
            1..=10 => Duration::from_secs(3),
            11..=34 => Duration::from_secs(5),
            // 7 s, 10 s, 15 s, …
            later => {
                let growth = 1.5_f64.powi(i32::try_from(later - 34).unwrap_or(i32::MAX).min(16));
                Duration::from_secs(5).mul_f64(growth).min(LONGEST)
            }
        };
        self.asked = self.asked.saturating_add(1);
        Some(pause)
    }
}
