use paytr_core::api::{InstallmentRates, InstallmentRatesReply};

use crate::cli::InstallmentsArgs;
use crate::exit::Failure;
use crate::output::{Column, Listing, print};
use crate::session::{Sent, send};

pub(super) fn run(args: &InstallmentsArgs) -> Result<(), Failure> {
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
