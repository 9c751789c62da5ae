//! A refund, with the shop's ledger where there is one.

mod undecided;

use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{Effect, Endpoint, ReferenceNo, Refund};
use paytr_core::client::{RefundError, RefundProof, Refunded, ReservedBy};

use super::ledger::Ledger;
use super::values::{Amount, CurrencyName};
use crate::exit::{Exit, Failure};
use crate::output::{Details, chain, money_text, print_dry_run, print_json, tell};
use crate::session::{SendArgs, Session};
use crate::settings::{DATABASE_URL, Settings, database_url};

/// A refund. With a ledger (DATABASE_URL) it is reserved there before it is sent, and what is reserved and
/// refunded of an order is never more than what was paid.
#[derive(Args)]
pub(super) struct RefundArgs {
    /// The order id
    #[arg(required_unless_present = "undecided")]
    order: Option<MerchantOid>,
    /// How much to give back, such as 11.97
    #[arg(long, required_unless_present_any = ["undecided", "cancel"])]
    amount: Option<Amount>,
    /// The currency of the order
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// The shop's reference of this refund: 1 to 64 letters and digits, a new one per refund. Made up
    /// and printed if not given. A reference that PayTR lists already is not refunded again
    #[arg(long)]
    reference: Option<ReferenceNo>,
    /// What was paid, for an order that the ledger does not know
    #[arg(long, value_name = "AMOUNT")]
    paid: Option<Amount>,
    /// Who asks for it, to be kept in the ledger
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Ask PayTR about the refunds of the ledger whose outcome is unknown; nothing is sent again
    #[arg(long, conflicts_with_all = ["order", "amount", "reference", "paid", "by", "dry_run", "cancel"])]
    undecided: bool,
    /// With --undecided: only those that were reserved at least so many minutes ago; 10 if not given
    // What conflicts with an argument that is required is not required, so both are said.
    #[arg(
        long,
        value_name = "MINUTES",
        requires = "undecided",
        conflicts_with = "order"
    )]
    older_than: Option<u32>,
    /// Cancel an undecided refund that PayTR does not list, after a look into the merchant panel
    #[arg(long, requires = "reference", conflicts_with_all = ["amount", "paid", "by", "dry_run"])]
    cancel: bool,
    #[command(flatten)]
    send: SendArgs,
}

impl RefundArgs {
    /// The refund that is to be sent. The parser sees to it that nothing is missing.
    fn request(&self) -> Result<Refund, Failure> {
        let (Some(order), Some(amount)) = (&self.order, self.amount) else {
            return Err(Failure::invalid("a refund has an order and an amount"));
        };
        let refund = Refund::new(order.clone(), amount.in_currency(self.currency));
        Ok(match &self.reference {
            Some(reference) => refund.reference(reference.clone()),
            None => refund,
        })
    }

    fn reserved_by(&self) -> ReservedBy {
        let by = ReservedBy::new(self.by.as_deref().unwrap_or_default());
        match self.paid {
            Some(paid) => by.with_paid(paid.in_currency(self.currency)),
            None => by,
        }
    }

    /// The ledger, if there is one.
    fn has_ledger(&self) -> Result<bool, Failure> {
        let has_ledger = database_url()?.is_some();
        if !has_ledger && (self.paid.is_some() || self.by.is_some()) {
            let text = format!("--paid and --by are for the ledger: set {DATABASE_URL}");
            return Err(Failure::new(Exit::Settings, text));
        }
        Ok(has_ledger)
    }
}

/// Sent once. Without a ledger the status is asked before, so that a reference that is listed already is not
/// refunded again, and after, if the answer is lost.
pub(super) fn run(args: &RefundArgs) -> Result<(), Failure> {
    if args.undecided {
        return undecided::decide(args.older_than, args.send.json);
    }
    if let (true, Some(order), Some(reference)) = (args.cancel, &args.order, &args.reference) {
        return undecided::cancel(order, reference, args.send.json);
    }
    let refund = args.request()?;
    let settings = Settings::read()?;
    if args.send.dry_run {
        return print_dry_run(&refund, &settings);
    }
    // Something is asked or reserved first, so what PayTR is known to refuse must be found here.
    let form = refund.form(&settings.credentials);
    form.map_err(|error| Failure::invalid_input(&error))?;
    let has_ledger = args.has_ledger()?;
    let session = Session::open(settings)?;
    let refunded = if has_ledger {
        let ledger = session.wait(Ledger::open())?;
        tell_reference(&refund);
        let (client, by) = (session.client(), args.reserved_by());
        session.wait(client.refund_reserved_as(&*ledger.orders, &refund, &by))
    } else {
        tell_reference(&refund);
        session.wait(session.client().refund_checked(&refund))
    };
    let failed = |error| failure(&refund, error, has_ledger);
    if args.send.json && refunded_by_paytr(&refunded) && session.print_reply(Refund::PATH)? {
        return refunded.map(drop).map_err(failed);
    }
    show(&refunded.map_err(failed)?, args.send.json)
}

/// If this program is stopped from here on, the reference is needed to find out what happened.
fn tell_reference(refund: &Refund) {
    tell(&format!("reference {}", refund.reference));
}

fn show(refunded: &Refunded, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(&serde_json::json!({
            "status": "success",
            "merchant_oid": refunded.order().as_str(),
            "reference_no": refunded.reference().as_str(),
            "return_amount": money_text(refunded.amount()),
            "known_by": known_by(refunded),
        }));
    }
    Details::new()
        .add("order", refunded.order())
        .add("refunded", refunded.amount())
        .add("reference", refunded.reference())
        .add("known by", known_by(refunded))
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

fn failure(refund: &Refund, error: RefundError, has_ledger: bool) -> Failure {
    let (order, amount) = (&refund.order, money_text(refund.amount));
    let text = chain(&error);
    match error {
        RefundError::NotRefunded(error) => {
            // It was not refunded, whatever stopped it: the question before, or the refund itself.
            let failure = Failure::of_request(&error, Effect::ReadOnly);
            failure.with("  nothing was refunded")
        }
        RefundError::Unknown(unknown) if has_ledger => {
            let text = format!(
                "{unknown}\n  it stays reserved in the ledger; find out, some minutes later:\n    paytr \
                 refund --undecided"
            );
            Failure::new(Exit::OutcomeUnknown, text)
        }
        RefundError::Unknown(unknown) => {
            let text = format!(
                "{unknown}\n  find out: paytr status {order}\n  asking again with the same \
                 reference, some minutes later, looks first:\n    paytr refund {order} --amount {amount} \
                 --reference {}",
                unknown.reference()
            );
            Failure::new(Exit::OutcomeUnknown, text)
        }
        RefundError::Ledger(_) => Failure::new(Exit::NothingDone, text),
        RefundError::UnknownOrder => Failure::invalid(format!(
            "{text}\n  check the order id and {DATABASE_URL}; paytr status {order} shows what was paid:\n    \
             paytr refund {order} --amount {amount} --paid AMOUNT"
        )),
        RefundError::NotPaid => Failure::new(
            Exit::Refused,
            format!("{text}\n  settle it: paytr reconcile {order}"),
        ),
        RefundError::ReferenceUsed if has_ledger => Failure::new(
            Exit::Refused,
            format!("{text}\n  find out what became of it: paytr refund --undecided"),
        ),
        _ => Failure::new(Exit::Refused, text),
    }
}
