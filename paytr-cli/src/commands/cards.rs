use clap::{Args, Subcommand};
use paytr_core::api::{CardToken, CvvInput, DeleteStoredCard, StoredCard, StoredCards, UserToken};

use crate::exit::Failure;
use crate::output::{Column, Listing, print};
use crate::session::{SendArgs, Sent, send};

/// Stored cards.
#[derive(Subcommand)]
pub(super) enum CardsCommand {
    /// List the cards of a user
    List(ListCardsArgs),
    /// Delete a card
    Delete(DeleteCardArgs),
}

/// Runs a command of this group.
pub(super) fn run(command: CardsCommand) -> Result<(), Failure> {
    match command {
        CardsCommand::List(args) => list(args),
        CardsCommand::Delete(args) => delete(args),
    }
}

/// The cards of a user.
#[derive(Args)]
pub(super) struct ListCardsArgs {
    /// The user, from the shop's own records
    #[arg(long, value_name = "TOKEN")]
    utoken: UserToken,
    #[command(flatten)]
    send: SendArgs,
}

fn list(args: ListCardsArgs) -> Result<(), Failure> {
    let Sent::Answered(cards) = send(&StoredCards { user: args.utoken }, args.send)? else {
        return Ok(());
    };
    let mut listing = Listing::new(&[
        Column::text("ctoken"),
        Column::text("card"),
        Column::text("expires"),
        Column::text("bank"),
        Column::text("holder"),
        Column::text("program"),
        Column::text("kind"),
        Column::text("cvv"),
    ]);
    for card in &cards {
        listing.add(&row(card));
    }
    if listing.is_empty() {
        return print("no cards");
    }
    listing.print()
}

fn row(card: &StoredCard) -> [String; 8] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let last_four = card.last_four.as_ref().map(|last| format!("…{last}"));
    let expires = match (&card.expiry_month, &card.expiry_year) {
        (Some(month), Some(year)) => format!("{month}/{year}"),
        _ => String::new(),
    };
    let cvv = match card.cvv {
        CvvInput::Asked => "asked",
        CvvInput::NotAsked => "not asked",
    };
    let program = card.program.as_ref().map(ToString::to_string);
    let kind = card.kind.as_ref().map(ToString::to_string);
    [
        card.token.as_str().to_owned(),
        last_four.unwrap_or_default(),
        expires,
        text(&card.bank),
        text(&card.holder),
        program.unwrap_or_default(),
        kind.unwrap_or_default(),
        cvv.to_owned(),
    ]
}

/// A card to delete.
#[derive(Args)]
pub(super) struct DeleteCardArgs {
    /// The user whose card it is
    #[arg(long, value_name = "TOKEN")]
    utoken: UserToken,
    /// The card, from the list of that user
    #[arg(long, value_name = "TOKEN")]
    ctoken: CardToken,
    #[command(flatten)]
    send: SendArgs,
}

fn delete(args: DeleteCardArgs) -> Result<(), Failure> {
    let request = DeleteStoredCard {
        user: args.utoken,
        card: args.ctoken,
    };
    match send(&request, args.send)? {
        Sent::Answered(()) => print("deleted"),
        Sent::DryRun | Sent::Printed(()) => Ok(()),
    }
}
