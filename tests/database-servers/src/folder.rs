use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

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

/// Who a server runs as: the user of this process, or another one where the server refuses to run
/// as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    Own,
    Other { user: u32, group: u32 },
}

impl Account {
    /// The user `name` if this process is root, otherwise the user of this process.
    pub(crate) fn never_root(name: &str) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        let id = |flag| -> Result<u32> {
            let output = Command::new("id").args([flag, name]).output()?;
            ensure!(
                output.status.success(),
                "there is no user {name}, and the server refuses to run as root"
            );
            let text = String::from_utf8(output.stdout)?;
            text.trim().parse().context("`id` prints a number")
        };
        Ok(Self::Other {
            user: id("-u")?,
            group: id("-g")?,
        })
    }

    /// Makes a program run as this user.
    pub(crate) fn run(self, command: &mut Command) {
        if let Self::Other { user, group } = self {
            command.uid(user).gid(group);
        }
    }

    /// Makes a folder belong to this user.
    pub(crate) fn own(self, folder: &Path) -> Result<()> {
        if let Self::Other { user, group } = self {
            std::os::unix::fs::chown(folder, Some(user), Some(group))
                .with_context(|| format!("{} cannot be given away", folder.display()))?;
        }
        Ok(())
    }
}
