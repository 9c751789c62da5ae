//! Secrets: where they are, and what was read there.

use std::fmt;
use std::path::PathBuf;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use zeroize::Zeroizing;

/// Where a secret is. It never stands in the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretSource {
    /// In this variable of the environment.
    Env(String),
    /// In this file, which is read again with every reload.
    File(PathBuf),
}

impl SecretSource {
    /// Reads it, less the line end that an editor leaves behind.
    ///
    /// # Errors
    ///
    /// What is missing and what to do, without the secret.
    pub(crate) fn read(&self, variable: &dyn Fn(&str) -> Option<String>) -> Result<Secret, String> {
        let text = match self {
            Self::Env(name) => variable(name)
                .ok_or_else(|| format!("the variable {name} is not set: set it and start again"))?,
            Self::File(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("the file {} cannot be read: {error}", path.display()))?,
        };
        let text = Zeroizing::new(text);
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(format!("{self} is empty: put the secret there"));
        }
        Ok(Secret(Zeroizing::new(secret.to_owned())))
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// What was read. `Debug` does not show it, and its memory is wiped.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The text must never repeat what was written: it may be the secret itself.
const RULE: &str = "a secret does not stand in this file: write \"${NAME}\" or { env = \"NAME\" } for a \
                    variable of the environment, or { file = \"/path\" }";

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor)
    }
}

struct SourceVisitor;

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = SecretSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the place of a secret")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretSource, E> {
        let name = text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'));
        name.and_then(variable_name).ok_or(E::custom(RULE))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<SecretSource, E> {
        Err(E::custom(RULE))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretSource, E> {
        Err(E::custom(RULE))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<SecretSource, E> {
        Err(E::custom(RULE))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretSource, E> {
        Err(E::custom(RULE))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SecretSource, A::Error> {
        let wrong = || de::Error::custom(RULE);
        let (place, value) = map.next_entry::<String, Text>()?.ok_or_else(wrong)?;
        if map.next_key::<String>()?.is_some() {
            return Err(wrong());
        }
        match (&*place, value.0) {
            ("env", name) => variable_name(&name).ok_or_else(wrong),
            ("file", path) if !path.is_empty() => Ok(SecretSource::File(path.into())),
            _ => Err(wrong()),
        }
    }
}

/// A text whose wrong type is not repeated in the error.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer);
        text.map(Self).map_err(|_| de::Error::custom(RULE))
    }
}

fn variable_name(name: &str) -> Option<SecretSource> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let begins = name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    (begins && name.bytes().all(is_name)).then(|| SecretSource::Env(name.to_owned()))
}
