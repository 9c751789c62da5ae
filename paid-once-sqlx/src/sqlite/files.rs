//! Whether the files of a database are still where they were.
//!
//! SQLite goes on with files that somebody removed, and what it commits to them is gone with the process. So a ledger
//! looks after each commit, before it answers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

/// The files of one database, as they were when it was opened.
#[derive(Clone)]
pub(super) struct Files(Arc<[File; 2]>, Arc<AtomicBool>);

struct File {
    path: PathBuf,
    id: Id,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Gone {
    #[error(
        "the database file {0} was removed or replaced while it was in use: stop the shop, and put the file back"
    )]
    Database(PathBuf),
    #[error(
        "the write-ahead log {0} was removed or replaced while it was in use, and what is in it is not acknowledged: \
         start the shop again, and copy databases with SQLite's backup, not their files"
    )]
    Log(PathBuf),
}

impl Files {
    /// The database at `path` and its write-ahead log, which is there once somebody has read or written. SQLite
    /// follows links first: the log stands beside the file itself.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let file = |path: PathBuf| {
            let id = id(&path)?;
            Ok::<_, io::Error>(File { path, id })
        };
        let both = [file(path)?, file(log.into())?];
        Ok(Self(Arc::new(both), Arc::default()))
    }

    /// Where the log is gone, but the database is not, what was acknowledged before is written into the database by
    /// `connection`, once: it still has the log open.
    pub(super) fn check(&self, connection: Option<&Connection>) -> Result<(), Gone> {
        let [database, log] = &*self.0;
        if !database.is_there() {
            return Err(Gone::Database(database.path.clone()));
        }
        if log.is_there() {
            return Ok(());
        }
        if let Some(connection) = connection
            && !log.path.exists()
            && !self.1.swap(true, Ordering::Relaxed)
        {
            let saved = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| {
                row.get::<_, i64>(0)
            });
            tracing::error!(
                log = %log.path.display(),
                saved = saved.is_ok_and(|busy| busy == 0),
                "the write-ahead log was removed while it was in use; nothing is acknowledged until the shop is \
                 started again"
            );
        }
        Err(Gone::Log(log.path.clone()))
    }
}

impl File {
    fn is_there(&self) -> bool {
        id(&self.path).is_ok_and(|id| id == self.id)
    }
}

/// What tells a file from another one at the same path.
#[cfg(unix)]
type Id = (u64, u64);

/// Asks for no times: since its version 6.13 Linux would write a finer time with the next change of a file whose times
/// somebody read, so that each fsync of the log would have to write its inode too, a quarter of a lone commit.
#[cfg(target_os = "linux")]
fn id(path: &Path) -> io::Result<Id> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};
    match statx(CWD, path, AtFlags::empty(), StatxFlags::INO) {
        Ok(found) => Ok((
            makedev(found.stx_dev_major, found.stx_dev_minor),
            found.stx_ino,
        )),
        // Too old a kernel, or a sandbox that does not know the call.
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => id_by_metadata(path),
        Err(error) => Err(error.into()),
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
use id_by_metadata as id;

#[cfg(unix)]
fn id_by_metadata(path: &Path) -> io::Result<Id> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = path.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
type Id = ();

#[cfg(not(unix))]
fn id(path: &Path) -> io::Result<Id> {
    path.metadata().map(drop)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test panics")]

    use super::*;

    /// One file may be asked about in both ways, where the first is refused only now and then.
    #[test]
    fn a_file_is_the_same_however_it_is_asked_about() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = id(file.path()).unwrap();
        assert_eq!(found, id_by_metadata(file.path()).unwrap());
        let other = tempfile::NamedTempFile::new().unwrap();
        assert_ne!(found, id(other.path()).unwrap());
    }
}
