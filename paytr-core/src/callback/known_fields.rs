use super::GrammarError;
use super::pairs::{SeenNames, decode, decode_exactly, pairs};
use crate::Signature;

/// The raw values of the fields that one kind of notification knows.
///
/// Payments have a splitter of their own (`body_fields`): it runs for every sale.
pub(super) struct KnownFields<'a, const N: usize> {
    names: [&'static str; N],
    values: [Option<&'a [u8]>; N],
}

impl<'a, const N: usize> KnownFields<'a, N> {
    /// Finds the fields; each name may be there once, also those that are not read here. A foreign
    /// name belongs to another kind that arrives at the same address.
    pub(super) fn split(
        body: &'a [u8],
        names: [&'static str; N],
        foreign: Option<&'static str>,
    ) -> Result<Self, GrammarError> {
        let mut values = [None; N];
        let mut others = SeenNames::new();
        for (name, value) in pairs(body) {
            let decoded = decode(name);
            let is = |known: &str| known.as_bytes() == &*decoded;
            let mut places = names.iter().zip(&mut values);
            if let Some((known, place)) = places.find(|(known, _)| is(known)) {
                if known.as_bytes() != name {
                    return Err(GrammarError::DisguisedName);
                }
                if place.replace(value).is_some() {
                    return Err(GrammarError::Repeated);
                }
                continue;
            }
            if let Some(name) = foreign.filter(|foreign| is(foreign)) {
                return Err(GrammarError::Foreign { name });
            }
            others.add(name)?;
        }
        Ok(Self { names, values })
    }

    /// The raw value of a field that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&'a [u8], GrammarError> {
        self.get(name).ok_or(GrammarError::Missing { name })
    }

    /// The raw value of a field; `None` if it is not there.
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        let mut fields = self.names.iter().zip(&self.values);
        let (_, value) = fields.find(|(known, _)| **known == name)?;
        *value
    }

    /// The `hash`, which every kind has.
    pub(super) fn signature(&self) -> Result<Signature, GrammarError> {
        let raw = self.required("hash")?;
        let hash = decode_exactly::<44>(raw);
        let signature = hash.and_then(|hash| Signature::from_base64(&hash).ok());
        signature.ok_or(wrong("hash"))
    }
}

/// The error of a value outside its grammar.
pub(super) fn wrong(name: &'static str) -> GrammarError {
    GrammarError::Value { name }
}
