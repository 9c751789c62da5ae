//! `MemoryStore` keeps every rule of the conformance kit.

use std::sync::Arc;

use paid_once::testing::{NodeClock, Subject};
use paid_once::{BoxError, MemoryStore, OrderLedger as _, Review, ReviewFilter, async_trait};

struct InMemory(Arc<MemoryStore>);

#[async_trait]
impl Subject for InMemory {
    type Store = MemoryStore;

    async fn fresh() -> Result<Self, BoxError> {
        Ok(Self(Arc::new(MemoryStore::new())))
    }

    async fn node(&self, _clock: NodeClock) -> Result<Arc<MemoryStore>, BoxError> {
        Ok(self.0.clone())
    }

    async fn reopen(self) -> Result<Self, BoxError> {
        Ok(self)
    }

    async fn reviews(&self) -> Result<Vec<Review>, BoxError> {
        Ok(self.0.reviews(&ReviewFilter::all(), 1_000).await?)
    }
}

mod store {
    paid_once::order_store_tests!(super::InMemory);
}

mod ledger {
    paid_once::order_ledger_tests!(super::InMemory);
}

mod back_office {
    paid_once::back_office_tests!(super::InMemory);
}
