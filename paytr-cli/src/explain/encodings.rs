//! The same value written in other ways.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

/// The other ways to write a JSON text: what PHP, Python and JavaScript make of it when it is read and
/// written again.
pub(super) fn json(text: &str) -> Vec<(String, String)> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let compact = value.to_string();
    let spaced = spaced(&value);
    let slashed = |text: &str| text.replace('/', "\\/");
    let ways = [
        (compact.clone(), "JSON written again without blanks"),
        (
            spaced.clone(),
            "JSON written again with blanks, as Python does",
        ),
        (escaped(&compact), "JSON written again with \\u escapes"),
        (
            escaped(&spaced),
            "JSON written again with blanks and \\u escapes, as Python does",
        ),
        (
            escaped(&slashed(&compact)),
            "JSON written again with \\u and \\/ escapes, as PHP does",
        ),
        (text.replace('"', "\\\""), "quotes escaped by backslashes"),
        (text.replace('"', "&quot;"), "quotes as HTML entities"),
    ];
    other_than(text, ways)
}

/// The other ways to write a basket that is posted in base64.
pub(super) fn basket(text: &str) -> Vec<(String, String)> {
    let Some(plain) = STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
    else {
        return Vec::new();
    };
    let mut ways: Vec<(String, String)> = json(&plain)
        .into_iter()
        .map(|(json, name)| (STANDARD.encode(json), name))
        .collect();
    ways.push((
        URL_SAFE.encode(&plain),
        "the basket in URL-safe base64".to_owned(),
    ));
    ways.push((STANDARD.encode(text), "base64 twice".to_owned()));
    ways.push((plain, "the basket's JSON without base64".to_owned()));
    ways.retain(|(other, _)| other != text);
    ways
}

fn other_than<const N: usize>(text: &str, ways: [(String, &str); N]) -> Vec<(String, String)> {
    let mut others: Vec<(String, String)> = Vec::new();
    for (way, name) in ways {
        if way != text && others.iter().all(|(known, _)| *known != way) {
            others.push((way, name.to_owned()));
        }
    }
    others
}

/// With a blank after every comma and colon.
fn spaced(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), spaced(value))
            };
            let fields: Vec<_> = fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// With every character beyond ASCII as `\uXXXX`.
fn escaped(json: &str) -> String {
    let mut text = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

/// Decodes `%XX` once more.
pub(super) fn decoded_again(text: &str) -> String {
    // A plus sign is what was meant here, not a blank.
    let kept = text.replace('+', "%2B");
    let pair = format!("x={kept}");
    let value = form_urlencoded::parse(pair.as_bytes()).next();
    value
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_in_every_other_way_once() {
        let ways: Vec<_> = json(r#"["ş/",1]"#)
            .into_iter()
            .map(|(way, _)| way)
            .collect();
        assert_eq!(
            ways,
            [
                r#"["ş/", 1]"#,
                r#"["\u015f/",1]"#,
                r#"["\u015f/", 1]"#,
                r#"["\u015f\/",1]"#,
                r#"[\"ş/\",1]"#,
                "[&quot;ş/&quot;,1]",
            ]
        );
    }
}
