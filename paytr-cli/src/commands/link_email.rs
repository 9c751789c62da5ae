use paytr_core::api::SendLinkEmail;

use crate::cli::SendEmailArgs;
use crate::exit::Failure;
use crate::output::print;
use crate::session::{Sent, send};

pub(super) fn run(args: SendEmailArgs) -> Result<(), Failure> {
    let request = SendLinkEmail {
        link: args.link,
        email: args.email,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("sent"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}
