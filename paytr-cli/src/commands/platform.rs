//! Marketplaces: transfers to sellers, those that came back, and money from the marketplace's account.

use std::fs::File;
use std::io::{self, Read};

use clap::Args;
use paytr_core::api::{
    Cashout, Iban, Payout, PlatformTransfer, ReturnedTransfer, ReturnedTransfers, TransId,
};
use paytr_core::{Currency, MerchantOid, Money};

use super::paging::{ListArgs, Row, SecondsArgs, amount, list, text, windows};
use super::values::{Amount, CurrencyName, PayoutText};
use crate::exit::{Exit, Failure};
use crate::output::{Column, Details, currency_name, tell};
use crate::session::{SendArgs, Sent, send};

/// A transfer to a seller.
#[derive(Args)]
pub(super) struct TransferArgs {
    /// The paid order
    #[arg(long, value_name = "ID")]
    order_id: MerchantOid,
    /// The seller's part
    #[arg(long, value_name = "AMOUNT")]
    seller_amount: Amount,
    /// The total of the order
    #[arg(long, value_name = "AMOUNT")]
    total: Amount,
    /// The currency of the order
    #[arg(long, default_value = "TL", ignore_case = true)]
    currency: CurrencyName,
    /// The seller: first and last name, or a company
    #[arg(long, value_name = "NAME")]
    receiver: String,
    /// The seller's account: TR and 24 digits
    #[arg(long)]
    iban: Iban,
    /// The shop's own id of the transfer: at most 60 letters and digits. PayTR takes an id once, so
    /// asking again with the same one pays once. Made up and printed if not given
    #[arg(long, value_name = "ID")]
    trans_id: Option<TransId>,
    #[command(flatten)]
    send: SendArgs,
}

impl TransferArgs {
    fn request(self) -> PlatformTransfer {
        PlatformTransfer::new(
            self.order_id,
            self.trans_id.unwrap_or_else(TransId::random),
            self.seller_amount.in_currency(self.currency),
            self.total.in_currency(self.currency),
            self.receiver,
            self.iban,
        )
    }
}

/// Sent once.
pub(super) fn transfer(args: TransferArgs) -> Result<(), Failure> {
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
    let sent = send(&transfer, how).map_err(|failure| failure.advise(find_out))?;
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

/// Transfers that came back; asks in windows of 31 days.
#[derive(Args)]
pub(super) struct ReturnedArgs {
    #[command(flatten)]
    range: SecondsArgs,
    #[command(flatten)]
    list: ListArgs,
}

pub(super) fn returned(args: ReturnedArgs) -> Result<(), Failure> {
    let range = args.range;
    let lists = ReturnedTransfers::windows(range.from, range.to).map(|mut list| {
        list.dummy = range.dummy;
        list
    });
    list(&windows(lists)?, args.list)
}

impl Row for ReturnedTransfer {
    const COLUMNS: &'static [Column] = &[
        Column::text("reference"),
        Column::text("sent"),
        Column::text("came_back"),
        Column::text("credited"),
        Column::number("amount"),
        Column::text("currency"),
        Column::text("name"),
        Column::text("iban"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            text(self.reference.as_ref()),
            text(self.sent.as_ref()),
            text(self.detected.as_ref()),
            text(self.reimbursed.as_ref()),
            amount(self.amount),
            currency_name(&[self.amount]),
            text(self.name.as_ref()),
            text(self.iban.as_ref()),
        ]
    }
}

/// Money from the marketplace's account.
#[derive(Args)]
#[group(id = "payouts", required = true, multiple = true, args = ["payout", "file"])]
pub(super) struct CashoutArgs {
    /// The shop's own id of the cashout: at most 64 letters and digits. PayTR takes an id once, so
    /// asking again with the same one pays once. Made up and printed if not given
    #[arg(long, value_name = "ID")]
    trans_id: Option<TransId>,
    /// Who gets how much, in lira; repeat it for more
    #[arg(long, value_name = "AMOUNT:IBAN:RECEIVER")]
    payout: Vec<PayoutText>,
    /// A CSV file with the columns amount, iban and receiver; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    #[command(flatten)]
    send: SendArgs,
}

/// Sent once.
pub(super) fn cashout(args: CashoutArgs) -> Result<(), Failure> {
    let how = args.send;
    let mut payouts = args.payout;
    if let Some(place) = &args.file {
        payouts.extend(read_file(place)?);
    }
    let payouts = payouts.into_iter().map(|payout| {
        let amount = Money::new(payout.amount.minor_units(), Currency::TRY);
        Payout::new(amount, payout.receiver, payout.iban)
    });
    let trans_id = args.trans_id.unwrap_or_else(TransId::random);
    let cashout = Cashout::new(trans_id, payouts.collect());
    if !how.dry_run {
        tell(&format!("trans_id {}", cashout.trans_id));
    }
    let find_out = || {
        let id = &cashout.trans_id;
        format!(
            "  cashout {id} may have been taken: do not send it under another id\n  asking again \
             with --trans-id {id} pays once: error 203 then means that it was taken\n  what became \
             of the money: the bank statement, or paytr returned --from DATE --to DATE"
        )
    };
    let sent = send(&cashout, how).map_err(|failure| failure.advise(find_out))?;
    let Sent::Answered(accepted) = sent else {
        return Ok(());
    };
    Details::new()
        .add("cashout", &accepted.trans_id)
        .add("payouts", cashout.payouts.len())
        .add("result", "taken; PayTR works on it for about five minutes")
        .print()
}

/// Reads a CSV file with the columns `amount`, `iban` and `receiver`, in any order.
fn read_file(place: &str) -> Result<Vec<PayoutText>, Failure> {
    let file: Box<dyn Read> = match place {
        "-" => Box::new(io::stdin()),
        path => Box::new(File::open(path).map_err(|error| {
            Failure::new(Exit::Local, format!("{path} cannot be read: {error}"))
        })?),
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file);
    let broken = |error: csv::Error| Failure::invalid(format!("{place}: {error}"));
    let head = reader.headers().map_err(broken)?.clone();
    let mut columns = Vec::new();
    for name in ["amount", "iban", "receiver"] {
        let column = head.iter().position(|known| known == name);
        columns.push(column.ok_or_else(|| {
            Failure::invalid(format!(
                "{place}: no column {name}; it needs amount, iban, receiver"
            ))
        })?);
    }
    let mut payouts = Vec::new();
    for (number, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(broken)?;
        let cells: Vec<_> = columns.iter().map(|column| record.get(*column)).collect();
        let payout = match cells.as_slice() {
            [Some(amount), Some(iban), Some(receiver)] => {
                PayoutText::of_parts(amount, iban, receiver)
            }
            _ => Err("a cell is missing".to_owned()),
        };
        payouts.push(
            payout.map_err(|error| Failure::invalid(format!("{place}, row {number}: {error}")))?,
        );
    }
    Ok(payouts)
}
