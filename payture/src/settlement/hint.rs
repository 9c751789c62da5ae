use percent_encoding::percent_decode;

use crate::values::OrderId;

/// The browser came back from Payture's page. Anybody can type such an address: it is a hint to ask, and
/// what it says about success is not even read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrowserReturn {
    /// The order that the address names.
    pub order: OrderId,
}

impl BrowserReturn {
    /// Reads the query of the return address. `parameter` is the name that the shop's
    /// [`ReturnUrl`](crate::ReturnUrl) gave to `{orderid}`.
    ///
    /// ```
    /// use payture::settlement::BrowserReturn;
    ///
    /// let hint = BrowserReturn::parse("orderid=ord-1&success=true", "orderid")?;
    /// assert_eq!(hint.order.as_str(), "ord-1");
    /// # Ok::<_, payture::settlement::HintError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`HintError`] when there is no order id, or it cannot be one.
    pub fn parse(query: &str, parameter: &'static str) -> Result<Self, HintError> {
        let fields = fields_of(query.as_bytes())?;
        let mut values = fields.into_iter().filter(|(name, _)| name == parameter);
        let (_, order) = values
            .next()
            .ok_or(HintError::Missing { name: parameter })?;
        let order = OrderId::new(order).map_err(|_| HintError::Value { name: parameter })?;
        Ok(Self { order })
    }
}

/// Why a body or an address from outside is no hint. Never contains a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HintError {
    /// More bytes or fields than any hint has.
    #[error("the body is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// A field comes twice.
    #[error("a field comes twice")]
    Repeated,
    /// A field is missing.
    #[error("{name} is missing")]
    Missing {
        /// The field.
        name: &'static str,
    },
    /// A field cannot be what it should.
    #[error("{name} has an unexpected value")]
    Value {
        /// The field.
        name: &'static str,
    },
}

/// The most bytes of a notification or a browser's form. Notifications have well under 2 KiB; `PaRes`
/// in a browser's form is longer.
const MOST_BYTES: usize = 64 * 1024;
/// More than any of them has.
const MOST_FIELDS: usize = 64;

/// Reads a form: strict UTF-8, no name twice.
pub(crate) fn fields_of(body: &[u8]) -> Result<Vec<(String, String)>, HintError> {
    if body.len() > MOST_BYTES {
        return Err(HintError::TooLong);
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(parts.next().unwrap_or_default())?;
        let value = decode(parts.next().unwrap_or_default())?;
        if fields.iter().any(|(known, _)| *known == name) {
            return Err(HintError::Repeated);
        }
        if fields.len() == MOST_FIELDS {
            return Err(HintError::TooLong);
        }
        fields.push((name, value));
    }
    Ok(fields)
}

fn decode(raw: &[u8]) -> Result<String, HintError> {
    let spaces = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
    let raw: Vec<u8> = raw.iter().map(spaces).collect();
    let decoded = percent_decode(&raw).decode_utf8();
    decoded.map(Into::into).map_err(|_| HintError::NotUtf8)
}
