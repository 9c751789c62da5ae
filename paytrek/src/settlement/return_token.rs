use crate::SaleToken;

/// The sale's token in the query of a return address: `token=c626f491…`.
///
/// It is a pointer and proves nothing. [`Settlement::returned`](crate::Settlement::returned) compares it with
/// the token of the order.
///
/// ```
/// use paytrek::return_token;
///
/// let token = return_token("token=c626f49193114e24ad0980752b749318")?;
/// assert_eq!(token.as_str(), "c626f49193114e24ad0980752b749318");
/// assert!(return_token("token=..%2F").is_err());
/// # Ok::<_, paytrek::ReturnTokenError>(())
/// ```
///
/// # Errors
///
/// [`ReturnTokenError`] when there is no token, more than one, or something else in its place.
pub fn return_token(query: &str) -> Result<SaleToken, ReturnTokenError> {
    let mut tokens = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "token");
    let (_, token) = tokens.next().ok_or(ReturnTokenError::Missing)?;
    if tokens.next().is_some() {
        return Err(ReturnTokenError::Repeated);
    }
    SaleToken::new(&token).map_err(|_| ReturnTokenError::Malformed)
}

/// Why a return address has no token. Never shows what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReturnTokenError {
    /// There is none.
    #[error("the return address has no token")]
    Missing,
    /// There are several.
    #[error("the return address has more than one token")]
    Repeated,
    /// It is not 32 lower-case hexadecimal digits.
    #[error("the token of the return address is not a sale's")]
    Malformed,
}
