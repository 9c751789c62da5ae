use paytr_core::api::BinLookup;

use crate::cli::BinArgs;
use crate::exit::Failure;
use crate::output::{Details, print};
use crate::session::{Sent, send};

pub(super) fn run(args: &BinArgs) -> Result<(), Failure> {
    let lookup = BinLookup::new(&args.digits).map_err(|error| Failure::invalid_input(&error))?;
    let Sent::Answered(reply) = send(&lookup, args.send)? else {
        return Ok(());
    };
    let Some(detail) = reply.detail() else {
        return print("PayTR does not know these digits; such a card may still pay at once.");
    };
    let yes_no = |flag: Option<bool>| flag.map(|yes| if yes { "yes" } else { "no" });
    Details::new()
        .add("digits", lookup.digits())
        .maybe("bank", detail.bank.as_ref())
        .maybe("bank code", detail.bank_code.as_ref())
        .maybe("kind", detail.kind.as_ref())
        .maybe("network", detail.scheme.as_ref())
        .maybe("program", detail.program.as_ref())
        .maybe("business card", yes_no(detail.business))
        .maybe("without 3-D Secure", yes_no(detail.allows_non_3d))
        .print()
}
