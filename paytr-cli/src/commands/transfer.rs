use super::unknown::advise;
use crate::cli::TransferArgs;
use crate::exit::Failure;
use crate::output::{Details, tell};
use crate::session::{Sent, send};

/// Sent once.
pub(super) fn run(args: TransferArgs) -> Result<(), Failure> {
    let how = args.send;
    let transfer = args.request();
    if !how.dry_run {
        tell(&format!("trans_id {}", transfer.trans_id));
    }
    let find_out = || {
        format!(
            "  transfer {0} of order {1} may have been taken: do not send it under another id\n  \
             find out: paytr status {1}\n  asking again with --trans-id {0} pays once: error 009 \
             then means that it was taken",
            transfer.trans_id, transfer.order
        )
    };
    let sent = send(&transfer, how).map_err(|failure| advise(failure, find_out))?;
    let Sent::Answered(accepted) = sent else {
        return Ok(());
    };
    Details::new()
        .add("transfer", &accepted.trans_id)
        .add("result", "taken; the outcome comes with its notification")
        .maybe("reference", accepted.reference)
        .maybe(
            "to the seller, as PayTR writes it",
            accepted.submerchant_amount,
        )
        .maybe(
            "to the marketplace, as PayTR writes it",
            accepted.merchant_amount,
        )
        .print()
}
