//! What PayTR takes in each posted field: one list for the typed requests and for whoever reads a form
//! that somebody else wrote.

mod amounts;
mod basket;
mod shape;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::api::{Form, InvalidRequest};

pub(super) use shape::{CURRENCY, LANGUAGE, MINUTES, ORDER_ID, Shape};

/// What one posted field must look like, so that PayTR takes the request.
///
/// Every request has its list: [`Endpoint::RULES`](super::Endpoint::RULES) and
/// [`BrowserPayment::RULES`](super::BrowserPayment::RULES). The typed requests obey it; a form that
/// another program wrote can be checked by it:
///
/// ```
/// use paytr_core::api::{BrokenRule, Endpoint as _, FieldRule, IframeCard};
///
/// let posted = [("payment_amount", "34.56"), ("user_ip", "192.168.1.4"), ("currency", "TL")];
/// let get = |name: &str| posted.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
/// let broken: Vec<BrokenRule> = IframeCard::RULES.iter().filter_map(|rule| rule.check(get).err()).collect();
/// assert_eq!(broken[0].to_string(), "user_ip: an address of a private network");
/// assert_eq!(broken[1].to_string(), "payment_amount: it has a decimal mark");
/// assert_eq!(broken[1].rule.to_string(), "payment_amount: whole minor units, digits only: 3456 for 34.56");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FieldRule {
    field: &'static str,
    shape: Shape,
    is_optional: bool,
}

/// A posted value that PayTR refuses, though the token may be right. Never shows the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenRule {
    /// The field, by PayTR's name.
    pub field: &'static str,
    /// What is wrong with the value, such as `an IPv6 address`.
    pub why: &'static str,
    /// The rule: what to write instead.
    pub rule: InvalidRequest,
    /// Whether only PayTR itself can ask for it: the address of a buyer who sits at the machine of the
    /// shop is never a public one.
    pub is_live_only: bool,
}

impl FieldRule {
    pub(super) const fn new(field: &'static str, shape: Shape) -> Self {
        Self {
            field,
            shape,
            is_optional: false,
        }
    }

    /// It may be empty.
    pub(super) const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    /// The field, by PayTR's name.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// Checks the field of a form that `get` reads, decoded. A field that is not there is fine: what
    /// has to be posted is another question.
    ///
    /// # Errors
    ///
    /// [`BrokenRule`] for a value that PayTR is documented or known to refuse.
    pub fn check<'a>(&self, get: impl Fn(&str) -> Option<&'a str>) -> Result<(), BrokenRule> {
        let Some(text) = get(self.field) else {
            return Ok(());
        };
        let is_empty = text.trim().is_empty();
        if is_empty && self.is_optional {
            return Ok(());
        }
        let checked = self.shape.check(self.field, text, &get);
        checked.map_err(|(rule, why)| BrokenRule {
            field: self.field,
            why: if is_empty { "it is empty" } else { why },
            rule,
            is_live_only: self.shape.is_live_only() && !is_empty,
        })
    }
}

/// The field and what is wrong with it.
impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.why)
    }
}

/// A form that obeys the rules, as far as this machine can tell.
pub(super) fn obey(rules: &[FieldRule], form: Form) -> Result<Form, InvalidRequest> {
    let broken = rules.iter().filter_map(|rule| {
        let broken = rule.check(|name| form.get(name)).err()?;
        (!broken.is_live_only).then_some(broken.rule)
    });
    match { broken }.next() {
        Some(rule) => Err(rule),
        None => Ok(form),
    }
}
