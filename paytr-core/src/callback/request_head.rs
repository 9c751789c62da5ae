use crate::Disposition;

/// What a notification request looks like before its body is read.
///
/// The same rules for every framework: a POST of a plain urlencoded form, not compressed.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The `Content-Type` header, if there is exactly one.
    pub content_type: Option<&'a [u8]>,
    /// The `Content-Encoding` header.
    pub content_encoding: Option<&'a [u8]>,
    /// The `Content-Length` header, if it is a number.
    pub content_length: Option<u64>,
}

impl RequestHead<'_> {
    /// Checks the head against the rules and the size limit, in bytes.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with, without reading the body.
    pub fn check(&self, max_body: usize) -> Result<(), Disposition> {
        if self.method != "POST" {
            return Err(Disposition::MethodNotAllowed);
        }
        let is_form = self.content_type.is_some_and(is_urlencoded_form);
        let is_plain = self
            .content_encoding
            .is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"identity"));
        if !is_form || !is_plain {
            return Err(Disposition::UnsupportedMediaType);
        }
        if self
            .content_length
            .is_some_and(|length| length > max_body as u64)
        {
            return Err(Disposition::TooLarge);
        }
        Ok(())
    }
}

/// The media type decides; parameters such as a charset do not, since the signed fields are ASCII.
fn is_urlencoded_form(content_type: &[u8]) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    if content_type == FORM {
        return true;
    }
    let essence = content_type.split(|byte| *byte == b';').next();
    essence.is_some_and(|essence| essence.trim_ascii().eq_ignore_ascii_case(FORM))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head<'a>(method: &'a str, content_type: Option<&'a str>) -> RequestHead<'a> {
        RequestHead {
            method,
            content_type: content_type.map(str::as_bytes),
            content_encoding: None,
            content_length: None,
        }
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn only_post_passes() {
        for method in ["GET", "HEAD", "PUT", "OPTIONS", "DELETE", "post"] {
            let refused = head(method, Some(FORM)).check(100);
            assert_eq!(refused, Err(Disposition::MethodNotAllowed), "{method}");
        }
    }

    #[test]
    fn only_a_plain_urlencoded_form_passes() {
        for good in [
            FORM,
            "Application/X-WWW-Form-Urlencoded",
            "application/x-www-form-urlencoded; charset=UTF-8",
        ] {
            assert_eq!(head("POST", Some(good)).check(100), Ok(()), "{good}");
        }
        let wrong = [
            "multipart/form-data; boundary=x",
            "application/json",
            "text/plain",
            "",
        ];
        for wrong in wrong.map(Some).into_iter().chain([None]) {
            let refused = head("POST", wrong).check(100);
            assert_eq!(refused, Err(Disposition::UnsupportedMediaType), "{wrong:?}");
        }
        let gzip = RequestHead {
            content_encoding: Some(b"gzip"),
            ..head("POST", Some(FORM))
        };
        assert_eq!(gzip.check(100), Err(Disposition::UnsupportedMediaType));
    }

    #[test]
    fn an_announced_length_above_the_limit_is_refused_unread() {
        let announced = |length| RequestHead {
            content_length: Some(length),
            ..head("POST", Some(FORM))
        };
        assert_eq!(announced(100).check(100), Ok(()));
        assert_eq!(announced(101).check(100), Err(Disposition::TooLarge));
    }
}
