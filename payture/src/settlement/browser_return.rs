use super::{HintError, fields_of};
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
