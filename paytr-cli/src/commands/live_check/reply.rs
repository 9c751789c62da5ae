//! What came back, and what of it may be shown.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::output::Plain;

/// Fields of a reply that say how it ended. The others may hold tokens or personal data, and are not shown.
const SHOWN: [&str; 5] = ["status", "err_no", "err_msg", "reason", "msg"];

/// The longest text of PayTR's that is shown, in characters.
const LONGEST: usize = 120;

/// A whole reply.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) json: Option<Value>,
}

impl Reply {
    pub(super) fn new(status: u16, body: Vec<u8>) -> Self {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let json = serde_json::from_slice(text).ok();
        Self { status, body, json }
    }

    /// A field that is text or a number, as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.json.as_ref()?.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn has_status(&self, status: &str) -> bool {
        self.text("status").as_deref() == Some(status)
    }

    /// The names of the fields of a JSON object.
    pub(super) fn names(&self) -> Vec<&str> {
        let object = self.json.as_ref().and_then(Value::as_object);
        let names = object.into_iter().flat_map(|object| object.keys());
        names.map(String::as_str).collect()
    }

    pub(super) fn is_html(&self) -> bool {
        let start = self.body.iter().take(1024).copied().collect::<Vec<_>>();
        let start = String::from_utf8_lossy(&start).to_ascii_lowercase();
        start.contains("<html") || start.contains("<!doctype html")
    }

    /// How it ended, in a line.
    pub(super) fn summary(&self) -> String {
        let what = match &self.json {
            Some(Value::Object(_)) => self.fields(),
            Some(Value::Array(rows)) => format!("an array of {}", rows.len()),
            Some(_) => "JSON that is no object".to_owned(),
            None if self.is_html() => "an HTML page".to_owned(),
            None if self.body.is_empty() => "nothing".to_owned(),
            None => "no JSON".to_owned(),
        };
        format!("HTTP {}, {what}", self.status)
    }

    fn fields(&self) -> String {
        let shown = SHOWN.iter().filter_map(|name| {
            let text = self.text(name)?;
            let mut start: String = text.chars().take(LONGEST).collect();
            if start.len() < text.len() {
                start.push('…');
            }
            Some(format!("{name} {}", Plain(&start)))
        });
        let shown: Vec<_> = shown.collect();
        if shown.is_empty() {
            return format!("an object with {}", Plain(&self.names().join(", ")));
        }
        shown.join(", ")
    }
}

/// Texts that must not be shown, whoever put them into a reply.
pub(super) struct Secret(Vec<Zeroizing<String>>);

impl Secret {
    pub(super) fn new(texts: impl IntoIterator<Item = Zeroizing<String>>) -> Self {
        let mut secret = Self(Vec::new());
        texts.into_iter().for_each(|text| secret.keep(text));
        secret
    }

    pub(super) fn keep(&mut self, text: Zeroizing<String>) {
        if !text.is_empty() && !self.0.contains(&text) {
            self.0.push(text);
        }
    }

    pub(super) fn hide(&self, text: &str) -> String {
        let all = self.0.iter();
        all.fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "…")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(status: u16, body: &str) -> String {
        Reply::new(status, body.as_bytes().to_vec()).summary()
    }

    #[test]
    fn how_it_ended_is_shown_and_nothing_else() {
        let refused = r#"{"status":"error","err_no":"004","err_msg":"yok","paytr_token":"t"}"#;
        assert_eq!(
            summary(200, refused),
            "HTTP 200, status error, err_no 004, err_msg yok"
        );
        let page = r#"{"status":"success","token":"s3cret"}"#;
        assert_eq!(summary(200, page), "HTTP 200, status success");
        assert_eq!(
            summary(200, r#"[{"ctoken":"c"}]"#),
            "HTTP 200, an array of 1"
        );
        assert_eq!(
            summary(200, r#"{"list":[1],"iban":"TR"}"#),
            "HTTP 200, an object with iban, list"
        );
        assert_eq!(summary(502, "<HTML>x"), "HTTP 502, an HTML page");
        assert_eq!(summary(500, ""), "HTTP 500, nothing");
        assert_eq!(summary(200, "success"), "HTTP 200, no JSON");
    }

    #[test]
    fn texts_are_cut_and_cannot_steer_a_terminal() {
        let body = format!(r#"{{"status":"\u001b[2J","reason":"{}"}}"#, "ş".repeat(500));
        let shown = summary(200, &body);
        assert!(shown.contains(r"\u{1b}"), "{shown}");
        assert!(
            shown.ends_with('…') && shown.chars().count() < 200,
            "{shown}"
        );
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let secret =
            Secret::new(["key1", "", "tok+/="].map(|text| Zeroizing::new(text.to_owned())));
        assert_eq!(secret.hide("a key1 b tok+/= c"), "a … b … c");
    }
}
