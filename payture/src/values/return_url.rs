use std::fmt;

use url::Url;

use crate::commands::InvalidRequest;

/// Where the browser goes from Payture's page: an absolute http or https address.
///
/// Payture puts the order id in the place of `{orderid}` and `true` or `false` in the place of
/// `{success}`. Anybody can type such an address: what it says about success proves nothing.
///
/// ```
/// use payture::ReturnUrl;
///
/// let url = ReturnUrl::new("https://shop.example/return?orderid={orderid}&success={success}")?;
/// # Ok::<_, payture::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnUrl(String);

impl ReturnUrl {
    /// Checks and takes an address, placeholders included.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it is not absolute, longer than 1000 bytes, or has characters that
    /// cannot be sent. A semicolon cannot: write `&` between parameters.
    pub fn new(url: impl Into<String>) -> Result<Self, InvalidRequest> {
        let url = url.into();
        let is_web = Url::parse(&url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let sendable = !url.contains(';') && !url.chars().any(char::is_control);
        if !is_web || !sendable || url.trim() != url || url.len() > 1_000 {
            return Err(InvalidRequest::Shape {
                field: "Url",
                rule: "an absolute http or https address without semicolons, at most 1000 bytes",
            });
        }
        Ok(Self(url))
    }

    /// The address with its placeholders.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReturnUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnUrl({})", self.0)
    }
}
