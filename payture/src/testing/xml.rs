use std::fmt::Write as _;

use crate::three_ds::escape;

/// An answer being written.
#[derive(Debug, Clone)]
pub(super) struct Xml {
    name: String,
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
        Self::new(name, "False").with("ErrCode", code)
    }

    fn new(name: &str, success: &str) -> Self {
        let empty = Self {
            name: name.to_owned(),
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
        } = self;
        if children.is_empty() {
            format!("<{name}{attributes}/>")
        } else {
            format!("<{name}{attributes}>{children}</{name}>")
        }
    }
}
