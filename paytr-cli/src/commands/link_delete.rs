use paytr_core::api::DeleteLinks;

use crate::cli::DeleteLinksArgs;
use crate::exit::{Exit, Failure};
use crate::output::{complain, print};
use crate::session::{Sent, send};

pub(super) fn run(args: DeleteLinksArgs) -> Result<Exit, Failure> {
    let request = DeleteLinks { links: args.links };
    let sent = send(&request, args.send)?;
    let reply = match &sent {
        Sent::DryRun => return Ok(Exit::Done),
        Sent::Printed(reply) | Sent::Answered(reply) => reply,
    };
    if !reply.not_deleted.is_empty() {
        complain(&format!("not deleted: {}", reply.not_deleted.join(", ")));
        return Ok(Exit::Refused);
    }
    if matches!(sent, Sent::Answered(_)) {
        print("deleted")?;
    }
    Ok(Exit::Done)
}
