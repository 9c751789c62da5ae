use super::unknown::advise;
use crate::cli::CreateLinkArgs;
use crate::exit::Failure;
use crate::output::{Details, print};
use crate::session::{Sent, send};

pub(super) fn run(args: CreateLinkArgs) -> Result<(), Failure> {
    let how = args.send;
    let find_out = || "  look into the panel first: the link may have been made".to_owned();
    let sent = send(&args.request()?, how).map_err(|failure| advise(failure, find_out))?;
    let Sent::Answered(link) = sent else {
        return Ok(());
    };
    Details::new()
        .add("id", &link.id)
        .add("address", &link.url)
        .print()?;
    if link.qr_code.is_some() {
        print("The QR code is in the answer: see it with --json.")?;
    }
    Ok(())
}
