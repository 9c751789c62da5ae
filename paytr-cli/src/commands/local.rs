//! What the commands around the sandbox have in common.

use std::error::Error;
use std::time::Duration;

use clap::Args;
use paytr_sandbox::{Courier, ShopReply};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::exit::{Exit, Failure};
use crate::output::{Plain, chain};
use crate::settings;

/// How long a shop may take; the sandbox waits as long.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_secs(15);

const USUAL_SANDBOX: &str = "http://127.0.0.1:4000";

/// A failure of this machine, not of PayTR or of the shop.
pub(super) fn local(error: &(dyn Error + 'static)) -> Failure {
    Failure::new(Exit::Local, chain(error))
}

pub(super) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| local(&error))
}

pub(super) fn courier() -> Result<Courier, Failure> {
    Courier::new(REPLY_TIMEOUT).map_err(|error| local(&error))
}

/// `HTTP 200 "OK": acknowledged`, or why not; what PHP wrote into the reply stands on a line of its own.
pub(super) fn reply_text(reply: &ShopReply) -> String {
    let answer = match reply.status {
        Some(status) => format!("HTTP {status} \"{}\"", Plain(&reply.excerpt())),
        None => "no reply".to_owned(),
    };
    match (reply.problem, reply.php_message()) {
        (None, _) => format!("{answer}: acknowledged"),
        (Some(problem), None) => format!("{answer}: not acknowledged, {}", problem.english()),
        (Some(problem), Some(message)) => format!(
            "{answer}: not acknowledged, {}\n     {}",
            problem.english(),
            Plain(&message.to_string())
        ),
    }
}

/// Which sandbox is meant.
#[derive(Args)]
pub(super) struct WhichSandbox {
    /// Address of the sandbox; without it PAYTR_BASE_URL, or else http://127.0.0.1:4000
    #[arg(long, value_name = "URL")]
    sandbox: Option<String>,
}

/// A sandbox that runs.
pub(super) struct RemoteSandbox {
    http: reqwest::Client,
    base: String,
}

impl RemoteSandbox {
    /// Finds it, and makes sure that it is one.
    pub(super) async fn find(which: &WhichSandbox) -> Result<Self, Failure> {
        let base = match &which.sandbox {
            Some(url) => url.clone(),
            None => settings::base_url()?.unwrap_or_else(|| USUAL_SANDBOX.to_owned()),
        };
        let http =
            paid_once_http::client(REPLY_TIMEOUT, None, true).map_err(|error| local(&error))?;
        let base = base.trim_end_matches('/').to_owned();
        let sandbox = Self { http, base };
        let overview = sandbox.http.get(sandbox.url("/_sandbox"));
        let overview = json(sandbox.send(overview.timeout(REPLY_TIMEOUT)).await?).await;
        if overview.get("sandbox").is_none() {
            let text = format!(
                "{} is no sandbox: start one with `paytr sandbox`",
                sandbox.base
            );
            return Err(Failure::invalid(text));
        }
        Ok(sandbox)
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub(super) async fn send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, Failure> {
        request.send().await.map_err(|error| {
            let text = format!(
                "no sandbox answers at {}: {}\n  start one with `paytr sandbox`",
                self.base,
                chain(&error)
            );
            Failure::new(Exit::NothingDone, text)
        })
    }
}

/// The JSON of an answer; `null` when it is none.
pub(super) async fn json(response: reqwest::Response) -> Value {
    let body = response.bytes().await.unwrap_or_default();
    serde_json::from_slice(&body).unwrap_or_default()
}
