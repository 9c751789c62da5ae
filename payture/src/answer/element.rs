use std::fmt;

use paid_once::{Currency, Money};

use super::{AnswerError, DecodeError, Refusal};
use crate::ErrorCode;
use crate::three_ds::Challenge;
use crate::values::{OrderId, ThreeDsKey};

/// One answer, with every attribute and child it came with: those that nobody documented too.
///
/// An attribute that is empty counts as absent. `Debug` shows the names of attributes, and the values of
/// `Success`, `ErrCode` and `State` alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub(super) root: Element,
    pub(super) success: Success,
    pub(super) children: Vec<Element>,
    pub(super) currency: Currency,
}

/// The three values of the attribute `Success`, compared without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    /// `True`: this command was carried out. That alone does not mean that money was received.
    True,
    /// `False`: not carried out; `ErrCode` says why.
    False,
    /// `3DS`: the cardholder must prove who they are first.
    ThreeDs,
}

impl Success {
    pub(super) fn from_wire(text: &str) -> Option<Self> {
        match () {
            () if text.eq_ignore_ascii_case("True") => Some(Self::True),
            () if text.eq_ignore_ascii_case("False") => Some(Self::False),
            () if text.eq_ignore_ascii_case("3DS") => Some(Self::ThreeDs),
            () => None,
        }
    }
}

/// The name and the attributes of one XML element. `Debug` shows names only.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Element {
    /// The element's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of an attribute, unless it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.attributes().filter(|(known, _)| *known == name);
        values
            .next()
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// All attributes in the order of the document, empty ones too.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (&**name, &**value))
    }
}

impl Answer {
    /// The name of the root element.
    #[must_use]
    pub fn name(&self) -> &str {
        self.root.name()
    }

    /// Whether the command was carried out.
    #[must_use]
    pub fn success(&self) -> Success {
        self.success
    }

    /// The value of an attribute, unless it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.root.get(name)
    }

    /// All attributes in the order of the document, empty ones too.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.root.attributes()
    }

    /// The elements inside, in the order of the document.
    #[must_use]
    pub fn children(&self) -> &[Element] {
        &self.children
    }

    /// The code of a failure, if there is one.
    #[must_use]
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.get("ErrCode").map(ErrorCode::from_wire)
    }

    /// What the bank and the card said, where support has switched it on.
    #[must_use]
    pub fn add_info(&self) -> AddInfo {
        let infos = self
            .children
            .iter()
            .filter(|child| child.name() == "AddInfo");
        let pairs = infos.filter_map(|child| {
            let value = child.attributes().find(|(name, _)| *name == "Value");
            let value = value.map(|(_, value)| value).unwrap_or_default();
            Some((child.get("Key")?.to_owned(), value.to_owned()))
        });
        AddInfo(pairs.collect())
    }

    /// An amount in minor units of the terminal's currency.
    pub(crate) fn money(&self, name: &'static str) -> Result<Option<Money>, DecodeError> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let minor_units = minor_units(text).ok_or(DecodeError::Value { name })?;
        Ok(Some(Money::new(minor_units, self.currency)))
    }

    /// A truth value, in whatever case.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, DecodeError> {
        self.root.flag(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub(crate) fn check_root(&self, command: &str, alias: Option<&str>) -> Result<(), DecodeError> {
        if self.name() == command || Some(self.name()) == alias {
            Ok(())
        } else {
            Err(DecodeError::Root)
        }
    }

    pub(crate) fn check_order(&self, order: &OrderId) -> Result<(), DecodeError> {
        match self.get("OrderId") {
            Some(other) if other != order.as_str() => Err(DecodeError::OtherOrder),
            _ => Ok(()),
        }
    }

    /// The answer itself if it is a plain yes.
    pub(crate) fn done(self) -> Result<Self, AnswerError> {
        match self.success {
            Success::True => Ok(self),
            Success::False => Err(self.refused()),
            Success::ThreeDs => Err(DecodeError::UnexpectedChallenge.into()),
        }
    }

    pub(crate) fn refused(self) -> AnswerError {
        match self.error_code() {
            Some(code) => Refusal::new(code, self).into(),
            None => DecodeError::Missing { name: "ErrCode" }.into(),
        }
    }

    /// The way to the cardholder's bank, when the answer asks for it.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when one of `ACSUrl`, `PaReq` and `ThreeDSKey` is missing, or it is no such
    /// answer.
    pub fn challenge(&self) -> Result<Challenge, DecodeError> {
        if self.success != Success::ThreeDs {
            return Err(DecodeError::Missing { name: "ACSUrl" });
        }
        let part = |name| self.get(name).ok_or(DecodeError::Missing { name });
        let (acs_url, pa_req) = (part("ACSUrl")?, part("PaReq")?);
        let key = ThreeDsKey::new(part("ThreeDSKey")?);
        let key = key.map_err(|_| DecodeError::Value { name: "ThreeDSKey" })?;
        Ok(Challenge::new(acs_url, pa_req, key, self.clone()))
    }
}

impl Element {
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, DecodeError> {
        match self.get(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(DecodeError::Value { name }),
        }
    }
}

/// Reads 1 to 19 ASCII digits.
pub(crate) fn minor_units(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (1..=19).contains(&text.len())).then(|| text.parse().ok())?
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.attributes().map(|(name, _)| name).collect();
        f.debug_struct("Answer")
            .field("name", &self.name())
            .field("success", &self.success)
            .field("code", &self.error_code())
            .field("attributes", &names)
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.attributes().map(|(name, _)| name).collect();
        f.debug_struct("Element")
            .field("name", &self.name)
            .field("attributes", &names)
            .finish()
    }
}

/// The `AddInfo` elements of an answer: what the bank and the card said.
///
/// For display and for support. The set of keys is open, and so is their case. Never settle by it: a fee
/// may be part of the amount. `Debug` shows the keys only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AddInfo(Vec<(String, String)>);

impl AddInfo {
    /// The value under a key, whatever its case; empty values are there too.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut values = self
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(key));
        values.next().map(|(_, value)| value)
    }

    /// All of it, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for AddInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddInfo ")?;
        f.debug_list()
            .entries(self.iter().map(|(key, _)| key))
            .finish()
    }
}
