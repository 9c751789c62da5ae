use paytr_core::api::SendLinkSms;

use crate::cli::SendSmsArgs;
use crate::exit::Failure;
use crate::output::print;
use crate::session::{Sent, send};

pub(super) fn run(args: SendSmsArgs) -> Result<(), Failure> {
    let request = SendLinkSms {
        link: args.link,
        phone: args.phone,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("sent"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}
