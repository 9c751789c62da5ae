use paytr_core::api::{CvvInput, StoredCard, StoredCards};

use crate::cli::ListCardsArgs;
use crate::exit::Failure;
use crate::output::{Column, Listing, print};
use crate::session::{Sent, send};

pub(super) fn run(args: ListCardsArgs) -> Result<(), Failure> {
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
