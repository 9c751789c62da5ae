use paytr_core::api::{OrderStatus, StatusInquiry};

use crate::cli::StatusArgs;
use crate::exit::Failure;
use crate::output::{Column, Details, Listing, money_text, print};
use crate::session::{Sent, send};

pub(super) fn run(args: &StatusArgs) -> Result<(), Failure> {
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
        let date = |date: &Option<paytr_core::ReplyDate>| {
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
