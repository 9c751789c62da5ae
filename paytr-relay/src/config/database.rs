//! Which database keeps the ledger.

use std::fmt;
use std::path::PathBuf;

use super::Secret;

/// The database of the ledger. It may hold a password, so `Debug` shows the kind only.
#[derive(Clone)]
pub(crate) enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(Secret),
    Redis(Secret),
}

impl DatabaseUrl {
    /// Where nobody says otherwise.
    pub(super) fn default_file() -> Self {
        Self::Sqlite("paytr-relay.db".into())
    }

    pub(super) fn read(secret: &Secret) -> Result<Self, &'static str> {
        match secret.expose().split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => {
                // Both sqlite:PATH and the URL spelling sqlite:///PATH are in use.
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(path.into()))
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(secret.clone())),
            Some((kind, _)) if is_redis(kind) => Ok(Self::Redis(secret.clone())),
            _ => Err(
                "the database is sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE or \
                 redis://USER:PASSWORD@HOST/NUMBER; also redis+sentinel://HOST,HOST/NAME and \
                 redis+cluster://HOST:PORT,HOST:PORT, and rediss for TLS",
            ),
        }
    }

    /// Whether both name the same database.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(two)) => one == two,
            (Self::Postgres(one), Self::Postgres(two)) | (Self::Redis(one), Self::Redis(two)) => {
                one.expose() == two.expose()
            }
            _ => false,
        }
    }
}

/// One server, its sentinels or a cluster, with TLS or without.
fn is_redis(kind: &str) -> bool {
    let rest = kind.strip_prefix("rediss").or(kind.strip_prefix("redis"));
    matches!(rest, Some("" | "+sentinel" | "+cluster"))
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
            Self::Redis(_) => f.write_str("Redis(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_redis_is_known_and_nothing_else_is() {
        for kind in ["redis", "rediss"] {
            for way in ["", "+sentinel", "+cluster"] {
                assert!(is_redis(&format!("{kind}{way}")), "{kind}{way}");
            }
        }
        for other in ["", "redi", "redisss", "redis+", "redis+sentinels", "valkey"] {
            assert!(!is_redis(other), "{other}");
        }
    }
}
