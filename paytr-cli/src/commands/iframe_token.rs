use paytr_core::api::{Endpoint, IframeToken};

use crate::cli::{IframeTokenArgs, SendArgs};
use crate::exit::Failure;
use crate::output::{Details, print_dry_run};
use crate::session::{Sent, Session};
use crate::settings::Settings;

pub(super) fn run(args: IframeTokenArgs) -> Result<(), Failure> {
    use crate::cli::IframeRequest::{Card, Eft};
    let how = args.send;
    match args.request()? {
        Card(request) => send(&request, how),
        Eft(request) => send(&request, how),
    }
}

fn send<R: Endpoint<Reply = IframeToken> + Sync>(
    request: &R,
    how: SendArgs,
) -> Result<(), Failure> {
    let settings = Settings::read()?;
    if how.dry_run {
        return print_dry_run(request, &settings);
    }
    let session = Session::open(settings)?;
    if let Sent::Answered(token) = session.send(request, how)? {
        let page = session.client().page_url(&token);
        return Details::new()
            .add("token", token.as_str())
            .add("page", page)
            .print();
    }
    Ok(())
}
