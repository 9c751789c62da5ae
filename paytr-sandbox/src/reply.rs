//! Reads the shop's reply as PayTR does: HTTP 200 and exactly `OK`, or not acknowledged.

use crate::delivery::Problem;

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Why the reply is not an acknowledgement; `None` when it is one.
pub(crate) fn problem(status: u16, body: &[u8]) -> Option<Problem> {
    match (status, body) {
        (200, b"OK") => None,
        (200, body) => Some(problem_of_body(body)),
        (300..400, _) => Some(Problem::Redirect),
        _ => Some(Problem::Status),
    }
}

fn problem_of_body(body: &[u8]) -> Problem {
    if body.is_empty() {
        Problem::Empty
    } else if body.starts_with(BYTE_ORDER_MARK) {
        Problem::ByteOrderMark
    } else if body.trim_ascii() == b"OK" {
        Problem::Whitespace
    } else if matches!(body.trim_ascii(), b"\"OK\"" | b"'OK'") {
        Problem::Quotes
    } else if body.trim_ascii().eq_ignore_ascii_case(b"OK") {
        Problem::LetterCase
    } else if body.contains(&b'<') {
        Problem::Html
    } else {
        Problem::OtherText
    }
}

/// The beginning of a body for people, at most 500 characters.
pub(crate) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_status_200_with_exactly_ok_acknowledges() {
        assert_eq!(problem(200, b"OK"), None);
        for (status, body, expected) in [
            (201, &b"OK"[..], Problem::Status),
            (500, b"OK", Problem::Status),
            (301, b"OK", Problem::Redirect),
            (200, b"", Problem::Empty),
            (200, b"OK\n", Problem::Whitespace),
            (200, b" OK", Problem::Whitespace),
            (200, b"\"OK\"", Problem::Quotes),
            (200, b"ok", Problem::LetterCase),
            (200, b"\xEF\xBB\xBFOK", Problem::ByteOrderMark),
            (200, b"<html>OK</html>", Problem::Html),
            (200, b"OKOK", Problem::OtherText),
        ] {
            assert_eq!(problem(status, body), Some(expected), "{status} {body:?}");
        }
    }
}
