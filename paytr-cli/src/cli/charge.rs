use clap::Args;
use paytr_core::CardProgram;
use paytr_core::api::{CardToken, InstallmentCount, StoredCardCharge, UserToken};

use super::{OrderArgs, SendArgs};
use crate::exit::Failure;

/// A charge of a stored card, without 3-D Secure. A card whose CVV is needed cannot be charged like
/// this: no CVV passes the server. Use direct-form with --ctoken and --ask-cvv for it.
#[derive(Args)]
pub(crate) struct ChargeArgs {
    #[command(flatten)]
    order: OrderArgs,
    /// The user whose card it is, from the shop's own records
    #[arg(long, value_name = "TOKEN")]
    utoken: UserToken,
    /// The card, from the list of that user
    #[arg(long, value_name = "TOKEN")]
    ctoken: CardToken,
    /// A payment of a subscription that the buyer agreed to earlier
    #[arg(long)]
    recurring: bool,
    /// How many instalments: 2 to 12
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=12))]
    installments: Option<u8>,
    /// The instalment program of the card, such as bonus
    #[arg(long, value_name = "PROGRAM")]
    card_type: Option<String>,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

impl ChargeArgs {
    pub(crate) fn request(self) -> Result<StoredCardCharge, Failure> {
        let order = self.order.direct_order()?;
        let new = if self.recurring {
            StoredCardCharge::recurring
        } else {
            StoredCardCharge::once
        };
        let mut charge = new(order, self.utoken, self.ctoken);
        charge.installments = InstallmentCount::from_number(self.installments.unwrap_or_default());
        charge.card_program = self.card_type.as_deref().map(CardProgram::from_code);
        Ok(charge)
    }
}
