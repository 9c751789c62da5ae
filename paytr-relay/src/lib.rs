//! A relay between PayTR and a shop in any language.
//!
//! It takes PayTR's notifications, verifies them, compares amounts, settles each payment once, and tells the shop's
//! own app by a message of [Standard Webhooks](https://www.standardwebhooks.com), again and again until the app
//! takes it. The command is `paytr-relay`; `README.md` describes its configuration and its messages.
//!
//! As a library it runs inside another program:
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use paytr_relay::{Relay, Settings};
//!
//! let settings = Settings::read("paytr-relay.toml".as_ref())?;
//! let relay = Relay::open(&settings).await?;
//! relay.serve(settings.listen(), async { /* until the process is to stop */ }).await?;
//! relay.drain().await?;
//! # Ok(())
//! # }
//! ```

mod app;
mod bearer;
pub mod cli;
mod config;
mod ledger;
mod link_retries;
mod merchant;
mod metrics_page;
mod one_merchant;
mod orders;
mod relay;
mod retention;
mod routes;
mod server;
mod webhook;

pub use config::{ConfigError, Settings};
pub use relay::Relay;
pub use webhook::{Signer, WebhookSecret, WebhookSecretError};
