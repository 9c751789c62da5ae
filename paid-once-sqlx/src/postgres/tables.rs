use std::fmt;
use std::str::FromStr;

use crate::TablePrefix;

/// The schema that the ledger's tables are in, where it is not the first of the `search_path`.
///
/// 1 to 63 characters: lower-case ASCII letters, digits and `_`, not starting with a digit and not
/// with `pg_`. It becomes part of SQL text, so nothing else is ever let in.
///
/// ```
/// use paid_once_sqlx::SchemaName;
///
/// assert!("payments".parse::<SchemaName>().is_ok());
/// assert!("payments; DROP TABLE receipts".parse::<SchemaName>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SchemaName(String);

impl SchemaName {
    /// PostgreSQL cuts longer names.
    const MAX_LEN: usize = 63;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SchemaName {
    type Err = SchemaNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let starts_well = text.bytes().next().is_some_and(letter);
        let goes_on_well = text
            .bytes()
            .all(|byte| letter(byte) || byte.is_ascii_digit());
        // PostgreSQL keeps these names to itself.
        let reserved = text.starts_with("pg_");
        if starts_well && goes_on_well && !reserved && text.len() <= Self::MAX_LEN {
            Ok(Self(text.to_owned()))
        } else {
            Err(SchemaNameError)
        }
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text cannot be a [`SchemaName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a schema name has 1 to 63 lower-case ASCII letters, digits and underscores, \
     does not start with a digit and not with pg_"
)]
pub struct SchemaNameError;

/// Where the ledger's tables are.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    pub(super) schema: Option<SchemaName>,
    pub(super) prefix: TablePrefix,
    /// In how many parts the orders are, where the tables are made. Up to 1 they are one table.
    pub(super) parts: u16,
}

impl Tables {
    /// The name of a table, as SQL text. A schema may be a reserved word, such as `order`.
    pub(super) fn name(&self, table: &str) -> String {
        format!("{}{}{table}", self.qualifier(), self.prefix)
    }

    /// `"schema".`, or nothing.
    pub(super) fn qualifier(&self) -> String {
        let schema = self.schema.as_ref();
        schema.map_or_else(String::new, |schema| format!("\"{schema}\"."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_underscores_make_a_schema_name() {
        let longest = "a".repeat(63);
        for right in ["a", "_", "shop2", "order", &longest] {
            let name: SchemaName = right.parse().unwrap();
            assert_eq!(name.as_str(), right);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let too_long = "a".repeat(64);
        for wrong in [
            "", "2shop", "Shop", "shop-", "shop.", "shop ", "shop\"", "shop;", "şop", "shop\0",
            "{prefix}", "pg_shop", &too_long,
        ] {
            assert_eq!(wrong.parse::<SchemaName>(), Err(SchemaNameError), "{wrong}");
        }
    }

    #[test]
    fn a_table_is_named_with_its_schema_and_prefix() {
        let mut tables = Tables::default();
        assert_eq!(tables.name("orders"), "paid_once_orders");
        tables.schema = Some("order".parse().unwrap());
        assert_eq!(tables.name("orders"), "\"order\".paid_once_orders");
    }
}
