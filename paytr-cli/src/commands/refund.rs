use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{Effect, Endpoint, ReferenceNo, Refund};
use paytr_core::client::{RefundError, RefundProof, Refunded};

use super::values::{Amount, CurrencyName};
use crate::exit::{Exit, Failure};
use crate::output::{Details, money_text, print_dry_run, print_json, tell};
use crate::session::{SendArgs, Session};
use crate::settings::Settings;

/// A refund.
#[derive(Args)]
pub(super) struct RefundArgs {
    /// The order id
    order: MerchantOid,
    /// How much to give back, such as 11.97
    #[arg(long)]
    amount: Amount,
    /// The currency of the order
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// The shop's reference of this refund: 1 to 64 letters and digits, a new one per refund. Made up
    /// and printed if not given. A reference that PayTR lists already is not refunded again
    #[arg(long)]
    reference: Option<ReferenceNo>,
    #[command(flatten)]
    send: SendArgs,
}

impl RefundArgs {
    fn request(&self) -> Refund {
        let refund = Refund::new(self.order.clone(), self.amount.in_currency(self.currency));
        match &self.reference {
            Some(reference) => refund.reference(reference.clone()),
            None => refund,
        }
    }
}

/// Sent once. The status is asked before, so that a reference that is listed already is not refunded
/// again, and after, if the answer is lost.
pub(super) fn run(args: &RefundArgs) -> Result<(), Failure> {
    let refund = args.request();
    let settings = Settings::read()?;
    if args.send.dry_run {
        return print_dry_run(&refund, &settings);
    }
    // The status is asked first, so what PayTR is known to refuse must be found here.
    let form = refund.form(&settings.credentials);
    form.map_err(|error| Failure::invalid_input(&error))?;
    let session = Session::open(settings)?;
    // If this program is stopped from here on, the reference is needed to find out what happened.
    tell(&format!("reference {}", refund.reference));
    let refunded = session.wait(session.client().refund_checked(&refund));
    if args.send.json && refunded_by_paytr(&refunded) && session.print_reply(Refund::PATH)? {
        return refunded.map(drop).map_err(|error| failure(&refund, error));
    }
    let refunded = refunded.map_err(|error| failure(&refund, error))?;
    if args.send.json {
        return print_json(&serde_json::json!({
            "status": "success",
            "merchant_oid": refund.order.as_str(),
            "reference_no": refund.reference.as_str(),
            "return_amount": money_text(refunded.amount()),
            "known_by": known_by(&refunded),
        }));
    }
    Details::new()
        .add("order", refunded.order())
        .add("refunded", refunded.amount())
        .add("reference", refunded.reference())
        .add("known by", known_by(&refunded))
        .print()
}

/// Whether PayTR's own answer to the refund is the result, yes or no.
fn refunded_by_paytr(refunded: &Result<Refunded, RefundError>) -> bool {
    match refunded {
        Ok(refunded) => refunded.proof() == RefundProof::Reply,
        Err(error) => matches!(error, RefundError::NotRefunded(_)),
    }
}

fn known_by(refunded: &Refunded) -> &'static str {
    match refunded.proof() {
        RefundProof::Reply => "PayTR's answer",
        RefundProof::StatusInquiry => "the status inquiry; the answer was lost",
        RefundProof::AlreadyListed => {
            "the status inquiry; it was refunded before, nothing was sent"
        }
        _ => "PayTR",
    }
}

fn failure(refund: &Refund, error: RefundError) -> Failure {
    match error {
        RefundError::NotRefunded(error) => {
            // It was not refunded, whatever stopped it: the question before, or the refund itself.
            let failure = Failure::of_request(&error, Effect::ReadOnly);
            failure.with("  nothing was refunded")
        }
        RefundError::Unknown(unknown) => {
            let order = unknown.order();
            let text = format!(
                "{unknown}\n  find out: paytr status {order}\n  asking again with the same \
                 reference, some minutes later, looks first:\n    paytr refund {order} --amount {} \
                 --reference {}",
                money_text(refund.amount),
                unknown.reference()
            );
            Failure::new(Exit::OutcomeUnknown, text)
        }
        other => Failure::new(Exit::Refused, crate::output::chain(&other)),
    }
}
