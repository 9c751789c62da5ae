use paytr_core::api::{ReturnedTransfer, ReturnedTransfers};

use super::paging::{Row, amount, list, text, windows};
use crate::cli::ReturnedArgs;
use crate::exit::Failure;
use crate::output::{Column, currency_name};

pub(super) fn run(args: ReturnedArgs) -> Result<(), Failure> {
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
