use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How far a listing of several requests is, on standard error if that is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn start(windows: usize) -> Self {
        Self::of("windows", windows)
    }

    /// The same for other things than windows.
    pub(crate) fn of(things: &str, count: usize) -> Self {
        if count < 2 {
            let bar = ProgressBar::hidden();
            return Self { bar };
        }
        let bar = ProgressBar::new(count as u64);
        let template = format!("{{pos}}/{{len}} {things} {{bar:30}} {{msg}}");
        let style = ProgressStyle::with_template(&template);
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
