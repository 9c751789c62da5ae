use std::fmt;

/// A call that reached the fake.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeenRequest {
    /// Such as `POST`.
    pub method: String,
    /// The first part of the path behind `/api/v2/`, such as `refund`.
    pub resource: String,
    /// The path and the query.
    pub path: String,
    /// The body. It may have a card in it.
    pub body: String,
}

impl fmt::Debug for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenRequest")
            .field("method", &self.method)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}
