//! One run with PayTR: the client, and PayTR's answers as they came.

use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use paytr_core::api::Endpoint;
use paytr_core::{PaytrClient, PaytrError};
use tokio::runtime::{Builder, Runtime};

use crate::exit::{Exit, Failure};
use crate::output;
use crate::settings::Settings;

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

/// What became of a request.
pub(crate) enum Sent<R> {
    /// It was printed and not sent.
    DryRun,
    /// PayTR accepted it, and its answer is printed.
    Printed(R),
    /// PayTR accepted it.
    Answered(R),
}

/// A client with a runtime of its own.
pub(crate) struct Session {
    client: PaytrClient,
    runtime: Runtime,
    replies: Replies,
}

/// The last reply of every path.
type Replies = Arc<Mutex<Vec<(&'static str, Vec<u8>)>>>;

impl Session {
    pub(crate) fn open(settings: Settings) -> Result<Self, Failure> {
        let broken = |error: &(dyn std::error::Error + 'static)| {
            Failure::new(Exit::Local, output::chain(error))
        };
        let runtime = Builder::new_current_thread().enable_all().build();
        let replies = Replies::default();
        let seen = replies.clone();
        let client = PaytrClient::builder(settings.credentials)
            .base_url(settings.base_url)
            .inspect_replies(move |reply| {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.retain(|(path, _)| *path != reply.path);
                seen.push((reply.path, reply.body.to_vec()));
            })
            .build();
        Ok(Self {
            client: client.map_err(|error| broken(&error))?,
            runtime: runtime.map_err(|error| broken(&error))?,
            replies,
        })
    }

    pub(crate) fn client(&self) -> &PaytrClient {
        &self.client
    }

    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Sends a request and prints PayTR's answer if that is asked for, a refusal too.
    pub(crate) fn send<R: Endpoint + Sync>(
        &self,
        request: &R,
        how: SendArgs,
    ) -> Result<Sent<R::Reply>, Failure> {
        let answer = self.wait(self.client.send(request));
        if how.json && matches!(answer, Ok(_) | Err(PaytrError::Refused(_))) {
            self.print_reply(R::PATH)?;
        }
        match answer {
            Ok(reply) if how.json => Ok(Sent::Printed(reply)),
            Ok(reply) => Ok(Sent::Answered(reply)),
            Err(error) => Err(Failure::of_request(&error, R::EFFECT)),
        }
    }

    /// Prints the last reply of a path as it came. Tells whether there was one.
    pub(crate) fn print_reply(&self, path: &str) -> Result<bool, Failure> {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = replies.iter().position(|(known, _)| *known == path) else {
            return Ok(false);
        };
        let (_, body) = replies.remove(index);
        output::print_json_bytes(&body)?;
        Ok(true)
    }
}

/// Sends a request, or prints it on a dry run.
pub(crate) fn send<R: Endpoint + Sync>(
    request: &R,
    how: SendArgs,
) -> Result<Sent<R::Reply>, Failure> {
    let settings = Settings::read()?;
    if how.dry_run {
        output::print_dry_run(request, &settings)?;
        return Ok(Sent::DryRun);
    }
    Session::open(settings)?.send(request, how)
}
