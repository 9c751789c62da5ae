use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{ReferenceNo, Refund};

use super::{Amount, CurrencyName, SendArgs};

/// A refund.
#[derive(Args)]
pub(crate) struct RefundArgs {
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
    pub(crate) send: SendArgs,
}

impl RefundArgs {
    pub(crate) fn request(&self) -> Refund {
        let refund = Refund::new(self.order.clone(), self.amount.in_currency(self.currency));
        match &self.reference {
            Some(reference) => refund.reference(reference.clone()),
            None => refund,
        }
    }
}
