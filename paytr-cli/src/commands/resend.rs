use super::local::{REPLY_TIMEOUT, RemoteSandbox, json, runtime};
use crate::cli::ResendArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Plain, print};

pub(super) fn run(args: &ResendArgs) -> Result<(), Failure> {
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
        let answer = json(response).await;
        if !is_done {
            let why = answer.get("error").and_then(|why| why.as_str());
            let text = Plain(why.unwrap_or("the sandbox says no")).to_string();
            return Err(Failure::new(Exit::Refused, text));
        }
        print(&format!("{order} is sent again: see {}/", sandbox.base()))
    })
}
