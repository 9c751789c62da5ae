//! Errors that stores report.

/// Any error of a store, a ledger or a handler.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// The store could not answer. Nothing is known about the effect of the call.
///
/// The cause is kept as [`source`](std::error::Error::source) for the logs; the text says nothing
/// about it, so that it can never reach a caller from outside.
#[derive(Debug, thiserror::Error)]
#[error("the order store is unavailable")]
pub struct StoreError(#[source] BoxError);

impl StoreError {
    /// Wraps the cause.
    pub fn new(cause: impl Into<BoxError>) -> Self {
        Self(cause.into())
    }
}

/// Everything that is below an error, outermost first, for a log: `the server refused: NOPERM no permission`.
/// `None` when nothing is. What an error's own text says already is not said again.
///
/// ```
/// use paid_once::{StoreError, causes};
///
/// let error = StoreError::new("no route to host");
/// assert_eq!(error.to_string(), "the order store is unavailable");
/// assert_eq!(causes(&error).as_deref(), Some("no route to host"));
/// ```
#[must_use]
pub fn causes(error: &dyn std::error::Error) -> Option<String> {
    let mut said = error.to_string();
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.ends_with(&text) {
            texts.push(text.clone());
        }
        said = text;
        next = cause.source();
    }
    (!texts.is_empty()).then(|| texts.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the script failed")]
    struct Script(#[source] Server);

    #[derive(Debug, thiserror::Error)]
    #[error("the server said: {0}")]
    struct Server(#[source] std::io::Error);

    #[test]
    fn the_whole_chain_is_told_once() {
        let refused = std::io::Error::other("NOPERM");
        let error = StoreError::new(Script(Server(refused)));
        let told = causes(&error).unwrap();
        assert_eq!(told, "the script failed: the server said: NOPERM");
        assert_eq!(causes(&std::io::Error::other("alone")), None);
    }
}
