//! `multipart/form-data` as PHP 8.2 reads it, which takes more than the standard allows: the name of a
//! field in PayTR's own Postman collection ends in a line feed, and PHP reads it without.

use super::Unreadable;

/// The fields in their order. Uploaded files are none.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, Unreadable> {
    let boundary = boundary(content_type).ok_or(Unreadable::NoBoundary)?;
    let parts = parts(body, boundary.as_bytes());
    if parts.is_empty() {
        return Err(Unreadable::NoPart);
    }
    let fields = parts.into_iter().filter_map(|part| field(part).transpose());
    fields.collect()
}

fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary")?;
    let (_, value) = content_type.get(at..)?.split_once('=')?;
    let boundary = match value.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => value.split([',', ';']).next()?.trim(),
    };
    Some(boundary).filter(|boundary| !boundary.is_empty())
}

/// What stands between the lines that are the boundary. The last one may be missing.
fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let delimiter = [b"\n--", boundary].concat();
    let first = delimiter.get(1..).unwrap_or_default();
    let mut parts = Vec::new();
    let mut rest = match body.strip_prefix(first) {
        Some(rest) => Some(rest),
        None => split(body, &delimiter).map(|(_, rest)| rest),
    };
    while let Some(after) = rest.filter(|after| !after.starts_with(b"--")) {
        let Some((_, part)) = line(after) else {
            break;
        };
        let (part, next) = match split(part, &delimiter) {
            Some((part, next)) => (part, Some(next)),
            None => (part, None),
        };
        parts.push(part.strip_suffix(b"\r").unwrap_or(part));
        rest = next;
    }
    parts
}

/// What stands before and after the first occurrence.
fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(at.len()).position(|window| window == at)?;
    Some((bytes.get(..start)?, bytes.get(start + at.len()..)?))
}

/// The first line without its end, and the rest.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (line, rest) = split(bytes, b"\n")?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

/// Name and value of one part; `None` for a file.
fn field(part: &[u8]) -> Result<Option<(String, String)>, Unreadable> {
    let (headers, value) = headers(part).ok_or(Unreadable::NoName)?;
    let disposition = headers.iter().find_map(|header| {
        let (name, value) = header.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    });
    let parameters = parameters(disposition.ok_or(Unreadable::NoName)?);
    let get = |wanted: &str| {
        let mut known = parameters.iter();
        known.find(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    if get("filename").is_some() {
        return Ok(None);
    }
    let (_, name) = get("name").ok_or(Unreadable::NoName)?;
    Ok(Some((
        name.clone(),
        String::from_utf8_lossy(value).into_owned(),
    )))
}

/// The headers of a part, and what follows the empty line. A line without a colon belongs to the header
/// before it: so a line feed in a name goes.
fn headers(part: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let mut headers: Vec<String> = Vec::new();
    let mut rest = part;
    loop {
        let (line, after) = line(rest)?;
        rest = after;
        if line.is_empty() {
            return Some((headers, rest));
        }
        let text = String::from_utf8_lossy(line);
        let is_header = text.contains(':') && !text.starts_with([' ', '\t']);
        match headers.last_mut() {
            Some(last) if !is_header => last.push_str(&text),
            _ => headers.push(text.into_owned()),
        }
    }
}

/// `name="value"` and so on, between semicolons that are not in quotes.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut word = String::new();
    let mut characters = disposition.chars();
    let mut quoted = false;
    loop {
        match characters.next() {
            Some('\\') if quoted => match characters.next() {
                Some(escaped @ ('"' | '\\')) => word.push(escaped),
                other => word.extend(['\\'].into_iter().chain(other)),
            },
            Some('"') => quoted = !quoted,
            Some(character) if quoted || character != ';' => word.push(character),
            end => {
                if let Some((name, value)) = word.split_once('=') {
                    parameters.push((name.trim().to_owned(), value.to_owned()));
                }
                word.clear();
                if end.is_none() {
                    return parameters;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &str) -> Result<Vec<(String, String)>, Unreadable> {
        fields(content_type, body.as_bytes())
    }

    fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    const TYPE: &str = "multipart/form-data; boundary=XX";

    #[test]
    fn fields_are_read_in_their_order_and_files_are_left_out() {
        let body = "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--XX\r\n\
                    content-disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\nx\r\n--XX\r\n\
                    Content-Type: text/plain\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--XX--\r\nend";
        let expected = pairs(&[("a", "1\r\n2"), ("b", "")]);
        assert_eq!(read(TYPE, body), Ok(expected));
    }

    #[test]
    fn a_line_feed_in_a_name_goes() {
        for name in ["start_date\n", "start_\ndate", "start_date\r\n"] {
            let body = format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n2026-06-01\r\n--XX--\r\n"
            );
            let expected = pairs(&[("start_date", "2026-06-01")]);
            assert_eq!(read(TYPE, &body), Ok(expected), "{name:?}");
        }
    }

    #[test]
    fn quotes_bare_line_feeds_and_a_missing_end_are_no_hindrance() {
        let body = "--X;X\nContent-Disposition: form-data; name=\"a;\\\"b\\\\\"\n\nÅ=1;\n--X;X\n\
                    Content-Disposition: form-data; name=\"c\"\n\nlast";
        let expected = pairs(&[("a;\"b\\", "Å=1;"), ("c", "last")]);
        let content_type = "multipart/form-data; charset=utf-8; Boundary=\"X;X\"";
        assert_eq!(read(content_type, body), Ok(expected));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let named = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--\r\n";
        for (content_type, body, why) in [
            ("multipart/form-data", named, Unreadable::NoBoundary),
            (
                "multipart/form-data; boundary=",
                named,
                Unreadable::NoBoundary,
            ),
            (
                "multipart/form-data; boundary=\"X",
                named,
                Unreadable::NoBoundary,
            ),
            (
                "multipart/form-data; boundary=YY",
                named,
                Unreadable::NoPart,
            ),
            (TYPE, "", Unreadable::NoPart),
            (TYPE, "--XX--\r\n", Unreadable::NoPart),
            (TYPE, "--XX\r\n\r\n1\r\n--XX--\r\n", Unreadable::NoName),
            (
                TYPE,
                "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--",
                Unreadable::NoName,
            ),
            (
                TYPE,
                "--XX\r\nContent-Disposition: form-data; name=\"a\"",
                Unreadable::NoName,
            ),
        ] {
            assert_eq!(
                read(content_type, body),
                Err(why),
                "{content_type} {body:?}"
            );
        }
    }
}
