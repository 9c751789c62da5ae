use clap::{Args, Subcommand};
use paytr_core::api::{CardToken, UserToken};

use super::SendArgs;

/// Stored cards.
#[derive(Subcommand)]
pub(crate) enum CardsCommand {
    /// List the cards of a user
    List(ListCardsArgs),
    /// Delete a card
    Delete(DeleteCardArgs),
}

/// The cards of a user.
#[derive(Args)]
pub(crate) struct ListCardsArgs {
    /// The user, from the shop's own records
    #[arg(long, value_name = "TOKEN")]
    pub(crate) utoken: UserToken,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}

/// A card to delete.
#[derive(Args)]
pub(crate) struct DeleteCardArgs {
    /// The user whose card it is
    #[arg(long, value_name = "TOKEN")]
    pub(crate) utoken: UserToken,
    /// The card, from the list of that user
    #[arg(long, value_name = "TOKEN")]
    pub(crate) ctoken: CardToken,
    #[command(flatten)]
    pub(crate) send: SendArgs,
}
