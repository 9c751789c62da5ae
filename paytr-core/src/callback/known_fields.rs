use super::pairs::{decode, decode_exactly, pairs};
use super::{GrammarError, UnreadableField};
use crate::Signature;

/// The raw values of the fields that one kind of notification knows.
///
/// Payments have a splitter of their own (`body_fields`): it runs for every sale.
pub(super) struct KnownFields<'a, const N: usize> {
    names: [&'static str; N],
    values: [Option<&'a [u8]>; N],
    /// The first unsigned field that is there twice, or under a name in disguise.
    pub(super) odd: Option<UnreadableField>,
}

impl<'a, const N: usize> KnownFields<'a, N> {
    /// Finds the fields. A signed name must be there once, plainly. An unsigned one that decides something
    /// and is not is noted; names that are not read here may be anything. A foreign name belongs to another
    /// kind that arrives at the same address.
    pub(super) fn split(
        body: &'a [u8],
        names: [&'static str; N],
        foreign: Option<&'static str>,
    ) -> Result<Self, GrammarError> {
        let mut values = [None; N];
        let mut odd = None;
        for (name, value) in pairs(body) {
            let decoded = decode(name);
            let is = |known: &str| known.as_bytes() == &*decoded;
            let mut places = names.iter().zip(&mut values);
            if let Some((known, place)) = places.find(|(known, _)| is(known)) {
                let is_disguised = known.as_bytes() != name;
                let is_repeated = place.replace(value).is_some();
                match UnreadableField::from_name(known.as_bytes()) {
                    Some(field) if is_disguised || is_repeated => odd = odd.or(Some(field)),
                    None if is_disguised => return Err(GrammarError::DisguisedName),
                    None if is_repeated => return Err(GrammarError::Repeated),
                    _ => {}
                }
                continue;
            }
            if let Some(name) = foreign.filter(|foreign| is(foreign)) {
                return Err(GrammarError::Foreign { name });
            }
        }
        Ok(Self { names, values, odd })
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
