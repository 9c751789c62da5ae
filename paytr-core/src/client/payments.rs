use super::{PaytrClient, PaytrError};
use crate::api::{
    BrowserPayment, CardToken, ChargeOutcome, DeleteStoredCard, DirectForm, InvalidRequest,
    StoredCard, StoredCardCharge, StoredCards, UserToken,
};

impl PaytrClient {
    /// The form of a payment that the buyer's browser posts: a
    /// [`DirectPayment`](crate::api::DirectPayment), a
    /// [`StoredCardPayment`](crate::api::StoredCardPayment) or a
    /// [`BkmExpress`](crate::api::BkmExpress). Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when PayTR is known to refuse such values.
    pub fn direct_form<P: BrowserPayment>(
        &self,
        payment: &P,
    ) -> Result<DirectForm, InvalidRequest> {
        let action = self.base_url.join(P::PATH);
        DirectForm::with_action(payment, &self.credentials, action)
    }

    /// Takes a payment from a stored card. Sent once, whatever happens.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]. A declined charge is no error: see [`ChargeOutcome`].
    pub async fn charge(&self, charge: &StoredCardCharge) -> Result<ChargeOutcome, PaytrError> {
        self.send(charge).await
    }

    /// The cards that are stored for a user.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn stored_cards(&self, user: &UserToken) -> Result<Vec<StoredCard>, PaytrError> {
        let user = user.clone();
        self.send(&StoredCards { user }).await
    }

    /// Deletes a stored card.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; a card that is gone already is refused.
    pub async fn delete_stored_card(
        &self,
        user: &UserToken,
        card: &CardToken,
    ) -> Result<(), PaytrError> {
        let (user, card) = (user.clone(), card.clone());
        self.send(&DeleteStoredCard { user, card }).await
    }
}
