use super::{PaytrClient, PaytrError};
use crate::api::{AcceptedCashout, AcceptedTransfer, Cashout, PlatformTransfer};

impl PaytrClient {
    /// Pays a seller their part of an order. Sent once, whatever happens.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]. When the outcome is unknown, ask again with the same request and nothing else:
    /// code 009 then means that the first one was taken.
    pub async fn transfer(
        &self,
        transfer: &PlatformTransfer,
    ) -> Result<AcceptedTransfer, PaytrError> {
        self.send(transfer).await
    }

    /// Sends money from the marketplace's account. Sent once, whatever happens.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]. When the outcome is unknown, ask again with the same request and nothing else:
    /// code 203 then means that the first one was taken.
    pub async fn cashout(&self, cashout: &Cashout) -> Result<AcceptedCashout, PaytrError> {
        self.send(cashout).await
    }
}
