//! One method for each request that needs no more than being sent.

use super::{PaytrClient, PaytrError};
use crate::api::{
    AcceptedCashout, AcceptedTransfer, BinLookup, BinReply, BrowserPayment, CardToken, Cashout,
    ChargeOutcome, CreateLink, CreatedLink, DeleteLinks, DeleteStoredCard, DeletedLinks, DetailRow,
    DirectForm, InstallmentRates, InstallmentRatesReply, InvalidRequest, LinkId, PaymentDetail,
    PaymentStatement, PlatformTransfer, Report, ReturnedTransfer, ReturnedTransfers, SendLinkEmail,
    SendLinkSms, StatementRow, StoredCard, StoredCardCharge, StoredCards, TransactionReport,
    TransactionRow, UserToken,
};

impl PaytrClient {
    /// Asks what kind of card begins with some digits. Digits that PayTR does not know are no error.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn bin(&self, request: &BinLookup) -> Result<BinReply, PaytrError> {
        self.send(request).await
    }

    /// Asks what instalments cost.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn installment_rates(
        &self,
        request: &InstallmentRates,
    ) -> Result<InstallmentRatesReply, PaytrError> {
        self.send(request).await
    }

    /// Asks for sales and refunds. A range without any is an empty report, no error.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; [`Invalid`](PaytrError::Invalid) for more than three days: see
    /// [`TransactionReport::windows`].
    pub async fn transactions(
        &self,
        request: &TransactionReport,
    ) -> Result<Report<TransactionRow>, PaytrError> {
        self.send(request).await
    }

    /// Asks for the payouts of some days. A range without any is an empty report, no error.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; [`Invalid`](PaytrError::Invalid) for more than 31 days: see
    /// [`PaymentStatement::windows`].
    pub async fn payment_statement(
        &self,
        request: &PaymentStatement,
    ) -> Result<Report<StatementRow>, PaytrError> {
        self.send(request).await
    }

    /// Asks which orders are in the payout of a day. A day without any is an empty report, no error.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn payment_detail(
        &self,
        request: &PaymentDetail,
    ) -> Result<Report<DetailRow>, PaytrError> {
        self.send(request).await
    }

    /// Asks for the platform transfers that came back. A range without any is an empty report, no
    /// error.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; [`Invalid`](PaytrError::Invalid) for more than 31 days: see
    /// [`ReturnedTransfers::windows`].
    pub async fn returned_transfers(
        &self,
        request: &ReturnedTransfers,
    ) -> Result<Report<ReturnedTransfer>, PaytrError> {
        self.send(request).await
    }
}

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

impl PaytrClient {
    /// Makes a payment link. Sent once: a second try could make a second link.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn create_link(&self, link: &CreateLink) -> Result<CreatedLink, PaytrError> {
        self.send(link).await
    }

    /// Deletes 1 to 10 payment links.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn delete_links(&self, links: &[LinkId]) -> Result<DeletedLinks, PaytrError> {
        let links = links.to_vec();
        self.send(&DeleteLinks { links }).await
    }

    /// Sends a payment link to a Turkish mobile number: 11 digits that start with `05`.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn send_link_by_sms(&self, link: &LinkId, phone: &str) -> Result<(), PaytrError> {
        let (link, phone) = (link.clone(), phone.to_owned());
        self.send(&SendLinkSms { link, phone }).await
    }

    /// Sends a payment link to an e-mail address.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn send_link_by_email(&self, link: &LinkId, email: &str) -> Result<(), PaytrError> {
        let (link, email) = (link.clone(), email.to_owned());
        self.send(&SendLinkEmail { link, email }).await
    }
}

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
