use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::account::Account;

/// Waits until its input ends, which is when its owner is gone, however that went. Then it ends the
/// servers that still run in the folder and removes the folder.
const GUARD: &str = r#"
cat
for file in "$1"/*.pid; do
    pid=$(cat "$file" 2>&-) || continue
    kill -QUIT "$pid" || continue
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$pid" || break
        sleep 0.2
    done
done
rm -rf "$1"
"#;

/// The temporary folder of one server: data, log and process id.
#[derive(Debug)]
pub(crate) struct Folder {
    directory: TempDir,
    guard: Child,
    /// Closed when this process ends in any way.
    lifeline: Option<ChildStdin>,
}

impl Folder {
    /// A new folder that belongs to `account`. `name` is seen in its path.
    pub(crate) fn new(name: &str, account: Account) -> Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir()
            .context("there is no place for a temporary folder")?;
        account.own(directory.path())?;
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(directory.path())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C, and whoever kills a whole test, must not reach it.
            .process_group(0)
            .spawn()
            .context("`sh` could not be started")?;
        let lifeline = guard.stdin.take();
        Ok(Self {
            directory,
            guard,
            lifeline,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The guard removes the folder, in this case too.
        drop(self.lifeline.take());
        let _ = self.guard.wait();
    }
}
