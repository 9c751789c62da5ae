use std::fs::File;
use std::io::{self, Read};

use paytr_core::api::{Cashout, Payout, TransId};
use paytr_core::{Currency, Money};

use super::unknown::advise;
use crate::cli::{CashoutArgs, PayoutText};
use crate::exit::{Exit, Failure};
use crate::output::{Details, tell};
use crate::session::{Sent, send};

/// Sent once.
pub(super) fn run(args: CashoutArgs) -> Result<(), Failure> {
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
    let sent = send(&cashout, how).map_err(|failure| advise(failure, find_out))?;
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
