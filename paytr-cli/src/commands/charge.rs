use paytr_core::api::{ChargeOutcome, Retry};

use super::unknown::advise;
use crate::cli::ChargeArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Details, tell};
use crate::session::{Sent, send};

/// Sent once.
pub(super) fn run(args: ChargeArgs) -> Result<Exit, Failure> {
    let how = args.send;
    let charge = args.request()?;
    let order = charge.order.id.clone();
    let find_out = || {
        format!(
            "  order {order} may have been charged: do not charge again, under no other order id \
             either\n  wait for its notification, or ask: paytr status {order}"
        )
    };
    let sent = send(&charge, how).map_err(|failure| advise(failure, find_out))?;
    let outcome = match &sent {
        Sent::DryRun => return Ok(Exit::Done),
        Sent::Printed(outcome) | Sent::Answered(outcome) => outcome,
    };
    let (exit, result) = match outcome {
        ChargeOutcome::Paid(_) => (Exit::Done, "paid"),
        ChargeOutcome::WaitForNotification(_) => (Exit::OutcomeUnknown, "being checked by PayTR"),
        ChargeOutcome::Declined(Retry::Never, _) => (Exit::Refused, "declined; not with this card"),
        ChargeOutcome::Declined(Retry::Later, _) => (Exit::Refused, "declined; try again later"),
        ChargeOutcome::Declined(Retry::Unsaid, _) => (Exit::Refused, "declined"),
    };
    if matches!(sent, Sent::Answered(_)) {
        let message = outcome.reply().message.as_ref();
        Details::new()
            .add("order", &order)
            .add("result", result)
            .maybe("PayTR says", message)
            .print()?;
    }
    if exit == Exit::OutcomeUnknown {
        tell(&find_out());
    }
    Ok(exit)
}
