use std::fmt;

use paid_once::{Expected, Idempotency, NewOrder, Opened, OrderKey, OrderRecord, StoreError};

use super::{Purchase, Settlement};
use crate::api::{InvalidRequest, NewSale};
use crate::{OrderId, PaytrekError, SaleToken};

/// A sale that waits to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenSale {
    /// The order.
    pub order: OrderId,
    /// The sale's token.
    pub sale_token: SaleToken,
    /// The hosted payment page, to redirect the buyer's browser to.
    pub page: PageUrl,
}

impl Settlement {
    /// Writes down what the order costs, creates its sale, and remembers the sale's token.
    ///
    /// Give each order a `return_url` of its own without a query, such as
    /// `https://shop.example/return/SHOP0001`: the address says which order the buyer comes back for.
    ///
    /// # Errors
    ///
    /// [`OpenError`]. The order id is spent then: try again with a new one.
    pub async fn open(&self, sale: &NewSale) -> Result<OpenSale, OpenError> {
        self.open_as(sale, None).await
    }

    /// The same under an idempotency key: as long as the first sale may still be paid, a second click gives
    /// the same sale. Sales expire after an hour, so reuse them for less.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub async fn open_once(
        &self,
        sale: &NewSale,
        idempotency: Idempotency,
    ) -> Result<OpenSale, OpenError> {
        self.open_as(sale, Some(idempotency)).await
    }

    async fn open_as(
        &self,
        sale: &NewSale,
        idempotency: Option<Idempotency>,
    ) -> Result<OpenSale, OpenError> {
        let address = sale.return_url().unwrap_or_default();
        if address.is_empty() || address.contains('?') {
            return Err(OpenError::Paytrek(PaytrekError::Invalid(
                InvalidRequest::Shape {
                    field: "return_url",
                    rule: "an address of the shop for this order, without a query",
                },
            )));
        }
        let key = self.order_key(sale.order_id());
        match self.expect(sale, idempotency).await? {
            Opened::New => {}
            Opened::Existing(record) => return self.open_before(&record),
            Opened::KeyReused => return Err(OpenError::KeyReused),
            Opened::OrderExists => return Err(OpenError::OrderExists),
        }
        let created = match self.client().create_sale(sale).await {
            Ok(created) => created,
            Err(error) => {
                self.abandon(&key).await;
                return Err(OpenError::Paytrek(error));
            }
        };
        if let Err(error) = self.attach(sale.order_id(), &created.sale_token).await {
            self.abandon(&key).await;
            return Err(OpenError::Store(error));
        }
        Ok(self.opened(sale.order_id().clone(), created.sale_token))
    }

    /// Writes down what an order costs, for shops that create the sale themselves, with
    /// [`direct_charge`](crate::PaytrekClient::direct_charge). Do it before anything is sent.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it was written; use a new order id.
    pub async fn expect(
        &self,
        sale: &NewSale,
        idempotency: Option<Idempotency>,
    ) -> Result<Opened, StoreError> {
        let purchase = Purchase::Sale(sale.order_id().clone());
        self.expect_purchase(&purchase, sale, idempotency).await
    }

    pub(super) async fn expect_purchase(
        &self,
        purchase: &Purchase,
        sale: &NewSale,
        idempotency: Option<Idempotency>,
    ) -> Result<Opened, StoreError> {
        let expected = Expected::Exactly(sale.amount());
        let mut order = NewOrder::new(self.inquiry.key(purchase), expected)
            .with_mode(self.client().host().mode())
            .with_inquire_after(self.inquiry.inquire_after());
        order.idempotency = idempotency;
        self.ledger().open(order).await
    }

    /// Remembers the token of an order's sale, for shops that create the sale themselves. Do it as soon as
    /// the token is known.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    pub async fn attach(&self, order: &OrderId, sale: &SaleToken) -> Result<(), StoreError> {
        let key = self.order_key(order);
        self.ledger().attach_session(&key, sale.as_str()).await
    }

    /// Nobody has the token of a sale that may exist all the same, so nobody can pay it.
    async fn abandon(&self, key: &OrderKey) {
        if let Err(error) = self.ledger().abandon(key).await {
            tracing::warn!(error = %error, "an order that will not be paid stays open");
        }
    }

    fn open_before(&self, record: &OrderRecord) -> Result<OpenSale, OpenError> {
        if record.state.paid_total().is_some() {
            return Err(OpenError::AlreadyPaid);
        }
        let session = record.session.as_deref().ok_or(OpenError::InProgress)?;
        let order = OrderId::new(record.order.order_id()).map_err(|_| OpenError::OrderExists)?;
        let sale_token = SaleToken::new(session).map_err(|_| OpenError::OrderExists)?;
        Ok(self.opened(order, sale_token))
    }

    fn opened(&self, order: OrderId, sale_token: SaleToken) -> OpenSale {
        let page = PageUrl::new(self.client().host().hosted_page(&sale_token));
        OpenSale {
            order,
            sale_token,
            page,
        }
    }
}

/// Why no sale was opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is an order with this id already.
    #[error("there is an order with this id already: make a new id")]
    OrderExists,
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another cart")]
    KeyReused,
    /// The order of this idempotency key is paid.
    #[error("the order is paid already")]
    AlreadyPaid,
    /// Another request is opening the order of this idempotency key.
    #[error("the order is being opened by another request")]
    InProgress,
    /// Paytrek created no sale, or nobody knows.
    #[error("the sale could not be created")]
    Paytrek(#[source] PaytrekError),
    /// The ledger did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The address of a hosted payment page. Whoever has it can open the page, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PageUrl(Box<str>);

impl PageUrl {
    fn new(address: String) -> Self {
        Self(address.into())
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageUrl(..)")
    }
}
