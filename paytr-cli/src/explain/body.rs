use serde_json::Value;

use crate::output::Plain;

/// The fields of a body: of a form, or of JSON where a form should be.
pub(crate) struct Body {
    fields: Vec<Field>,
    pub(crate) encoding: Encoding,
    /// What is wrong with the body around its values.
    pub(crate) faults: Vec<String>,
}

/// How a body is written. PayTR posts and takes forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Form,
    Json,
}

struct Field {
    name: String,
    value: String,
    /// As it stands in the form, before it is decoded.
    raw: String,
}

impl Body {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (text, has_mark) = without_mark(text);
        let mut body = Self::of_text(text)?;
        if has_mark {
            let fault = "a byte order mark stands before the body, so that its first field has \
                         another name: save the file as UTF-8 without BOM";
            body.faults.insert(0, fault.to_owned());
        }
        Some(body)
    }

    fn of_text(text: &str) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            let fields = serde_json::from_str(text).ok()?;
            return Some(Self {
                fields: of_json(&fields),
                encoding: Encoding::Json,
                faults: Vec::new(),
            });
        }
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let mut fields: Vec<_> = pairs.map(of_pair).collect();
        let mut faults: Vec<_> = fields.iter().filter_map(Field::encoding_fault).collect();
        faults.extend(fields.iter_mut().filter_map(Field::trim_name));
        Some(Self {
            fields,
            encoding: Encoding::Form,
            faults,
        })
    }

    /// The first value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map(|field| field.value.as_str())
    }

    /// The same before it is decoded.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map(|field| field.raw.as_str())
    }
}

/// A byte order mark, as it is or percent-encoded.
fn without_mark(text: &str) -> (&str, bool) {
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        return (rest, true);
    }
    match text.split_at_checked(9) {
        Some((mark, rest)) if mark.eq_ignore_ascii_case("%EF%BB%BF") => (rest, true),
        _ => (text, false),
    }
}

impl Field {
    /// Takes blanks and line breaks away from the name, and says so.
    fn trim_name(&mut self) -> Option<String> {
        let name = self.name.trim();
        if name == self.name {
            return None;
        }
        let fault = format!(
            "a blank or a line break is part of the field name of {}",
            Plain(name)
        );
        self.name = name.to_owned();
        Some(fault)
    }

    /// Bytes that are not UTF-8 are decoded as U+FFFD.
    fn encoding_fault(&self) -> Option<String> {
        let was_posted = self.raw.to_ascii_uppercase().contains("%EF%BF%BD");
        let is_broken = self.value.contains('\u{fffd}') && !self.raw.contains('\u{fffd}');
        (is_broken && !was_posted).then(|| {
            let name = Plain(&self.name);
            format!("{name} is not in UTF-8, perhaps in Latin-5 (ISO-8859-9): post and sign UTF-8")
        })
    }
}

fn of_pair(pair: &str) -> Field {
    let raw = pair.split_once('=').map_or("", |(_, value)| value);
    let decoded = form_urlencoded::parse(pair.as_bytes()).next();
    let (name, value) = decoded.unwrap_or_default();
    Field {
        name: name.into_owned(),
        value: value.into_owned(),
        raw: raw.to_owned(),
    }
}

fn of_json(fields: &serde_json::Map<String, Value>) -> Vec<Field> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let field = |(name, value): (&String, &Value)| Field {
        name: name.clone(),
        value: text(value),
        raw: text(value),
    };
    fields.iter().map(field).collect()
}
