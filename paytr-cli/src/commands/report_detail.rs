use paytr_core::api::{DetailRow, PaymentDetail};

use super::paging::{Row, amount, list, text};
use crate::cli::DetailArgs;
use crate::exit::Failure;
use crate::output::{Column, currency_name};

pub(super) fn run(args: DetailArgs) -> Result<(), Failure> {
    list(&[PaymentDetail::new(args.date)], args.list)
}

impl Row for DetailRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("order_id"),
        Column::number("amount"),
        Column::text("currency"),
        Column::text("iban"),
        Column::text("name"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            text(self.order.as_ref()),
            amount(self.amount),
            currency_name(&[self.amount]),
            text(self.iban.as_ref()),
            text(self.name.as_ref()),
        ]
    }
}
