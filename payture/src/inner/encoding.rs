use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but `A-Z a-z 0-9 - . _ ~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes as RFC 3986 does: upper-case hexadecimal, a space is `%20`.
pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// How values are written inside the inner format, before the whole is form-encoded.
///
/// Both were seen to work. For values of letters, digits and `-._~` they give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InnerVariant {
    /// Every value is percent-encoded: `CardHolder=Ivan%20Ivanov`. The default: it carries every
    /// character but `;` and control characters.
    #[default]
    PercentEncoded,
    /// Values are written as they are: `CardHolder=Ivan Ivanov`. The gateway's second decoding would turn
    /// `+` and `%` into something else, so values with these are refused. Only for a terminal that is
    /// seen to misread the default.
    Raw,
}
