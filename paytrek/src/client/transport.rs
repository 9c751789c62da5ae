//! Sending a call and reading the reply, within limits.

use paid_once_http::{Replies, Reply};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use super::{PaytrekClient, PaytrekError};
use crate::api::{Call, Effect, Method};

/// A redirect of a POST loses its body, and one of a GET would take the credentials along. No reply has a
/// megabyte.
const REPLIES: Replies = Replies {
    is_answer: |status| !matches!(status, 300..=399 | 500..),
    longest: 1024 * 1024,
};

impl PaytrekClient {
    /// Sends a call: once, unless it changes nothing.
    pub(super) async fn call(&self, call: &Call, effect: Effect) -> Result<Reply, PaytrekError> {
        let url = self.host.join(call.path());
        let request = match call.method() {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
            Method::Put => self.http.put(url),
            Method::Delete => self.http.delete(url),
        };
        let request = request
            .header(AUTHORIZATION, self.authorization()?)
            .header(CONTENT_TYPE, "application/json");
        let request = match call.body() {
            Some(body) => request.body(body.to_owned()),
            None => request,
        };
        Ok(match effect {
            Effect::ReadOnly => REPLIES.repeatable(request).await?,
            Effect::Changes => REPLIES.once(request).await?,
        })
    }

    fn authorization(&self) -> Result<HeaderValue, PaytrekError> {
        // Base64 always is a header value; an error would not show it.
        let mut value = HeaderValue::from_str(self.credentials.authorization())
            .map_err(|error| PaytrekError::NotSent(error.into()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}
