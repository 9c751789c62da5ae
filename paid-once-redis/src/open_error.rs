use crate::{Durability, RedisFault};

/// Why a ledger could not be opened. Never shows the address, which may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address is not one.
    #[error(
        "this is no address of Redis: write redis://HOST:PORT/DB, redis+sentinel://HOST,HOST/NAME or \
         redis+cluster://HOST:PORT,HOST:PORT, with USER:PASSWORD@ before the hosts if they are asked for; rediss \
         instead of redis is TLS, which needs the feature tls"
    )]
    Address,
    /// No answer, or a refusal.
    #[error(transparent)]
    Redis(#[from] RedisFault),
    /// The user of Redis lacks rights that the ledger needs.
    #[error(
        "the user of Redis lacks {permissions}: add it with ACL SETUSER, or in the file of the users"
    )]
    Lacks {
        /// As `ACL SETUSER` takes them, with a space between them.
        permissions: String,
    },
    /// Certificates were given, and the address is one without TLS.
    #[cfg(feature = "tls")]
    #[error(
        "certificates were given, and the address is one without TLS: write rediss instead of redis"
    )]
    CertificatesUnused,
    /// The certificates that were given cannot be read.
    #[cfg(feature = "tls")]
    #[error("the certificates or the key that were given are not readable as PEM")]
    Certificates,
    /// Redis deletes keys when its memory is full, and the ledger's have no copy.
    #[error(
        "Redis evicts keys when its memory is full (maxmemory-policy {policy}), and would forget paid \
         orders: set maxmemory-policy noeviction"
    )]
    Evicts {
        /// The policy.
        policy: String,
    },
    /// Redis keeps less than [`require_durability`](crate::RedisLedgerOptions::require_durability)
    /// asks for, or does not tell.
    #[error(
        "Redis is set to {}, and {required} is required",
        found.map_or_else(|| "nobody knows what".to_owned(), |found| found.to_string())
    )]
    NotDurable {
        /// What it keeps, if it tells.
        found: Option<Durability>,
        /// What was asked for.
        required: Durability,
    },
    /// A newer version of this crate made the keys.
    #[error(
        "the keys have layout {found}, this version knows {known} only: update paid-once-redis, or use \
         another database or key prefix"
    )]
    OtherLayout {
        /// The layout of the keys.
        found: String,
        /// The layout known here.
        known: &'static str,
    },
}
