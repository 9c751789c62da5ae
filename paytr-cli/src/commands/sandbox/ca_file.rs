use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::{Builder, TempDir};

use crate::exit::{Exit, Failure};

/// The name of every CA of a sandbox's proxy.
const CA_NAME: &[u8] = b"paytr sandbox: a CA of this run";

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificate of a sandbox's CA, in a file. The file goes when this is dropped.
pub(super) struct CaFile {
    path: PathBuf,
    pem: String,
    /// Where no file was named; it goes with what else is in it.
    _folder: Option<TempDir>,
}

impl CaFile {
    /// Writes it where it is wanted, or into a new folder that every user of this machine may read: the server of the
    /// shop may be another one.
    ///
    /// A file that is there is overwritten only if it is a CA of a sandbox too, as a killed one leaves it.
    pub(super) fn write(pem: &str, wanted: Option<&Path>) -> Result<Self, Failure> {
        let (folder, path) = if let Some(path) = wanted {
            let absolute = std::path::absolute(path);
            (None, absolute.map_err(|error| refused(path, &error))?)
        } else {
            let folder = temporary_folder();
            let folder = folder.map_err(|error| refused(&std::env::temp_dir(), &error))?;
            let path = folder.path().join("ca.pem");
            (Some(folder), path)
        };
        put(pem, &path).map_err(|error| refused(&path, &error))?;
        Ok(Self {
            path,
            pem: pem.to_owned(),
            _folder: folder,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for CaFile {
    fn drop(&mut self) {
        // Another sandbox may have put its own there since.
        if fs::read_to_string(&self.path).is_ok_and(|now| now == self.pem) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    let text = format!("{} cannot be written: {error}", path.display());
    Failure::new(Exit::Local, text)
}

fn temporary_folder() -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix("paytr-sandbox-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    builder.tempdir()
}

/// A reader sees the whole file or none.
fn put(pem: &str, path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut builder = Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(pem.as_bytes())?;
    let put = match fs::read_to_string(path) {
        Ok(text) if is_sandbox_ca(&text) => file.persist(path),
        _ => file.persist_noclobber(path),
    };
    put.map(drop).map_err(|refused| refused.error)
}

/// Whether this is one certificate, and that of a sandbox's CA.
fn is_sandbox_ca(text: &str) -> bool {
    let body = text.trim().strip_prefix(BEGIN);
    let Some(body) = body.and_then(|body| body.strip_suffix(END)) else {
        return false;
    };
    let body: String = body.split_whitespace().collect();
    STANDARD
        .decode(body)
        .is_ok_and(|der| der.windows(CA_NAME.len()).any(|part| part == CA_NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ca(more: &str) -> String {
        let der = [b"\x30\x82", CA_NAME, more.as_bytes()].concat();
        format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(der))
    }

    #[test]
    fn a_file_of_somebody_else_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        for other in ["my notes", "", &format!("{}{}", ca("1"), ca("2"))] {
            fs::write(&path, other).unwrap();
            assert!(CaFile::write(&ca("1"), Some(&path)).is_err(), "{other}");
            assert_eq!(fs::read_to_string(&path).unwrap(), other);
        }
    }

    #[test]
    fn what_a_killed_sandbox_left_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        fs::write(&path, ca("old")).unwrap();
        let file = CaFile::write(&ca("new"), Some(&path)).unwrap();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), ca("new"));
        drop(file);
        assert!(!path.exists());
    }

    #[test]
    fn the_file_of_a_later_sandbox_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let first = CaFile::write(&ca("first"), Some(&path)).unwrap();
        let second = CaFile::write(&ca("second"), Some(&path)).unwrap();
        drop(first);
        assert_eq!(fs::read_to_string(&path).unwrap(), ca("second"));
        drop(second);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    #[cfg(unix)]
    fn the_shops_server_may_read_it_whoever_it_runs_as() {
        use std::os::unix::fs::PermissionsExt as _;
        let file = CaFile::write(&ca("1"), None).unwrap();
        let folder = file.path().parent().unwrap().to_owned();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        // What the umask takes away is the user's wish.
        assert_eq!(mode(&folder) & 0o755, mode(&folder));
        assert!(mode(&folder) & 0o055 != 0 && mode(file.path()) & 0o044 != 0);
        drop(file);
        assert!(!folder.exists());
    }
}
