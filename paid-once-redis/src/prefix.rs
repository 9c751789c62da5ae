use std::fmt;
use std::str::FromStr;

/// What the keys of the ledger start with, inside braces: `paid_once` unless you choose another.
///
/// 1 to 64 ASCII letters, digits, `_`, `-`, `.` and `:`. The braces make it the hash tag of every key,
/// so that Redis Cluster keeps one ledger in one place; two ledgers may be in two.
///
/// ```
/// use paid_once_redis::KeyPrefix;
///
/// assert!("shop:ledger".parse::<KeyPrefix>().is_ok());
/// assert!("shop}{ledger".parse::<KeyPrefix>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    const MAX_LEN: usize = 64;

    /// The prefix as text, without braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for KeyPrefix {
    fn default() -> Self {
        Self("paid_once".to_owned())
    }
}

impl FromStr for KeyPrefix {
    type Err = KeyPrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
        if !text.is_empty() && text.len() <= Self::MAX_LEN && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyPrefixError)
        }
    }
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text cannot be a [`KeyPrefix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key prefix has 1 to 64 ASCII letters, digits, underscores, hyphens, dots and colons")]
pub struct KeyPrefixError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_separators_make_a_prefix() {
        let longest = "a".repeat(64);
        for right in ["a", "_", "Shop:2024.v1-test", &longest] {
            let prefix: KeyPrefix = right.parse().unwrap();
            assert_eq!(prefix.as_str(), right);
        }
        let default = KeyPrefix::default();
        assert_eq!(default.as_str().parse(), Ok(default));
    }

    #[test]
    fn everything_else_is_refused() {
        let too_long = "a".repeat(65);
        for wrong in [
            "", "{", "}", "a}", "{a}", "a b", "a\n", "a\0", "şop", "a*", "a?", "a[b]", "a'",
            &too_long,
        ] {
            assert_eq!(wrong.parse::<KeyPrefix>(), Err(KeyPrefixError), "{wrong}");
        }
    }
}
