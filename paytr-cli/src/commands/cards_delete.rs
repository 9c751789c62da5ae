use paytr_core::api::DeleteStoredCard;

use crate::cli::DeleteCardArgs;
use crate::exit::Failure;
use crate::output::print;
use crate::session::{Sent, send};

pub(super) fn run(args: DeleteCardArgs) -> Result<(), Failure> {
    let request = DeleteStoredCard {
        user: args.utoken,
        card: args.ctoken,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("deleted"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}
