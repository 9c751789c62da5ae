use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderName};

/// The length that a request announces.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    let value = only(headers, &CONTENT_LENGTH)?;
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// The value of a header that is there exactly once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    values.next().is_none().then_some(value.as_bytes())
}
