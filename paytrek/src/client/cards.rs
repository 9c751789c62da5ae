//! Stored cards.

use super::{PaytrekClient, PaytrekError};
use crate::CardToken;
use crate::api::{
    ForgetStoredCard, Forgotten, ListStoredCards, NewStoredCard, ReadStoredCard, StoredCard,
    StoredCardPage,
};

impl PaytrekClient {
    /// Stores a card.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, [list](Self::stored_cards) the user's cards.
    pub async fn store_card(&self, card: &NewStoredCard) -> Result<StoredCard, PaytrekError> {
        self.send(card).await
    }

    /// Reads one stored card.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn stored_card(&self, card_token: &CardToken) -> Result<StoredCard, PaytrekError> {
        let card_token = card_token.clone();
        self.send(&ReadStoredCard { card_token }).await
    }

    /// Lists stored cards, one page. The next one is
    /// [`ListStoredCards::page`] of [`StoredCardPage::next`].
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn stored_cards(
        &self,
        list: &ListStoredCards,
    ) -> Result<StoredCardPage, PaytrekError> {
        self.send(list).await
    }

    /// Lists stored cards from all pages, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn all_stored_cards(
        &self,
        list: &ListStoredCards,
        limit: usize,
    ) -> Result<Vec<StoredCard>, PaytrekError> {
        let mut page = self.stored_cards(list).await?;
        let mut cards = page.cards;
        // A page without cards ends the list, so that links in a circle do not go on for ever.
        while let Some(next) = page.next.take().filter(|_| cards.len() < limit) {
            page = self.stored_cards(&ListStoredCards::page(&next)).await?;
            if page.cards.is_empty() {
                break;
            }
            cards.append(&mut page.cards);
        }
        cards.truncate(limit);
        Ok(cards)
    }

    /// Forgets a stored card. Safe to repeat: a card that is gone is [`Forgotten::Before`].
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn forget_card(&self, card_token: &CardToken) -> Result<Forgotten, PaytrekError> {
        let card_token = card_token.clone();
        self.send(&ForgetStoredCard { card_token }).await
    }
}
