use std::fmt;
use std::str::FromStr;

/// What the names of the ledger's tables start with: `paid_once_` unless you choose another.
///
/// 1 to 31 characters: lower-case ASCII letters, digits and `_`, not starting with a digit and not
/// with `sqlite_`. It becomes part of SQL text, so nothing else is ever let in.
///
/// ```
/// use paid_once_sqlx::TablePrefix;
///
/// assert!("shop_".parse::<TablePrefix>().is_ok());
/// assert!("shop; DROP TABLE receipts".parse::<TablePrefix>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TablePrefix(String);

impl TablePrefix {
    const MAX_LEN: usize = 31;

    /// The prefix as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TablePrefix {
    fn default() -> Self {
        Self("paid_once_".to_owned())
    }
}

impl FromStr for TablePrefix {
    type Err = TablePrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let starts_well = text.bytes().next().is_some_and(letter);
        let goes_on_well = text
            .bytes()
            .all(|byte| letter(byte) || byte.is_ascii_digit());
        // SQLite keeps these names to itself.
        let reserved = text.starts_with("sqlite_");
        if starts_well && goes_on_well && !reserved && text.len() <= Self::MAX_LEN {
            Ok(Self(text.to_owned()))
        } else {
            Err(TablePrefixError)
        }
    }
}

impl fmt::Display for TablePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text cannot be a [`TablePrefix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a table prefix has 1 to 31 lower-case ASCII letters, digits and underscores, \
     does not start with a digit and not with sqlite_"
)]
pub struct TablePrefixError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_underscores_make_a_prefix() {
        let longest = "a".repeat(31);
        for right in ["a", "_", "shop_", "shop2_", &longest] {
            let prefix: TablePrefix = right.parse().unwrap();
            assert_eq!(prefix.as_str(), right);
        }
        let default = TablePrefix::default();
        assert_eq!(default.as_str().parse(), Ok(default));
    }

    #[test]
    fn everything_else_is_refused() {
        let too_long = "a".repeat(32);
        for wrong in [
            "",
            "2shop",
            "Shop_",
            "shop-",
            "shop.",
            "shop ",
            "shop'",
            "shop\"",
            "shop;",
            "şop_",
            "shop\n",
            "shop\0",
            "{now}",
            "sqlite_",
            "sqlite_shop_",
            &too_long,
        ] {
            assert_eq!(
                wrong.parse::<TablePrefix>(),
                Err(TablePrefixError),
                "{wrong}"
            );
        }
    }
}
