use clap::Args;
use paytr_core::MerchantOid;
use paytr_core::api::{Iban, PlatformTransfer, TransId};

use super::report::SecondsArgs;
use super::{Amount, CurrencyName, ListArgs, PayoutText, SendArgs};

/// A transfer to a seller.
#[derive(Args)]
pub(crate) struct TransferArgs {
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
    pub(crate) send: SendArgs,
}

impl TransferArgs {
    pub(crate) fn request(self) -> PlatformTransfer {
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

/// Transfers that came back; asks in windows of 31 days.
#[derive(Args)]
pub(crate) struct ReturnedArgs {
    #[command(flatten)]
    pub(crate) range: SecondsArgs,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// Money from the marketplace's account.
#[derive(Args)]
#[group(id = "payouts", required = true, multiple = true, args = ["payout", "file"])]
pub(crate) struct CashoutArgs {
    /// The shop's own id of the cashout: at most 64 letters and digits. PayTR takes an id once, so
    /// asking again with the same one pays once. Made up and printed if not given
    #[arg(long, value_name = "ID")]
    pub(crate) trans_id: Option<TransId>,
    /// Who gets how much, in lira; repeat it for more
    #[arg(long, value_name = "AMOUNT:IBAN:RECEIVER")]
    pub(crate) payout: Vec<PayoutText>,
    /// A CSV file with the columns amount, iban and receiver; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<String>,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}
