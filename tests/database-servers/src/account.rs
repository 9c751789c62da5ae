use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

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
