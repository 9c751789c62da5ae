//! The command `paytr-relay`.
#![allow(clippy::print_stdout, reason = "a command answers on standard output")]

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::{Relay, Settings, WebhookSecret, metrics_page};

/// What the command takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The configuration.
    #[arg(long, short, global = true, default_value = "paytr-relay.toml")]
    config: PathBuf,
    /// How the log is written.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// One JSON object in each line.
    Json,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Command {
    /// Runs until Ctrl-C or SIGTERM; SIGHUP reads the configuration again. It does this without a command too.
    Run,
    /// Checks the configuration and the secrets that it names, and says what to change.
    Check,
    /// Prints the description of the app's API, in the form of `OpenAPI`.
    Openapi,
    /// Prints a new secret for an app, `whsec_…`.
    Secret,
}

/// Does what the arguments say.
///
/// # Errors
///
/// What went wrong, for a person: a [`ConfigError`](crate::ConfigError) or what came after it.
pub fn run(arguments: &Arguments) -> Result<()> {
    match arguments.command.unwrap_or(Command::Run) {
        Command::Run => {
            init_logging(arguments.log);
            serve(&arguments.config)
        }
        Command::Check => check(&arguments.config),
        Command::Openapi => {
            println!("{}", crate::routes::orders::description());
            Ok(())
        }
        Command::Secret => secret(),
    }
}

fn check(path: &Path) -> Result<()> {
    let settings = Settings::read(path)?;
    for line in settings.summary() {
        println!("{line}");
    }
    println!("the configuration is good");
    Ok(())
}

fn secret() -> Result<()> {
    println!("{}", WebhookSecret::make().context("no random numbers")?);
    Ok(())
}

#[tokio::main]
async fn serve(path: &Path) -> Result<()> {
    // From the first moment on: a signal before the relay listens must not kill it half made.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;

    let settings = Settings::read(path)?;
    let metrics = metrics_page::install(settings.metrics_listen).await?;
    let relay = Relay::open(&settings).await?;
    let listen = settings.listen;
    let listener = tokio::net::TcpListener::bind(listen).await;
    let listener = listener.with_context(|| format!("listen: cannot listen on {listen}"))?;
    println!("paytr-relay listens on http://{}", listener.local_addr()?);
    if let Some(address) = metrics {
        println!("metrics: http://{address}/metrics");
    }
    for line in settings.summary() {
        tracing::info!("{line}");
    }

    let (changing, current) = (relay.clone(), settings.clone());
    let reloads = async move {
        while hang_up.recv().await.is_some() {
            reload(&changing, path, &current).await;
        }
        std::future::pending::<()>().await;
    };
    let ready = relay.clone();
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = reloads => {}
        }
        tracing::info!("stopping: what is being handled is finished first");
        ready.shut_down().await;
    };
    relay.serve_on(listener, stop).await;
    relay.drain().await
}

/// A configuration that is wrong changes nothing.
async fn reload(relay: &Relay, path: &Path, before: &Settings) {
    let settings = match Settings::read(path) {
        Ok(settings) => settings,
        Err(error) => {
            tracing::error!("the configuration is not taken over: {error}");
            return;
        }
    };
    if (settings.listen, settings.metrics_listen) != (before.listen, before.metrics_listen) {
        tracing::warn!("listen and metrics_listen change with the next start only");
    }
    match relay.reload(&settings).await {
        Ok(()) => tracing::info!("the configuration was read again and holds from now on"),
        Err(error) => tracing::error!("the configuration is not taken over: {error:#}"),
    }
}

/// Starts logging on standard error; `RUST_LOG` chooses what, `info` by default.
fn init_logging(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}
