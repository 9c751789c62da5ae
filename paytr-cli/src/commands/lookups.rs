//! Questions to PayTR about one thing: an order, a card number, the cost of instalments.

use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{
    BinLookup, InstallmentRates, InstallmentRatesReply, OrderStatus, StatusInquiry,
};

use crate::exit::Failure;
use crate::output::{Column, Details, Listing, money_text, print};
use crate::session::{SendArgs, Sent, send};

/// A status inquiry.
#[derive(Args)]
pub(super) struct StatusArgs {
    /// The order id
    order: MerchantOid,
    #[command(flatten)]
    send: SendArgs,
}

pub(super) fn status(args: &StatusArgs) -> Result<(), Failure> {
    let order = args.order.clone();
    let sent = send(&StatusInquiry { order }, args.send)?;
    if let Sent::Answered(status) = sent {
        details(args, &status).print()?;
        if !status.returns.is_empty() {
            print("\nRefunds")?;
            refunds(&status).print()?;
        }
    }
    Ok(())
}

fn details(args: &StatusArgs, status: &OrderStatus) -> Details {
    let mode = status
        .test_mode
        .map(|test| if test { "test" } else { "live" });
    let refunded = (!status.returns.is_empty()).then(|| status.refunded());
    Details::new()
        .add("order", &args.order)
        .add("amount", status.payment_amount)
        .add("paid", status.payment_total)
        .maybe("net", status.net_amount)
        .maybe("deduction", status.deduction)
        .maybe("refunded", refunded)
        .add("can be refunded", status.refundable())
        .maybe("mode", mode)
        .maybe("paid at", status.payment_date.as_ref())
        .maybe("paid by", status.paid_by.as_ref())
        .maybe("instalments", status.installments)
        .maybe("card program", status.card_program.as_ref())
        .maybe("card", status.masked_pan.as_ref())
        .maybe("authorisation", status.auth_code.as_ref())
}

fn refunds(status: &OrderStatus) -> Listing {
    let mut listing = Listing::new(&[
        Column::text("asked"),
        Column::text("completed"),
        Column::number("amount"),
        Column::text("reference"),
        Column::text("kind"),
    ]);
    for entry in &status.returns {
        let date = |date: &Option<paytr_core::wire::ReplyDate>| {
            date.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        listing.add(&[
            date(&entry.date),
            date(&entry.completed),
            money_text(entry.amount),
            entry.reference_no.clone().unwrap_or_default(),
            entry.kind.clone().unwrap_or_default(),
        ]);
    }
    listing
}

/// A BIN lookup.
#[derive(Args)]
pub(super) struct BinArgs {
    /// The first 6 or 8 digits of a card number, never all of it
    digits: String,
    #[command(flatten)]
    send: SendArgs,
}

pub(super) fn bin(args: &BinArgs) -> Result<(), Failure> {
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

/// The rates of instalments.
#[derive(Args)]
pub(super) struct InstallmentsArgs {
    /// The shop's own id of the request: 1 to 32 letters and digits; made up if not given
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// Ask for the rate of a single payment too; see it with --json
    #[arg(long)]
    single: bool,
    /// Ask for the rate of foreign cards too; see it with --json
    #[arg(long)]
    abroad: bool,
    #[command(flatten)]
    send: SendArgs,
}

pub(super) fn installments(args: &InstallmentsArgs) -> Result<(), Failure> {
    let mut request = match &args.request_id {
        Some(id) => InstallmentRates::new(id).map_err(|error| Failure::invalid_input(&error))?,
        None => InstallmentRates::with_random_id(),
    };
    request.single_payment = args.single;
    request.foreign_cards = args.abroad;
    let Sent::Answered(reply) = send(&request, args.send)? else {
        return Ok(());
    };
    if let Some(most) = reply.max_installments {
        print(&format!("at most {most} instalments"))?;
    }
    table(&reply).print()
}

/// A row per program, a column per count, in percent.
fn table(reply: &InstallmentRatesReply) -> Listing {
    const COUNTS: [&str; 11] = ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    let mut columns = vec![Column::text("program")];
    columns.extend(COUNTS.map(Column::number));
    let mut listing = Listing::new(&columns);
    for (program, rates) in &reply.rates {
        let rate = |count: u8| {
            rates
                .get(&count)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let mut row = vec![program.to_string()];
        row.extend((2..=12).map(rate));
        listing.add(&row);
    }
    listing
}
