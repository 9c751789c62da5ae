//! A running sandbox: its notifications forwarded to a shop that it cannot reach, and sent again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use paytr_sandbox::{Courier, ShopReply};
use serde::Deserialize;
use serde_json::json;

use super::local::{
    REPLY_TIMEOUT, RemoteSandbox, WhichSandbox, courier, json as json_of, reply_text, runtime,
};
use crate::exit::{Exit, Failure};
use crate::output::{Plain, chain, print, tell};

/// A shop that the sandbox cannot reach.
#[derive(Args)]
pub(super) struct ListenArgs {
    /// Where notifications are forwarded to
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:3000/paytr/callback"
    )]
    forward_to: String,
    /// Which notifications, with commas: payment, eft, platform, link
    #[arg(long, value_name = "KINDS", default_value = "payment")]
    kinds: String,
    #[command(flatten)]
    which: WhichSandbox,
}

/// A notification that the sandbox wants forwarded.
#[derive(Deserialize)]
struct Relayed {
    id: u64,
    kind: String,
    body: String,
}

pub(super) fn run(args: &ListenArgs) -> Result<(), Failure> {
    let courier = courier()?;
    runtime()?.block_on(async {
        let sandbox = RemoteSandbox::find(&args.which).await?;
        let url = sandbox.url(&format!("/_sandbox/relay?kinds={}", args.kinds));
        let mut stream = sandbox.send(sandbox.http().post(url)).await?;
        if !stream.status().is_success() {
            let refusal = json_of(stream).await;
            let why = refusal.get("error").and_then(|error| error.as_str());
            return Err(Failure::invalid(
                why.unwrap_or("the sandbox says no").to_owned(),
            ));
        }
        print(&format!(
            "listening at {}, forwarding to {}",
            sandbox.base(),
            args.forward_to
        ))?;
        let mut buffer = Vec::new();
        let lost = |error: &reqwest::Error| {
            Failure::new(
                Exit::NothingDone,
                format!("the sandbox went away: {}", chain(error)),
            )
        };
        while let Some(chunk) = stream.chunk().await.map_err(|error| lost(&error))? {
            buffer.extend_from_slice(&chunk);
            while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                if let Ok(relayed) = serde_json::from_slice(&line) {
                    forward(&sandbox, &courier, relayed, &args.forward_to).await?;
                }
            }
        }
        Err(Failure::new(Exit::NothingDone, "the sandbox stopped"))
    })
}

async fn forward(
    sandbox: &RemoteSandbox,
    courier: &Courier,
    relayed: Relayed,
    url: &str,
) -> Result<(), Failure> {
    let reply = courier.deliver(url, relayed.body.clone()).await;
    let reply = reply.map_err(|error| Failure::invalid_input(&error))?;
    print(&format!(
        "{} {}\n  -> {}",
        relayed.kind,
        Plain(&summary(&relayed.body)),
        reply_text(&reply)
    ))?;
    let given_back = sandbox
        .http()
        .post(sandbox.url(&format!("/_sandbox/relay/{}", relayed.id)));
    let given_back = given_back.body(reply_json(&reply).to_string());
    let answer = sandbox.send(given_back).await?;
    if !answer.status().is_success() {
        tell("  the sandbox did not wait for this reply any more");
    }
    Ok(())
}

/// The signed fields, which hold no personal data.
fn summary(body: &str) -> String {
    const SHOWN: [&str; 7] = [
        "merchant_oid",
        "callback_id",
        "status",
        "total_amount",
        "failed_reason_code",
        "trans_ids",
        "trans_id",
    ];
    let fields = form_urlencoded::parse(body.as_bytes());
    let shown = fields.filter(|(name, _)| SHOWN.contains(&&**name));
    let shown: Vec<_> = shown
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    shown.join(" ")
}

/// The reply as the sandbox reads it. No reply becomes the 502 of a gateway.
fn reply_json(reply: &ShopReply) -> serde_json::Value {
    let (status, body) = match (reply.status, reply.problem) {
        (Some(status), _) => (status, reply.body.clone()),
        (None, problem) => {
            let why = problem.map_or("no reply", |problem| problem.english());
            (502, format!("paytr listen: {why}").into_bytes())
        }
    };
    json!({
        "status": status,
        "location": reply.location,
        "body_base64": STANDARD.encode(body),
    })
}

/// An order of the sandbox.
#[derive(Args)]
pub(super) struct ResendArgs {
    /// The order id
    order: String,
    #[command(flatten)]
    which: WhichSandbox,
}

pub(super) fn resend(args: &ResendArgs) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let sandbox = RemoteSandbox::find(&args.which).await?;
        let order = &args.order;
        if order.is_empty() || !order.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Failure::invalid("an order id is letters and digits"));
        }
        let request = sandbox
            .http()
            .post(sandbox.url(&format!("/_sandbox/orders/{order}/resend")));
        let response = sandbox.send(request.timeout(REPLY_TIMEOUT)).await?;
        let is_done = response.status().is_success();
        let answer = json_of(response).await;
        if !is_done {
            let why = answer.get("error").and_then(|why| why.as_str());
            let text = Plain(why.unwrap_or("the sandbox says no")).to_string();
            return Err(Failure::new(Exit::Refused, text));
        }
        print(&format!("{order} is sent again: see {}/", sandbox.base()))
    })
}
