use clap::Args;

/// How a request is sent and its answer shown.
#[derive(Args, Clone, Copy)]
pub(crate) struct SendArgs {
    /// Print method, address and fields as JSON and send nothing; the output holds the request token
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print PayTR's answer as it came instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// The same for listings.
#[derive(Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) send: SendArgs,
    /// Write the rows as CSV to a file, or to standard output with `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "dry_run"])]
    pub(crate) csv: Option<String>,
}
