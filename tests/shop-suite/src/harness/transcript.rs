use std::sync::Mutex;

/// Everything a shop said to anybody.
#[derive(Default)]
pub(crate) struct Transcript {
    said: Mutex<Vec<(String, String)>>,
}

impl Transcript {
    pub(crate) fn add(&self, what: impl Into<String>, text: impl Into<String>) {
        let mut said = self
            .said
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        said.push((what.into(), text.into()));
    }

    /// Where a text stands in it, with the line around it.
    pub(crate) fn find(&self, text: &str) -> Option<String> {
        let said = self
            .said
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        said.iter().find_map(|(what, whole)| {
            let line = whole.lines().find(|line| line.contains(text))?;
            Some(format!("{what}: {line}"))
        })
    }
}
