use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// A completion script.
#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

/// The manual.
#[derive(Args)]
pub(crate) struct ManArgs {
    /// Write one page per command to this folder, such as ~/.local/share/man/man1
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}
