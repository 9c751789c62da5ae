use std::time::Duration;

/// Limits on the body of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackLimits {
    /// Most bytes. Default 16 KiB; a notification has well under 2 KiB.
    pub max_body: usize,
    /// How long the whole body may take. Default 10 s.
    pub body_deadline: Duration,
}

impl Default for CallbackLimits {
    fn default() -> Self {
        Self {
            max_body: 16 * 1024,
            body_deadline: Duration::from_secs(10),
        }
    }
}
