//! A Paytrek on this machine, for shops in any language: the fake of the tests as a command.

mod settings;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use paytrek::testing::{FakePaytrek, Warning};

use crate::settings::Settings;

/// A Paytrek on this machine, to test a shop with: no account, no money.
///
/// It listens on 127.0.0.1 and prints the settings of its only merchant, which a shop takes in place of the real
/// ones. The merchant is the one of `PAYTREK_USERNAME` and `PAYTREK_PASSWORD` when both are set, else a new one.
/// Tests steer it under /_fake. Ctrl-C or SIGTERM ends it.
#[derive(Parser)]
#[command(name = "paytrek-fake", version, after_help = settings::HELP)]
struct Arguments {
    /// The port on 127.0.0.1; 0 is any free one [default: that of `PAYTREK_HOST`, else 4200]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Make a merchant of its own, whatever the environment says
    #[arg(long)]
    new_merchant: bool,
}

/// Why it does not run: an exit code, and what to change.
struct Failure {
    code: u8,
    text: String,
}

impl Failure {
    fn new(code: u8, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, text }
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "paytrek-fake: {}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let settings = Settings::read(arguments.port, arguments.new_merchant, &variable)
        .map_err(|text| Failure::new(3, text))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| local(&error))?;
    runtime.block_on(serve(settings))
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    let port = settings.port;
    let fake = FakePaytrek::builder()
        .port(port)
        .credentials(settings.credentials)
        .on_warning(tell)
        .start()
        .await
        .map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let cause = cause.unwrap_or_default();
            Failure::new(
                2,
                format!("cannot listen on 127.0.0.1:{port}: {cause}; choose another --port"),
            )
        })?;
    let host = fake.host();
    let merchant = &*settings.printed;
    let introduction = format!(
        "# a fake Paytrek; no money moves. Steer it: {host}/_fake\nPAYTREK_HOST={host}\n{merchant}\
         PAYTREK_TEST_MODE=1\n"
    );
    let mut output = io::stdout();
    let printed = output.write_all(introduction.as_bytes());
    printed
        .and_then(|()| output.flush())
        .map_err(|error| local(&error))?;
    until_stopped().await.map_err(|error| local(&error))
}

/// A request that is not as documented: its sender should know, wherever its output goes.
fn tell(warning: &Warning) {
    let _ = writeln!(io::stderr(), "warning: {warning}");
}

fn local(error: &io::Error) -> Failure {
    Failure::new(7, error.to_string())
}

/// Waits for Ctrl-C, or for what a service manager or a container sends.
async fn until_stopped() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminated.recv() => Ok(()),
            pressed = tokio::signal::ctrl_c() => pressed,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
