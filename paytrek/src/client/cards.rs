//! Stored cards, and the subscription plans that charge them.

use super::{PaytrekClient, PaytrekError};
use crate::api::{
    ForgetStoredCard, Forgotten, ListStoredCards, NewPlan, NewStoredCard, PlanSale, ReadPlan,
    ReadStoredCard, StoredCard, StoredCardPage, SubscriptionPlan, UpdatePlan,
};
use crate::{CardToken, PlanToken};

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

    /// Creates a plan. That is no payment: see [`Settlement::settle_plan`](crate::Settlement::settle_plan).
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, look at the dashboard before another one is made.
    pub async fn create_plan(&self, plan: &NewPlan) -> Result<PlanSale, PaytrekError> {
        self.send(plan).await
    }

    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn plan(&self, plan_token: &PlanToken) -> Result<PlanSale, PaytrekError> {
        let request = ReadPlan {
            plan_token: plan_token.clone(),
            place: self.plan_token_place,
        };
        self.send(&request).await
    }

    /// Changes a plan.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, [read](Self::plan) the plan.
    pub async fn update_plan(&self, update: UpdatePlan) -> Result<SubscriptionPlan, PaytrekError> {
        self.send(&update.place(self.plan_token_place)).await
    }
}
