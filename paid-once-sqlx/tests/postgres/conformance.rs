//! Every rule of the conformance kit. Every node has a pool of its own.

use std::sync::Arc;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, OrderLedger as _, Review, ReviewFilter, async_trait};
use paid_once_sqlx::PostgresLedger;

use crate::schema::Schema;

/// No node's clock is ever read, so a wrong one is the same.
#[async_trait]
impl Subject for Schema {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::new().await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        Ok(Arc::new(Schema::node(self).await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        self.ledger.close().await;
        let ledger = Schema::node(&self).await?;
        Ok(Self { ledger, ..self })
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.ledger.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::Schema);
}

mod ledger {
    paid_once::order_ledger_tests!(super::Schema);
}

mod back_office {
    paid_once::back_office_tests!(super::Schema);
}

/// Every claim and every settlement is a statement of its own.
struct Alone(Schema);

impl Alone {
    async fn ledger(schema: &Schema) -> Result<PostgresLedger, BoxError> {
        Ok(schema.options().most_together(1).open(&schema.url).await?)
    }

    async fn on(schema: Schema) -> Result<Self, BoxError> {
        let ledger = Self::ledger(&schema).await?;
        Ok(Self(Schema { ledger, ..schema }))
    }
}

#[async_trait]
impl Subject for Alone {
    type Store = PostgresLedger;

    async fn fresh() -> Result<Self, BoxError> {
        Self::on(Schema::new().await?).await
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<PostgresLedger>, BoxError> {
        Ok(Arc::new(Self::ledger(&self.0).await?))
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Self::on(self.0.reopen().await?).await
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        self.0.reviews().await
    }
}

mod store_alone {
    paid_once::order_store_tests!(super::Alone);
}

mod ledger_alone {
    paid_once::order_ledger_tests!(super::Alone);
}

mod back_office_alone {
    paid_once::back_office_tests!(super::Alone);
}
