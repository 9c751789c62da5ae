//! A Payture on this machine, for shops in any language: the fake of the tests as a command.

mod settings;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use payture::testing::{FakePayture, FakeStartError};

use crate::settings::Settings;

/// A Payture on this machine, to test a shop with: no account, no money.
///
/// It listens on 127.0.0.1 and prints the settings of its only terminal, which a shop takes in place of the real
/// ones. The terminal is the one of `PAYTURE_KEY` and `PAYTURE_PASSWORD` when both are set, else a new one. Tests
/// steer it under /_fake. Ctrl-C or SIGTERM ends it.
#[derive(Parser)]
#[command(name = "payture-fake", version, after_help = settings::HELP)]
struct Arguments {
    /// The port on 127.0.0.1; 0 is any free one [default: that of `PAYTURE_HOST`, else 4100]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Make a terminal of its own, whatever the environment says
    #[arg(long)]
    new_terminal: bool,
    /// Where notifications go, such as `http://127.0.0.1:3000/payture/notify`; until it is given here or
    /// over the control API, they wait
    #[arg(long, value_name = "URL")]
    notify: Option<String>,
    /// How often a notification is sent until it is answered with 200
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    attempts: u32,
    /// Seconds before a notification is sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    resend_every: u32,
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
            let _ = writeln!(io::stderr(), "payture-fake: {}", failure.text);
            ExitCode::from(failure.code)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let settings = Settings::read(arguments.port, arguments.new_terminal, &variable)
        .map_err(|text| Failure::new(3, text))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| local(&error))?;
    runtime.block_on(serve(arguments, &settings))
}

async fn serve(arguments: &Arguments, settings: &Settings) -> Result<(), Failure> {
    let mut builder = FakePayture::builder()
        .port(settings.port)
        .terminal(&settings.name, &settings.password)
        .retries(
            arguments.attempts,
            Duration::from_secs(arguments.resend_every.into()),
        );
    if let Some(url) = &arguments.notify {
        builder = builder.notify_url(url);
    }
    let fake = builder
        .start()
        .await
        .map_err(|error| start_failure(&error, settings.port))?;
    let origin = fake.origin();
    let terminal = &*settings.printed;
    let introduction = format!(
        "# a fake Payture; no money moves. Steer it: {origin}/_fake\nPAYTURE_HOST={origin}\n{terminal}"
    );
    let mut output = io::stdout();
    let printed = output.write_all(introduction.as_bytes());
    printed
        .and_then(|()| output.flush())
        .map_err(|error| local(&error))?;
    until_stopped().await.map_err(|error| local(&error))?;
    fake.shutdown().await;
    Ok(())
}

fn start_failure(error: &FakeStartError, port: u16) -> Failure {
    match error {
        FakeStartError::Listen(cause) => Failure::new(
            2,
            format!("cannot listen on 127.0.0.1:{port}: {cause}; choose another --port"),
        ),
        FakeStartError::NotifyUrl => Failure::new(2, format!("--notify: {error}")),
        _ => Failure::new(7, error.to_string()),
    }
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
