use std::borrow::Cow;

use super::{ExtraFields, InnerVariant, check_name, percent_encode};
use crate::commands::InvalidRequest;

/// The pairs of one inner text, in the order they are written.
pub(crate) struct InnerFields {
    pairs: Vec<Pair>,
    problem: Option<InvalidRequest>,
}

struct Pair {
    name: Cow<'static, str>,
    value: String,
    always_encoded: bool,
}

impl InnerFields {
    pub(crate) fn new() -> Self {
        Self {
            pairs: Vec::new(),
            problem: None,
        }
    }

    /// Adds a pair.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.push(name.into(), value.into(), false);
        self
    }

    /// Adds a pair that is left out when there is no value.
    pub(crate) fn optional(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// Adds base64, whose `+`, `/` and `=` are percent-encoded in either variant.
    pub(crate) fn base64(mut self, name: &'static str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.push(name.into(), value, true);
        }
        self
    }

    /// Adds the caller's own pairs. None may have a name that the command gives a meaning to.
    pub(crate) fn extras(mut self, extras: &ExtraFields, reserved: &[&'static str]) -> Self {
        for (name, value) in extras.iter() {
            let taken = reserved
                .iter()
                .find(|known| known.eq_ignore_ascii_case(name));
            if let Some(&name) = taken {
                self.fail(InvalidRequest::ReservedName { name });
            }
            self.push(Cow::Owned(name.to_owned()), value.to_owned(), false);
        }
        self
    }

    fn push(&mut self, name: Cow<'static, str>, value: String, always_encoded: bool) {
        if !check_name(&name) {
            self.fail(InvalidRequest::ExtraName);
        }
        if self
            .pairs
            .iter()
            .any(|pair| pair.name.eq_ignore_ascii_case(&name))
        {
            self.fail(InvalidRequest::RepeatedName);
        }
        self.pairs.push(Pair {
            name,
            value,
            always_encoded,
        });
    }

    /// The first problem is the one to tell.
    fn fail(&mut self, problem: InvalidRequest) {
        self.problem.get_or_insert(problem);
    }

    /// The inner text, before it is form-encoded.
    pub(crate) fn encode(self, variant: InnerVariant) -> Result<String, InvalidRequest> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let mut text = String::new();
        for pair in &self.pairs {
            check_value(pair, variant)?;
            if !text.is_empty() {
                text.push(';');
            }
            text.push_str(&pair.name);
            text.push('=');
            match variant {
                InnerVariant::Raw if !pair.always_encoded => text.push_str(&pair.value),
                _ => text.push_str(&percent_encode(&pair.value)),
            }
        }
        Ok(text)
    }
}

fn check_value(pair: &Pair, variant: InnerVariant) -> Result<(), InvalidRequest> {
    let field = match &pair.name {
        Cow::Borrowed(name) => name,
        Cow::Owned(_) => "an extra field",
    };
    let shape = |rule| Err(InvalidRequest::Shape { field, rule });
    if pair.value.is_empty() {
        return shape("a value that is not empty; leave the field out instead");
    }
    if pair.value.contains(';') {
        return shape("no semicolon: it would begin another parameter");
    }
    if pair.value.chars().any(char::is_control) {
        return shape("no control characters");
    }
    if variant == InnerVariant::Raw && !pair.always_encoded && pair.value.contains(['%', '+']) {
        return shape("no % and no + in the raw variant: the gateway would decode them");
    }
    Ok(())
}
