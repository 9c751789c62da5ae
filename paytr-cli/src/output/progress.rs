use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How far a listing of several requests is, on standard error if that is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn start(windows: usize) -> Self {
        if windows < 2 {
            let bar = ProgressBar::hidden();
            return Self { bar };
        }
        let bar = ProgressBar::new(windows as u64);
        let style = ProgressStyle::with_template("{pos}/{len} windows {bar:30} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// Says what is asked for now.
    pub(crate) fn asking(&self, window: &str) {
        self.bar.set_message(window.to_owned());
    }

    pub(crate) fn done_one(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
