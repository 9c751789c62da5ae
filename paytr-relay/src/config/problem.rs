//! What is wrong with a configuration.

use std::fmt;

/// Everything that is wrong with a configuration: each with the path of the field and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    field: String,
    what: String,
}

impl ConfigError {
    pub(super) fn new(field: impl Into<String>, what: impl fmt::Display) -> Self {
        let mut problems = Problems::default();
        problems.add(field, what);
        Self {
            problems: problems.0,
        }
    }

    /// The paths of the fields that are wrong, such as `merchant[0].app.url`, in the order of the checks.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(|problem| &*problem.field)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{}: {}", problem.field, problem.what)?;
        }
        Ok(())
    }
}

/// The problems met so far: all of them are told at once.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

impl Problems {
    pub(super) fn add(&mut self, field: impl Into<String>, what: impl fmt::Display) {
        self.0.push(Problem {
            field: field.into(),
            what: what.to_string(),
        });
    }

    /// The value, or nothing and a problem of this field.
    pub(super) fn take<T, E: fmt::Display>(
        &mut self,
        field: impl Into<String>,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|error| self.add(field, error)).ok()
    }

    pub(super) fn into_error(self) -> Option<ConfigError> {
        let problems = self.0;
        (!problems.is_empty()).then_some(ConfigError { problems })
    }
}
