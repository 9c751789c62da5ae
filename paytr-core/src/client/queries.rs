//! Requests that change nothing. They are repeated, twice at most, when no answer comes.

use super::{PaytrClient, PaytrError};
use crate::api::{
    BinLookup, BinReply, DetailRow, InstallmentRates, InstallmentRatesReply, PaymentDetail,
    PaymentStatement, Report, ReturnedTransfer, ReturnedTransfers, StatementRow, TransactionReport,
    TransactionRow,
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
