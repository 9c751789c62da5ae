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

/// An amount as the payment page shows it, such as `124.8`. Payture does not charge by it.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayTotal(String);

impl DisplayTotal {
    /// Checks and takes a decimal: digits, perhaps a point and one or two more digits.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for anything else.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        let text = text.into();
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let fits = match text.split_once('.') {
            None => digits(&text, 15),
            Some((major, minor)) => digits(major, 15) && digits(minor, 2),
        };
        if !fits {
            return Err(InvalidRequest::Shape {
                field: "Total",
                rule: "a decimal such as 124.8",
            });
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayTotal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DisplayTotal({})", self.0)
    }
}

/// A phone number: digits only, with the country code, such as `79156783333`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Checks and takes a number.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 7 to 15 digits.
    pub fn new(number: impl Into<String>) -> Result<Self, InvalidRequest> {
        let number = number.into();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || !(7..=15).contains(&number.len()) {
            return Err(InvalidRequest::Shape {
                field: "PhoneNumber",
                rule: "7 to 15 digits with the country code and without +",
            });
        }
        Ok(Self(number))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}
