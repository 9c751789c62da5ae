//! Which errors mean what for a connection.

use std::io;

use sqlx::Error;

/// Whether the connection is of no more use.
pub(super) fn is_lost(cause: &Error) -> bool {
    match cause {
        Error::Io(_) | Error::Protocol(_) | Error::Tls(_) => true,
        // Connection exceptions; the server's shutdown, crash and start; a server that became a
        // read-only standby since.
        Error::Database(cause) => cause.code().is_some_and(|code| {
            code.starts_with("08") || ["57P01", "57P02", "57P03", "25006"].contains(&code.as_ref())
        }),
        _ => false,
    }
}

/// Whether the same statement may succeed if it is sent again at once.
pub(super) fn may_pass(cause: &Error) -> bool {
    match cause {
        // A second silence would take as long as the first.
        Error::Io(cause) if cause.kind() == io::ErrorKind::TimedOut => false,
        // What an isolation level above READ COMMITTED refuses, and deadlocks.
        Error::Database(refused)
            if refused
                .code()
                .is_some_and(|code| ["40001", "40P01"].contains(&code.as_ref())) =>
        {
            true
        }
        cause => is_lost(cause),
    }
}
