use serde_json::Value;

/// The fields of a body: of a form, or of JSON where a form should be.
pub(crate) struct Body {
    fields: Vec<Field>,
    pub(crate) encoding: Encoding,
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
        if text.trim_start().starts_with('{') {
            let fields = serde_json::from_str(text).ok()?;
            return Some(Self {
                fields: of_json(&fields),
                encoding: Encoding::Json,
            });
        }
        Some(Self {
            fields: text
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(of_pair)
                .collect(),
            encoding: Encoding::Form,
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
