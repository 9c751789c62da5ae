//! Stored cards: which test card, never a number.

use super::State;
use crate::TestCard;
use crate::payment_request::KeepCard;

/// The cards of all users of the shop, in the order they were stored.
#[derive(Default)]
pub(crate) struct CardVault {
    cards: Vec<StoredCard>,
}

/// One stored card of one user.
#[derive(Clone)]
pub(crate) struct StoredCard {
    pub(crate) utoken: String,
    pub(crate) ctoken: String,
    pub(crate) card: TestCard,
    pub(crate) holder: String,
    /// Two digits each.
    pub(crate) month: String,
    pub(crate) year: String,
}

impl StoredCard {
    /// Whether the buyer types the CVV again: only for Mastercard here, so that both kinds can be tried.
    pub(crate) fn require_cvv(&self) -> &'static str {
        if self.card == TestCard::Mastercard {
            "1"
        } else {
            "0"
        }
    }
}

impl CardVault {
    pub(crate) fn of_user(&self, utoken: &str) -> impl Iterator<Item = &StoredCard> {
        self.cards.iter().filter(move |card| card.utoken == utoken)
    }

    pub(crate) fn find(&self, utoken: &str, ctoken: &str) -> Option<&StoredCard> {
        let mut cards = self.cards.iter();
        cards.find(|card| card.utoken == utoken && card.ctoken == ctoken)
    }

    /// Whether there was such a card.
    pub(crate) fn delete(&mut self, utoken: &str, ctoken: &str) -> bool {
        let before = self.cards.len();
        self.cards
            .retain(|card| card.utoken != utoken || card.ctoken != ctoken);
        self.cards.len() < before
    }

    /// The same card of the same user is stored once.
    fn keep(&mut self, keep: &KeepCard, card: TestCard, new_token: &str) -> StoredCard {
        let utoken = keep.utoken.clone();
        let utoken = utoken.unwrap_or_else(|| format!("u{new_token}"));
        let known = self.of_user(&utoken).find(|known| known.card == card);
        if let Some(known) = known {
            return known.clone();
        }
        let stored = StoredCard {
            utoken,
            ctoken: format!("c{new_token}"),
            card,
            holder: keep.holder.clone(),
            month: keep.month.clone(),
            year: keep.year.clone(),
        };
        self.cards.push(stored.clone());
        stored
    }
}

impl State {
    /// Stores the card that has just paid. The page's token is random, so what is made of it is, too.
    pub(super) fn keep_card(
        &mut self,
        keep: &KeepCard,
        card: TestCard,
        page_token: &str,
    ) -> StoredCard {
        self.cards.keep(keep, card, page_token)
    }
}
