use std::fmt;
use std::sync::Arc;

/// A reply as it came, before it is read. See
/// [`ClientBuilder::inspect_replies`](super::ClientBuilder::inspect_replies).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct InspectedReply<'a> {
    /// The path that was asked.
    pub path: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: &'a [u8],
}

impl fmt::Debug for InspectedReply<'_> {
    /// Shows the length of the body only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InspectedReply")
            .field("path", &self.path)
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish()
    }
}

/// Who looks at replies, if anybody does.
#[derive(Clone, Default)]
pub(super) struct Inspector(Option<Arc<Look>>);

type Look = dyn Fn(&InspectedReply<'_>) + Send + Sync;

impl Inspector {
    pub(super) fn new(look: impl Fn(&InspectedReply<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    pub(super) fn show(&self, reply: &InspectedReply<'_>) {
        if let Some(look) = &self.0 {
            look(reply);
        }
    }
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Some" } else { "None" })
    }
}
