//! Requests being read and answers being written.

use std::fmt::Write as _;

use percent_encoding::percent_decode_str;

use crate::settlement::fields_of;
use crate::three_ds::escape;

/// The fields of a request, outer or inner.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form; `None` for one that cannot be read, such as one with a name twice.
    pub(super) fn outer(body: &[u8]) -> Option<Self> {
        fields_of(body).ok().map(Self)
    }

    /// Reads an inner text as the gateway is believed to: decoded once more as a whole, then split.
    pub(super) fn inner(&self, name: &str) -> Option<Self> {
        let text = self.get(name)?.replace('+', " ");
        let text = percent_decode_str(&text).decode_utf8().ok()?;
        let pairs = text.split(';').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        pairs.collect::<Option<_>>().map(Self)
    }

    /// The value of a field, unless it is missing or empty. Names are compared with their case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        values
            .next()
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// The names, for whoever looks at what was sent.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub(super) fn amount(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok().filter(|amount| *amount > 0)
    }
}

/// An answer being written.
#[derive(Debug, Clone)]
pub(super) struct Xml {
    name: String,
    /// `True`, `False` or `3DS`.
    pub(super) success: &'static str,
    /// Why not.
    pub(super) code: Option<String>,
    attributes: String,
    children: String,
}

impl Xml {
    pub(super) fn success(name: &str) -> Self {
        Self::new(name, "True")
    }

    pub(super) fn three_ds(name: &str) -> Self {
        Self::new(name, "3DS")
    }

    pub(super) fn failure(name: &str, code: &str) -> Self {
        let mut failure = Self::new(name, "False").with("ErrCode", code);
        failure.code = Some(code.to_owned());
        failure
    }

    fn new(name: &str, success: &'static str) -> Self {
        let empty = Self {
            name: name.to_owned(),
            success,
            code: None,
            attributes: String::new(),
            children: String::new(),
        };
        empty.with("Success", success)
    }

    pub(super) fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let _ = write!(self.attributes, " {name}=\"{}\"", escape(value.as_ref()));
        self
    }

    pub(super) fn number(self, name: &str, value: u64) -> Self {
        self.with(name, value.to_string())
    }

    pub(super) fn child(mut self, name: &str, attributes: &[(&str, &str)]) -> Self {
        let _ = write!(self.children, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.children, " {name}=\"{}\"", escape(value));
        }
        self.children.push_str("/>");
        self
    }

    pub(super) fn render(&self) -> String {
        let Self {
            name,
            attributes,
            children,
            ..
        } = self;
        if children.is_empty() {
            format!("<{name}{attributes}/>")
        } else {
            format!("<{name}{attributes}>{children}</{name}>")
        }
    }
}
