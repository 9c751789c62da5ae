//! Reads the shop's reply as PayTR does: HTTP 200 and exactly `OK`, or not acknowledged.

use crate::delivery::Problem;
use crate::php_message;

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Why the reply is not an acknowledgement; `None` when it is one.
pub(crate) fn problem(status: u16, body: &[u8]) -> Option<Problem> {
    match (status, body) {
        (200, b"OK") => None,
        (200, body) => Some(problem_of_body(body)),
        (300..400, _) => Some(Problem::Redirect),
        (_, body) if php_message::find(body).is_some() => Some(Problem::PhpMessage),
        _ => Some(Problem::Status),
    }
}

fn problem_of_body(body: &[u8]) -> Problem {
    let text = body.trim_ascii();
    if body.is_empty() {
        Problem::Empty
    } else if php_message::find(body).is_some() {
        Problem::PhpMessage
    } else if body.starts_with(BYTE_ORDER_MARK) {
        Problem::ByteOrderMark
    } else if text == b"OK" {
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        if body.iter().any(is_break) {
            Problem::LineBreak
        } else {
            Problem::Whitespace
        }
    } else if matches!(text, b"\"OK\"" | b"'OK'") {
        Problem::Quotes
    } else if text.eq_ignore_ascii_case(b"OK") {
        Problem::LetterCase
    } else if asks_for_a_password(text) {
        Problem::LoginPage
    } else if text.contains(&b'<') {
        Problem::Html
    } else if matches!(text.first(), Some(b'{' | b'[')) {
        Problem::Json
    } else {
        Problem::OtherText
    }
}

fn asks_for_a_password(page: &[u8]) -> bool {
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    let fields = ["type=\"password\"", "type='password'", "type=password"];
    fields.iter().any(|field| page.contains(field))
}

/// What a redirect to this address is: a login page by its name, or any other redirect.
pub(crate) fn problem_of_redirect(location: &str) -> Problem {
    let location = location.to_ascii_lowercase();
    let logins = ["login", "signin", "sign-in", "sign_in", "giris", "oturum"];
    if logins.iter().any(|name| location.contains(name)) {
        Problem::LoginPage
    } else {
        Problem::Redirect
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
            (200, b"OK\n", Problem::LineBreak),
            (200, b"\r\nOK", Problem::LineBreak),
            (200, b" OK", Problem::Whitespace),
            (200, b"\"OK\"", Problem::Quotes),
            (200, b"ok", Problem::LetterCase),
            (200, b"\xEF\xBB\xBFOK", Problem::ByteOrderMark),
            (200, b"<html>OK</html>", Problem::Html),
            (200, b"<!doctype html>OK", Problem::Html),
            (200, b"<form><input type=\"Password\">", Problem::LoginPage),
            (200, b"{\"status\":\"OK\"}", Problem::Json),
            (200, b"OKOK", Problem::OtherText),
            (
                200,
                b"<br />\n<b>Warning</b>:  x in <b>/a.php</b> on line <b>3</b><br />\nOK",
                Problem::PhpMessage,
            ),
            (
                200,
                b"\nNotice: x in /a.php on line 3\nOK",
                Problem::PhpMessage,
            ),
            (
                200,
                b"\xEF\xBB\xBF\nNotice: x in /a.php on line 3\nOK",
                Problem::PhpMessage,
            ),
            (
                500,
                b"\nFatal error: x in /a.php on line 3\n",
                Problem::PhpMessage,
            ),
        ] {
            assert_eq!(problem(status, body), Some(expected), "{status} {body:?}");
        }
    }

    #[test]
    fn a_redirect_to_a_login_is_named_as_one() {
        for (location, expected) in [
            ("https://shop.example/Login?next=/paytr", Problem::LoginPage),
            ("/hesap/giris", Problem::LoginPage),
            ("https://www.shop.example/paytr/callback", Problem::Redirect),
            ("", Problem::Redirect),
        ] {
            assert_eq!(problem_of_redirect(location), expected, "{location}");
        }
    }
}
